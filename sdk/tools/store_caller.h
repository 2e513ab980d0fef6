#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/runtime/system_clock.h"
#include "adapters/runtime/system_random.h"
#include "adapters/runtime/thread_executor.h"
#include "core/result.h"
#include "error_log.h"
#include "ports/egress.h"
#include "ports/vault.h"

namespace storebridge::run {

// The secrets of the one store there is.
class FileSecrets : public ports::SecretSource {
 public:
  explicit FileSecrets(ports::SecretMap secrets)
      : secrets_(std::make_shared<const ports::SecretMap>(std::move(secrets))) {}
  Result<std::shared_ptr<const ports::SecretMap>> ForStore(const domain::StoreKey&) override {
    return secrets_;
  }

 private:
  std::shared_ptr<const ports::SecretMap> secrets_;
};

// Makes requests through the server's egress and waits for them. Used from one thread.
class StoreCaller {
 public:
  // One answered request, for `report`.
  struct Answered {
    const connector::v1::HttpRequest& request;
    const ports::EgressAnswer& answer;
    std::int64_t ms;
  };
  using Report = std::function<void(const Answered&)>;

  // `allowed_addresses` as in CurlTransportOptions. kInvalidArgument.
  static Result<std::unique_ptr<StoreCaller>> Make(ports::SecretMap secrets,
                                                   std::vector<std::string> allowed_addresses);
  ~StoreCaller();
  StoreCaller(const StoreCaller&) = delete;
  StoreCaller& operator=(const StoreCaller&) = delete;

  // Makes the requests together; answers are in their order. `report` is called for each, in their
  // order.
  std::vector<ports::EgressAnswer> Call(const std::shared_ptr<const ports::EgressProfile>& profile,
                                        const std::vector<connector::v1::HttpRequest>& requests,
                                        const Report& report);

  ports::Clock& clock() { return clock_; }
  ports::Random& random() { return random_; }
  ports::Log& log() { return log_; }

 private:
  explicit StoreCaller(ports::SecretMap secrets) : secrets_(std::move(secrets)) {}

  FileSecrets secrets_;
  ErrorLog log_;
  runtime::SystemClock clock_;
  runtime::SystemRandom random_;
  runtime::ThreadExecutor executor_{{}, log_};
  std::unique_ptr<ports::Egress> egress_;
};

}  // namespace storebridge::run
