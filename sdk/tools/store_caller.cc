#include "store_caller.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>

#include "adapters/egress/factory.h"

namespace storebridge::run {
namespace {

// The server's words name its configuration, which is not here.
void NameOwnFlags(connector::v1::Failure* failure) {
  constexpr std::string_view kServer =
      "the server's administrator can allow it: egress.allow_private in its configuration";
  std::string* message = failure->mutable_message();
  if (const std::size_t at = message->find(kServer); at != std::string::npos) {
    message->replace(at, kServer.size(), "allow it: --allow-private, or --allow with its address");
  }
  // Without the file's path: this is recorded too.
  constexpr std::string_view kSecret = "secrets.";
  if (failure->config_path().starts_with(kSecret) &&
      message->find("is missing") != std::string::npos) {
    const std::string name = failure->config_path().substr(kSecret.size());
    *message = "the secret '" + name + "' is missing: add secrets: {" + name +
               ": ...} to the file of --config";
  }
}

}  // namespace

Result<std::unique_ptr<StoreCaller>> StoreCaller::Make(ports::SecretMap secrets,
                                                       std::vector<std::string> allowed_addresses) {
  std::unique_ptr<StoreCaller> caller(new StoreCaller(std::move(secrets)));
  egress::EgressOptions options;
  options.transport.allowed_addresses = std::move(allowed_addresses);
  SB_TRY(caller->egress_,
         egress::MakeEgress(options,
                            caller->secrets_,
                            caller->clock_,
                            caller->random_,
                            caller->executor_,
                            caller->log_));
  return caller;
}

StoreCaller::~StoreCaller() {
  executor_.Stop(runtime::ThreadExecutor::OnStop::kDrop);
  executor_.Join();
}

std::vector<ports::EgressAnswer> StoreCaller::Call(
    const std::shared_ptr<const ports::EgressProfile>& profile,
    const std::vector<connector::v1::HttpRequest>& requests,
    const Report& report) {
  struct Waiting {
    std::mutex mutex;
    std::condition_variable all_here;
    std::vector<std::optional<ports::EgressAnswer>> answers;
    std::vector<std::int64_t> ms;
    std::size_t missing = 0;
  };
  auto waiting = std::make_shared<Waiting>();
  waiting->answers.resize(requests.size());
  waiting->ms.resize(requests.size());
  waiting->missing = requests.size();
  const std::int64_t begin = clock_.SteadyMs();
  executor_.Post([this, profile, &requests, waiting, begin] {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      egress_->Send(profile, requests[i], [this, waiting, i, begin](ports::EgressAnswer answer) {
        const std::lock_guard lock(waiting->mutex);
        waiting->answers[i] = std::move(answer);
        waiting->ms[i] = clock_.SteadyMs() - begin;
        --waiting->missing;
        waiting->all_here.notify_one();
      });
    }
  });
  std::unique_lock lock(waiting->mutex);
  waiting->all_here.wait(lock, [&waiting] { return waiting->missing == 0; });
  std::vector<ports::EgressAnswer> answers;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    answers.push_back(*std::move(waiting->answers[i]));
    if (answers.back().failure) {
      NameOwnFlags(&*answers.back().failure);
    }
    report(Answered{requests[i], answers.back(), waiting->ms[i]});
  }
  return answers;
}

}  // namespace storebridge::run
