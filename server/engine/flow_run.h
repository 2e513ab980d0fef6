#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "engine/run_subject.h"
#include "engine/session_driver.h"
#include "ports/connector_host.h"
#include "ports/random.h"
#include "ports/storage.h"
#include "storebridge/v1/sync_run.pb.h"

namespace storebridge::engine {

// What the flows need of the world.
struct FlowPorts {
  ports::Storage& storage;
  ports::Clock& clock;
  ports::Random& random;
  ports::Executor& executor;
  ports::Egress& egress;
  ports::ConnectorHost& connectors;
  ports::Log& log;
};

// Products that a run names as gone, and that one look asks for, at most.
inline constexpr std::size_t kGoneProductsMax = 100;

// How a run ended.
struct RunEnd {
  std::optional<connector::v1::Failure> failure = {};
  // The newest cursor; absent when unchanged.
  std::optional<std::string> cursor = {};
  // Whether more of the same waits, so that the flow should run again at once.
  bool more = false;
  // Whether a look at everything has to be made although one was made within its time.
  bool is_full_due = false;
};

// One run of one flow of one store. Lives on the executor, held by a shared_ptr until it has ended.
class FlowRun : public SessionSink, public std::enable_shared_from_this<FlowRun> {
 public:
  // Called with the counts after each page.
  using Progress = std::function<void(const v1::SyncCounts&)>;
  using EndDone = std::function<void(RunEnd)>;

  FlowRun(FlowPorts ports, RunSubject subject);

  // Begins. `end` is called once, never inside Start.
  void Start(Progress progress, EndDone end);

  // Asks the run to stop at its next page.
  void Cancel(std::string reason);
  // The server ends before the run does: lets go of what waits for it. Nothing is called any more.
  void Abandon();

  [[nodiscard]] const v1::SyncCounts& counts() const { return counts_; }
  // Whether anything was written, here or in the store. That a record failed again as before is
  // nothing.
  [[nodiscard]] bool wrote() const { return counts_.changed() > 0 || wrote_; }

  // Products, by the store's id, that the store said it does not have. They are to be asked for.
  [[nodiscard]] const std::set<std::string>& gone_products() const { return gone_products_; }

  // Refused unless the flow says otherwise.
  void OnEmit(Emit emit, Done<connector::v1::EmitResult> done) override;
  void OnCompare(Compare compare, Done<connector::v1::CompareResult> done) override;

 protected:
  // Does what comes before the first session, then opens one or ends.
  virtual void Begin() = 0;
  // A session has ended; open another, or end. The counts of requests are already added.
  virtual void OnSessionEnd(SessionEnd session) = 0;

  // Asked before each request of the session that is not SAFE leaves: it leaves when `go` is given
  // Ok. Lets it go at once unless the flow says otherwise.
  virtual void BeforeWrite(const connector::v1::HttpRequest& request,
                           std::function<void(Status)> go);

  // No further session is opened: the run was cancelled, has done enough, or what it needs is not
  // there. Ends the run at once unless the flow says otherwise.
  virtual void EndWithoutSession(RunEnd end) { End(std::move(end)); }

  // Opens a session with `begin`, in which config, seed and capabilities are filled in.
  void OpenSession(connector::v1::Begin begin);
  void End(RunEnd end);
  // Whether somebody asked the run to stop; it should end with Stopped().
  [[nodiscard]] bool IsCancelled() const { return cancel_reason_.has_value(); }
  [[nodiscard]] RunEnd Stopped() const;
  void CountPage();
  // Whether the last request of the session failed for the store's sake (see SessionDriver).
  [[nodiscard]] bool LastRequestFailed() const;
  // Ends the session at its next step; OnSessionEnd gets CODE_CANCELLED. The run goes on.
  void StopSession(std::string reason);

  template <typename T>
  std::shared_ptr<T> Self() {
    return std::static_pointer_cast<T>(shared_from_this());
  }

  FlowPorts ports_;
  RunSubject subject_;
  v1::SyncCounts counts_;
  // Something was written that is not a changed record.
  bool wrote_ = false;
  std::set<std::string> gone_products_;
  // When the run began, milliseconds since 1970.
  std::int64_t start_ms_ = 0;

 private:
  std::shared_ptr<SessionDriver> session_;
  std::uint64_t requests_before_ = 0;
  std::optional<std::string> cancel_reason_;
  Progress progress_;
  EndDone end_;
};

}  // namespace storebridge::engine
