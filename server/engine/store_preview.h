#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/flow_run.h"
#include "engine/flows/pull_options.h"
#include "engine/preview_report.h"
#include "engine/read_only_egress.h"

namespace storebridge::engine {

// Products that the merchant may have already, how much of a store one preview takes over, and how
// long it may take.
inline constexpr std::size_t kPreviewHadMax = 20'000;
inline constexpr std::int64_t kPreviewProductsMax = 20'000;
inline constexpr std::int64_t kPreviewOrdersMax = 5'000;
inline constexpr std::int64_t kPreviewMsMax = std::int64_t{10} * 60 * 1000;

// What connecting a store would do: its products and orders are read as for real, into a scratch
// storage that has the merchant's products and stock and is thrown away. Lives on the executor; who
// holds it keeps it until it has ended.
class StorePreview : public std::enable_shared_from_this<StorePreview> {
 public:
  using Done = std::function<void(Result<v1::StorePreview>)>;

  // `subject` has the settings that are tried. `is_wanted` is asked once a second: without anybody
  // who waits for it the preview ends.
  StorePreview(FlowPorts ports,
               std::unique_ptr<ports::Storage> scratch,
               RunSubject subject,
               std::function<bool()> is_wanted);
  // Lets go of a run that the server's end cut off.
  ~StorePreview();
  StorePreview(const StorePreview&) = delete;
  StorePreview& operator=(const StorePreview&) = delete;

  // Begins. `done` is called once, never inside Start. kFailedPrecondition: something was taken
  // over from the store (STORE_IN_USE), it is active (STORE_ACTIVE), or the merchant has too many
  // products (PREVIEW_PRODUCTS). kCancelled (PREVIEW_CANCELLED) when it was cancelled,
  // kDeadlineExceeded (PREVIEW_TIME) when it took too long; else the store's failure.
  void Start(Done done);

  // Ends it soon; requests on their way are given up.
  void Cancel(std::string reason);

  [[nodiscard]] const domain::StoreKey& store() const { return subject_->key; }

 private:
  // A page of the merchant's products, with their stock.
  struct Page;
  // Submits to the scratch storage. Neither `work` nor `then` may hold the preview: it must not end
  // on the scratch storage's own thread.
  void Submit(ports::Storage::Work work, std::function<void(StorePreview&)> then);

  // Looks once a second whether it should end.
  void Watch();
  // Copies the merchant and its products behind that code, then goes on.
  void CopyFrom(const std::string& after);
  Status ReadPage(const ports::ReadTx& tx, const std::string& after, Page& page) const;
  // Finds out what the store can do, as before its first run.
  void Check();
  // Reads all that `flow_` has.
  void Read();
  void OnPage(const v1::SyncCounts& counts);
  // Ends this flow, and goes on with what there is.
  void Cut();
  void EndLate();
  // Says what a flow that was cut has not looked at.
  [[nodiscard]] std::string LeftOut() const;
  void Ended(const RunEnd& end);
  void Describe();
  [[nodiscard]] FlowPorts ScratchPorts();
  [[nodiscard]] Error Cancelled() const;
  void Finish(Result<v1::StorePreview> result);

  FlowPorts ports_;
  std::unique_ptr<ports::Storage> scratch_;
  ReadOnlyEgress egress_;
  std::shared_ptr<const RunSubject> subject_;
  std::function<bool()> is_wanted_;
  Done done_;
  PreviewRuns runs_;
  PullOptions pull_;
  std::shared_ptr<FlowRun> run_;
  // The products are read a second time, because the store showed one twice.
  bool is_second_look_ = false;
  // The one that is read.
  domain::Flow flow_ = domain::Flow::kProducts;
  // It was ended before it had read everything.
  bool is_cut_ = false;
  std::vector<std::string> left_out_;
  std::optional<std::string> cancel_reason_;
  bool is_late_ = false;
  std::int64_t began_ms_ = 0;
};

}  // namespace storebridge::engine
