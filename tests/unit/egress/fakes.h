#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/egress/http_transport.h"
#include "ports/vault.h"
#include "support/manual_executor.h"

namespace storebridge::egress {

// Credentials that a test sets.
class FakeSecrets final : public ports::SecretSource {
 public:
  void Set(const std::string& name, std::string value) {
    auto changed = std::make_shared<ports::SecretMap>(*map_);
    (*changed)[name] = Secret(std::move(value));
    map_ = std::move(changed);
  }
  void FailWith(Error error) { error_ = std::move(error); }

  Result<std::shared_ptr<const ports::SecretMap>> ForStore(const domain::StoreKey&) override {
    if (error_) {
      return *error_;
    }
    return map_;
  }

 private:
  std::shared_ptr<const ports::SecretMap> map_ = std::make_shared<ports::SecretMap>();
  std::optional<Error> error_;
};

// A transport that answers what a test says, or waits until it does.
class FakeTransport final : public HttpTransport {
 public:
  explicit FakeTransport(testing::ManualExecutor& executor) : executor_(executor) {}

  // Answers that the next requests get by themselves, in order; further ones wait.
  std::deque<WireOutcome> script;
  // Used when the script is empty.
  std::optional<WireOutcome> always;
  // All that was started.
  std::vector<WireRequest> requests;
  std::vector<Id> cancelled;

  Id Start(WireRequest request, Done done) override {
    requests.push_back(std::move(request));
    const Id id = ++last_id_;
    open_.emplace(id, std::move(done));
    if (!script.empty()) {
      Answer(id, std::move(script.front()));
      script.pop_front();
    } else if (always) {
      Answer(id, *always);
    }
    return id;
  }

  void Cancel(Id id) override {
    open_.erase(id);
    cancelled.push_back(id);
  }

  // Ids are 1, 2, 3 and so on.
  void Answer(Id id, WireOutcome outcome) {
    executor_.Post([this, id, outcome = std::move(outcome)]() mutable {
      if (auto node = open_.extract(id)) {
        node.mapped()(std::move(outcome));
      }
    });
  }

  [[nodiscard]] std::size_t open() const { return open_.size(); }

 private:
  testing::ManualExecutor& executor_;
  std::map<Id, Done> open_;
  Id last_id_ = 0;
};

inline WireOutcome Status(std::uint32_t status,
                          std::string body = {},
                          std::vector<WireHeader> headers = {}) {
  return WireResponse{status, std::move(headers), std::move(body)};
}

inline WireOutcome Trouble(WireTrouble trouble, bool sent) {
  return WireFailure{trouble, sent, "it did"};
}

}  // namespace storebridge::egress
