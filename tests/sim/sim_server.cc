#include "sim/sim_server.h"

#include <utility>

namespace storebridge::sim {
namespace {

constexpr std::size_t kInFlightMax = 100;
constexpr std::size_t kBuriedTasksMax = 100'000;

}  // namespace

class SimServer::Secrets final : public ports::SecretSource {
 public:
  Secrets() : secrets_(std::make_shared<ports::SecretMap>()) {
    secrets_->emplace("consumer_key", Secret(kConsumerKey));
    secrets_->emplace("consumer_secret", Secret(kConsumerSecret));
  }
  Result<std::shared_ptr<const ports::SecretMap>> ForStore(
      const domain::StoreKey& /*store*/) override {
    return std::shared_ptr<const ports::SecretMap>(secrets_);
  }

 private:
  std::shared_ptr<ports::SecretMap> secrets_;
};

SimServer::SimServer(Parts parts, std::uint64_t seed)
    : random_(seed),
      executor_(parts.executor),
      storage_(parts.database, executor_, parts.hooks),
      refitted_(parts.refit != nullptr ? parts.refit->WrapStorage(storage_) : nullptr),
      host_({.clock = parts.clock,
             .log = log_,
             .faults = parts.faults,
             .watcher = &parts.watcher,
             .refit =
                 [refit = parts.refit](SimHost::Session session) {
                   return refit != nullptr ? refit->WrapSession(std::move(session))
                                           : std::move(session);
                 }}),
      secrets_(std::make_unique<Secrets>()) {
  ports::Storage& storage = refitted_ != nullptr ? *refitted_ : storage_;
  std::unique_ptr<egress::HttpTransport> transport =
      std::make_unique<WirePort>(parts.wire, executor_, parts.hooks.fate, parts.hooks.crash);
  if (parts.refit != nullptr) {
    transport = parts.refit->WrapTransport(std::move(transport));
  }
  egress_ = std::make_unique<egress::PolicyEgress>(
      std::move(transport),
      egress::PolicyEgress::Ports{*secrets_, parts.clock, random_, executor_, log_},
      kInFlightMax);
  engine_ = std::make_unique<engine::Engine>(engine::Engine::Ports{
      storage, parts.clock, random_, executor_, *egress_, host_, config_, log_});
  commands_ = std::make_unique<engine::Commands>(
      engine::Commands::Ports{storage, parts.clock, random_, host_, config_, vault_});
  engine_->Start();
}

SimServer::~SimServer() {
  executor_.Kill();
  // The dead let go of what they hold, unheard.
  storage_.Bury();
  engine_->Drain([] {});
  executor_.RunBuried(kBuriedTasksMax);
}

}  // namespace storebridge::sim
