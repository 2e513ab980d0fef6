#include "storebridge/sdk/context.h"

#include <algorithm>
#include <utility>

#include "storebridge/sdk/text.h"

namespace storebridge::sdk {
namespace {

using connector::v1::Log;

bool IsAbsolute(std::string_view url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

// Asks several calls and gives their answers, failures among them.
class GatherAwaiter {
 public:
  GatherAwaiter(internal::Runtime* runtime, std::vector<connector::v1::Call>* calls)
      : runtime_(runtime), calls_(calls) {}
  [[nodiscard]] bool await_ready() const noexcept { return runtime_->is_cancelled(); }
  void await_suspend(std::coroutine_handle<> waiter) {
    for (connector::v1::Call& call : *calls_) {
      runtime_->Ask(std::move(call), waiter);
    }
  }
  std::vector<connector::v1::Completion> await_resume() {
    runtime_->ThrowIfCancelled();
    std::vector<connector::v1::Completion> answers;
    for (std::size_t i = 0; i < calls_->size(); ++i) {
      answers.push_back(runtime_->TakeAnswer(static_cast<int>(i)));
    }
    return answers;
  }

 private:
  internal::Runtime* runtime_;
  std::vector<connector::v1::Call>* calls_;
};

Task<std::vector<Response>> Gather(internal::Runtime* runtime, std::vector<Request> requests) {
  std::vector<Response> responses;
  responses.reserve(requests.size());
  for (std::size_t begin = 0; begin < requests.size(); begin += kCallsTogetherMax) {
    const std::size_t end = std::min(requests.size(), begin + kCallsTogetherMax);
    std::vector<connector::v1::Call> calls;
    for (std::size_t i = begin; i < end; ++i) {
      calls.push_back(requests.at(i).TakeCall());
    }
    GatherAwaiter awaiter(runtime, &calls);
    std::vector<connector::v1::Completion> answers = co_await awaiter;
    for (std::size_t i = begin; i < end; ++i) {
      const Request& request = requests.at(i);
      responses.emplace_back(std::move(answers.at(i - begin)), request.what(), request.where());
    }
  }
  co_return responses;
}

bool Contains(const google::protobuf::RepeatedPtrField<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void WrongInput(const connector::v1::Begin& begin, std::string_view wanted) {
  throw Failure(Code::kConnectorBug,
                "operation " + begin.operation() + " has no " + std::string(wanted) + " input");
}

}  // namespace

const Json& Context::Config() {
  if (!config_) {
    const std::string& text = runtime_->begin.config_json();
    config_ = Json::Parse(text.empty() ? "{}" : text, "the settings", Json::Source::kConfig);
  }
  return *config_;
}

std::uint64_t Context::Random() {
  // SplitMix64.
  std::uint64_t state = random_.value_or(runtime_->begin.seed()) + 0x9E3779B97F4A7C15U;
  random_ = state;
  state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9U;
  state = (state ^ (state >> 27)) * 0x94D049BB133111EBU;
  return state ^ (state >> 31);
}

bool Context::HasCapability(std::string_view name) const {
  return Contains(runtime_->begin.capabilities(), name);
}

bool Context::HasHostFeature(std::string_view name) const {
  return Contains(runtime_->begin.host_features(), name);
}

const Pull& Context::PullInput() const {
  if (!runtime_->begin.has_pull()) {
    WrongInput(runtime_->begin, "pull");
  }
  return runtime_->begin.pull();
}

const StockPush& Context::StockInput() const {
  if (!runtime_->begin.has_stock()) {
    WrongInput(runtime_->begin, "stock");
  }
  return runtime_->begin.stock();
}

const ShipmentPush& Context::ShipmentInput() const {
  if (!runtime_->begin.has_shipments()) {
    WrongInput(runtime_->begin, "shipments");
  }
  return runtime_->begin.shipments();
}

bool Context::Wants(std::string_view external_id) const {
  const auto& only = runtime_->begin.pull().only_external_ids();
  return only.empty() || Contains(only, external_id);
}

void Context::SetBaseUrl(std::string_view url) {
  if (!IsAbsolute(url)) {
    throw Failure(Code::kConfig,
                  "setting base_url is '" + HeadOf(url, 200) +
                      "', expected an address such as https://store.example")
        .ConfigPath("base_url");
  }
  while (url.ends_with('/')) {
    url.remove_suffix(1);
  }
  base_url_ = std::string(url);
}

Request Context::Begin(std::string_view method, std::string_view path, Where where) {
  if (IsAbsolute(path)) {
    return Request(runtime_, method, std::string(path), where);
  }
  if (base_url_.empty()) {
    SetBaseUrl(Trim(Config().At("base_url").Text()));
  }
  // Right behind the base it would change the host.
  const bool is_bare = !path.empty() && path.front() != '/' && path.front() != '?';
  return Request(runtime_, method, base_url_ + (is_bare ? "/" : "") + std::string(path), where);
}

Request Context::Get(std::string_view path, Where where) {
  return Begin("GET", path, where);
}
Request Context::Post(std::string_view path, Where where) {
  return Begin("POST", path, where);
}
Request Context::Put(std::string_view path, Where where) {
  return Begin("PUT", path, where);
}
Request Context::Patch(std::string_view path, Where where) {
  return Begin("PATCH", path, where);
}
Request Context::Delete(std::string_view path, Where where) {
  return Begin("DELETE", path, where);
}

Task<std::vector<Response>> Context::All(std::vector<Request> requests) {
  return Gather(runtime_, std::move(requests));
}

internal::EmitAwaiter Context::Flush() {
  if (runtime_->has_batch()) {
    runtime_->RequestFlush();
  }
  return internal::EmitAwaiter(runtime_);
}

internal::CompareAwaiter Context::Compare(const std::vector<OrderMark>& marks) {
  connector::v1::Call call;
  for (const OrderMark& mark : marks) {
    *call.mutable_compare()->add_records() = mark;
  }
  call.mutable_compare();
  return internal::CompareAwaiter(runtime_, std::move(call));
}

internal::CompareAwaiter Context::CompareOpenSet(const std::vector<OrderMark>& marks) {
  connector::v1::Call call;
  call.mutable_compare()->set_is_whole_set(true);
  for (const OrderMark& mark : marks) {
    *call.mutable_compare()->add_records() = mark;
  }
  return internal::CompareAwaiter(runtime_, std::move(call));
}

internal::SleepAwaiter Context::Sleep(std::int64_t ms) {
  if (ms < 0 || ms > kSleepMsMax) {
    throw Failure(Code::kConnectorBug,
                  "Sleep(" + std::to_string(ms) + ") is not within 0 and " +
                      std::to_string(kSleepMsMax) + " ms");
  }
  connector::v1::Call call;
  call.mutable_sleep()->set_ms(ms);
  return internal::SleepAwaiter(runtime_, std::move(call));
}

void Context::Debug(std::string_view message) {
  runtime_->Log(Log::LEVEL_DEBUG, message);
}
void Context::Info(std::string_view message) {
  runtime_->Log(Log::LEVEL_INFO, message);
}
void Context::Warn(std::string_view message) {
  runtime_->Log(Log::LEVEL_WARNING, message);
}

void Context::SetProgress(std::uint64_t done, std::uint64_t total) {
  runtime_->SetProgress(done, total);
}

}  // namespace storebridge::sdk
