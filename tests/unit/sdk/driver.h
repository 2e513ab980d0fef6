#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storebridge/connector/v1/connector.pb.h"
#include "storebridge/sdk.h"

namespace storebridge::sdk::testing {

// What a store answers.
using Store = std::function<connector::v1::Completion(const connector::v1::HttpRequest&)>;

// Drives one session over bytes, as a host does.
class Driver {
 public:
  explicit Driver(Registration::Handler handler)
      : registration_(Registration().On("test", handler)),
        session_(internal::OpenSession(registration_)) {}
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  ~Driver() { Close(); }

  void Close() { internal::CloseSession(std::exchange(session_, nullptr)); }

  sb_status StepBytes(std::string_view event_bytes) {
    // A copy that ends exactly where it ends, and dies: a session may not keep it.
    const std::vector<uint8_t> event(event_bytes.begin(), event_bytes.end());
    sb_bytes effect{};
    const sb_status status =
        internal::StepSession(session_, sb_bytes{event.data(), event.size()}, &effect);
    effect_.Clear();
    raw_.assign(reinterpret_cast<const char*>(effect.data), effect.size);
    if (status == SB_OK) {
      effect_.ParseFromArray(effect.data, static_cast<int>(effect.size));
    }
    return status;
  }

  const connector::v1::Effect& Step(connector::v1::Event event) {
    if (event.now_ms() == 0) {
      event.set_now_ms(now_ms);
    }
    status_ = StepBytes(event.SerializeAsString());
    return effect_;
  }

  const connector::v1::Effect& Begin(connector::v1::Begin begin = {}) {
    if (begin.operation().empty()) {
      begin.set_operation("test");
    }
    if (begin.config_json().empty()) {
      begin.set_config_json(R"({"base_url":"https://store.example/"})");
    }
    connector::v1::Event event;
    event.mutable_begin()->Swap(&begin);
    return Step(std::move(event));
  }

  // Answers every call of the last effect; a store that is not given answers `{}`.
  const connector::v1::Effect& Answer(const Store& store = {}) {
    connector::v1::Event event;
    event.mutable_completions();
    for (const connector::v1::Call& call : effect_.calls()) {
      *event.mutable_completions()->add_items() = AnswerTo(call, store);
    }
    return Step(std::move(event));
  }

  const connector::v1::Effect& Fail(connector::v1::Failure::Code code, bool is_ambiguous = false) {
    connector::v1::Event event;
    for (const connector::v1::Call& call : effect_.calls()) {
      auto* item = event.mutable_completions()->add_items();
      item->set_id(call.id());
      item->mutable_failure()->set_code(code);
      item->mutable_failure()->set_message("the host says so");
      item->mutable_failure()->set_ambiguous(is_ambiguous);
    }
    return Step(std::move(event));
  }

  const connector::v1::Effect& Cancel() {
    connector::v1::Event event;
    event.mutable_cancel()->set_reason("test");
    return Step(std::move(event));
  }

  // Begins and answers until it is done; returns how many steps it took.
  int Run(const Store& store = {}, connector::v1::Begin begin = {}) {
    int steps = 1;
    Begin(std::move(begin));
    Collect();
    while (status_ == SB_OK && !effect_.has_done() && steps < 10000) {
      Answer(store);
      Collect();
      ++steps;
    }
    return steps;
  }

  [[nodiscard]] sb_status status() const { return status_; }
  [[nodiscard]] const connector::v1::Effect& effect() const { return effect_; }
  [[nodiscard]] const connector::v1::Failure& failure() const { return effect_.done().failure(); }
  [[nodiscard]] const std::string& raw() const { return raw_; }

  std::int64_t now_ms = 1700000000000;
  // What Run saw.
  std::vector<connector::v1::Emit> emits;
  std::vector<connector::v1::HttpRequest> requests;
  std::string bytes;

  static connector::v1::Completion Http(int status, std::string_view body) {
    connector::v1::Completion completion;
    completion.mutable_http()->set_status(static_cast<std::uint32_t>(status));
    completion.mutable_http()->set_body(std::string(body));
    return completion;
  }

 private:
  static connector::v1::Completion AnswerTo(const connector::v1::Call& call, const Store& store) {
    connector::v1::Completion completion;
    if (call.has_http()) {
      completion = store ? store(call.http()) : Http(200, "{}");
    } else if (call.has_emit()) {
      completion.mutable_emit();
    } else if (call.has_sleep()) {
      completion.mutable_slept();
    } else {
      completion.mutable_compare();
    }
    completion.set_id(call.id());
    return completion;
  }

  void Collect() {
    bytes += raw_;
    for (const connector::v1::Call& call : effect_.calls()) {
      if (call.has_emit()) {
        emits.push_back(call.emit());
      } else if (call.has_http()) {
        requests.push_back(call.http());
      }
    }
  }

  Registration registration_;
  sb_session* session_;
  sb_status status_ = SB_OK;
  connector::v1::Effect effect_;
  std::string raw_;
};

}  // namespace storebridge::sdk::testing
