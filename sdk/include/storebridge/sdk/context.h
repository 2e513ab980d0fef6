#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storebridge/sdk/http.h"
#include "storebridge/sdk/json.h"
#include "storebridge/sdk/task.h"

namespace storebridge::sdk {

// What an operation has: the host's input, and the ways to ask the host. Outlives the operation.
class Context {
 public:
  explicit Context(internal::Runtime* runtime) : runtime_(runtime) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // The store's settings. What is missing or wrong in them throws Failure kConfig.
  [[nodiscard]] const Json& Config();
  // What the last run committed; empty at first.
  [[nodiscard]] const std::string& Cursor() const { return runtime_->begin.cursor(); }
  // The only clock there is; moves at each co_await.
  [[nodiscard]] std::int64_t NowMs() const { return runtime_->now_ms; }
  // The only chance there is.
  [[nodiscard]] std::uint64_t Random();
  // What auth.check found (Capability).
  [[nodiscard]] bool HasCapability(std::string_view name) const;
  [[nodiscard]] bool HasHostFeature(std::string_view name) const;

  // The input of the operation; another operation's input throws kConnectorBug.
  [[nodiscard]] const Pull& PullInput() const;
  [[nodiscard]] const StockPush& StockInput() const;
  [[nodiscard]] const ShipmentPush& ShipmentInput() const;
  // Whether a pull wants this record (Pull.only_external_ids).
  [[nodiscard]] bool Wants(std::string_view external_id) const;

  // Begin a request. `path` is added to the base, which is the setting `base_url` unless SetBaseUrl
  // said otherwise, with a slash between them; one that begins with http:// or https:// is taken as
  // it is.
  [[nodiscard]] Request Get(std::string_view path, Where where = Where::current());
  [[nodiscard]] Request Post(std::string_view path, Where where = Where::current());
  [[nodiscard]] Request Put(std::string_view path, Where where = Where::current());
  [[nodiscard]] Request Patch(std::string_view path, Where where = Where::current());
  [[nodiscard]] Request Delete(std::string_view path, Where where = Where::current());
  void SetBaseUrl(std::string_view url);

  // Makes the requests together, at most 16 at a time, and gives the answers in their order. Never
  // throws for a request that could not be made: see Response::has_answer().
  [[nodiscard]] Task<std::vector<Response>> All(std::vector<Request> requests);

  // As co_yield: buffers; a batch is sent at 200 records or 512 KiB.
  template <typename Record>
  [[nodiscard]] internal::EmitAwaiter Emit(Record record) {
    runtime_->Add(std::move(record));
    return internal::EmitAwaiter(runtime_);
  }
  // Sends what is buffered; nothing happens when nothing is.
  [[nodiscard]] internal::EmitAwaiter Flush();

  // Asks which of these orders are new or have another mark here.
  [[nodiscard]] internal::CompareAwaiter Compare(const std::vector<OrderMark>& marks);
  // As Compare, for the store's whole open set: also answers which open orders are missing from it.
  [[nodiscard]] internal::CompareAwaiter CompareOpenSet(const std::vector<OrderMark>& marks);

  // Waits; at most kSleepMsMax.
  [[nodiscard]] internal::SleepAwaiter Sleep(std::int64_t ms);

  // For the log: never credentials or customers. At most kLogsPerEffectMax lines between two
  // co_await.
  void Debug(std::string_view message);
  void Info(std::string_view message);
  void Warn(std::string_view message);
  // For those who watch; `total` 0 when it is not known.
  void SetProgress(std::uint64_t done, std::uint64_t total = 0);

 private:
  [[nodiscard]] Request Begin(std::string_view method, std::string_view path, Where where);

  internal::Runtime* runtime_;
  std::optional<Json> config_;
  std::string base_url_;
  std::optional<std::uint64_t> random_;
};

}  // namespace storebridge::sdk
