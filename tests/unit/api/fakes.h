#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ports/connector_host.h"
#include "ports/egress.h"
#include "ports/executor.h"
#include "ports/store_config.h"
#include "ports/vault.h"
#include "support/kept_log.h"

namespace storebridge::testing {

// One connector, `demo`, that needs a secret and can check its credentials; and one that was
// refused.
class FakeConnectors final : public ports::ConnectorHost {
 public:
  // What `demo` can do beside that, and what opens its sessions; without it there are none. Set
  // both before a store is made.
  std::vector<std::string> operations;
  std::function<std::unique_ptr<ports::ConnectorSession>()> open;

  [[nodiscard]] std::vector<ports::ConnectorInfo> List() const override {
    ports::ConnectorInfo refused;
    refused.resource.set_name("connectors/broken");
    refused.resource.set_state(v1::Connector::STATE_REFUSED);
    refused.resource.set_state_reason("it has another version: build it again");
    return {Demo(), refused};
  }

  [[nodiscard]] Result<ports::ConnectorInfo> Find(std::string_view id) const override {
    if (id == "demo") {
      return Demo();
    }
    return Error{.code = Code::kNotFound,
                 .reason = "CONNECTOR_NOT_FOUND",
                 .message = fmt::format("there is no connector '{}'; there are: broken, demo", id)};
  }

  Result<std::unique_ptr<ports::ConnectorSession>> Open(std::string_view /*id*/) override {
    if (open) {
      return open();
    }
    return Error{.code = Code::kUnavailable,
                 .reason = "NO_SESSIONS",
                 .message = "this connector opens no sessions"};
  }

  // The version of the file that lies there now.
  void Reload(ReloadRequest request, ReloadDone done) override {
    Result<ports::ConnectorInfo> info = Find(request.id);
    if (!info) {
      return done(info.error());
    }
    if (const Status approved = request.approve(*info->manifest); !approved) {
      return done(approved.error());
    }
    info->resource.set_version("0.2.0");
    info->resource.set_state_reason(request.is_only_tried ? "tried" : "taken");
    done(std::move(info));
  }

 private:
  [[nodiscard]] ports::ConnectorInfo Demo() const {
    ports::ConnectorInfo info;
    info.resource.set_name("connectors/demo");
    info.resource.set_state(v1::Connector::STATE_READY);
    connector::v1::Manifest manifest;
    manifest.set_id("demo");
    manifest.add_operations()->set_name("auth.check");
    for (const std::string& operation : operations) {
      manifest.add_operations()->set_name(operation);
    }
    connector::v1::Secret& secret = *manifest.add_secrets();
    secret.set_name("token");
    secret.set_label("in the store's settings");
    info.manifest = std::make_shared<const connector::v1::Manifest>(manifest);
    return info;
  }
};

// All settings fit.
class AnyConfig final : public ports::StoreConfigChecker {
 public:
  [[nodiscard]] Status CheckConfig(const connector::v1::Manifest& /*manifest*/,
                                   std::string_view /*config_json*/) const override {
    return Ok();
  }

  [[nodiscard]] Result<std::vector<std::string>> AllowedPrefixes(
      const connector::v1::Manifest& /*manifest*/,
      std::string_view /*config_json*/) const override {
    return std::vector<std::string>();
  }
};

// Writes a secret backwards.
class BackwardsVault final : public ports::Vault {
 public:
  Result<std::string> Seal(const domain::StoreKey& /*store*/,
                           std::string_view /*name*/,
                           const Secret& secret) override {
    return std::string(secret.Reveal().rbegin(), secret.Reveal().rend());
  }

  Result<Secret> Open(const domain::StoreKey& /*store*/,
                      std::string_view /*name*/,
                      std::string_view sealed) override {
    ++opened_;
    return Secret(std::string(sealed.rbegin(), sealed.rend()));
  }

  // How often something was opened.
  [[nodiscard]] int opened() const { return opened_; }

 private:
  int opened_ = 0;
};

// What leaves waits until a test answers it.
class HeldEgress final : public ports::Egress {
 public:
  // Real time after which a test gives up.
  static constexpr std::chrono::seconds kPatience{60};

  RequestId Send(std::shared_ptr<const ports::EgressProfile> /*profile*/,
                 connector::v1::HttpRequest /*request*/,
                 Done done) override {
    const std::lock_guard lock(mutex_);
    held_.emplace(++sent_, std::move(done));
    changed_.notify_all();
    return sent_;
  }

  void Cancel(RequestId request) override {
    const std::lock_guard lock(mutex_);
    held_.erase(request);
    changed_.notify_all();
  }

  // False when none was on its way within kPatience.
  [[nodiscard]] bool WaitForRequest() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [this] { return !held_.empty(); });
  }

  // False when one was still on its way after kPatience.
  [[nodiscard]] bool WaitUntilGivenUp() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [this] { return held_.empty(); });
  }

  // Waits for a request and answers it, on the executor. False when there was none.
  [[nodiscard]] bool Answer(ports::Executor& executor, const std::string& body) {
    if (!WaitForRequest()) {
      return false;
    }
    Done done;
    {
      const std::lock_guard lock(mutex_);
      done = std::move(held_.begin()->second);
      held_.erase(held_.begin());
    }
    executor.Post([done = std::move(done), body] {
      ports::EgressAnswer answer;
      answer.response.set_status(200);
      answer.response.set_body(body);
      answer.attempts = 1;
      done(std::move(answer));
    });
    return true;
  }

  // How many have left.
  [[nodiscard]] RequestId sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<RequestId, Done> held_;  // Guarded by mutex_.
  RequestId sent_ = 0;              // Guarded by mutex_.
};

}  // namespace storebridge::testing
