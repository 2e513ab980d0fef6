#include "sim/sim_host.h"

#include <utility>

#include "adapters/plugin_host/manifest_check.h"
#include "storebridge/connector.h"

const sb_connector_v1* woocommerce_connector() noexcept;

namespace storebridge::sim {
namespace {

namespace cv1 = connector::v1;

// Looks at what passes, and breaks when its time has come.
class WatchedSession final : public ports::ConnectorSession {
 public:
  WatchedSession(SimHost::Session inner, FaultPlan& faults, SessionWatcher* watcher)
      : inner_(std::move(inner)), faults_(faults), watcher_(watcher) {}

  void Step(std::string event, StepDone done) override {
    if (operation_.empty()) {
      cv1::Event begun;
      begun.ParseFromString(event);
      operation_ = begun.begin().operation();
      if (watcher_ != nullptr) {
        watcher_->OnBegin(begun.begin());
      }
    }
    if (faults_.Fires(Fault::kConnector)) {
      return done(Error{.code = Code::kInternal,
                        .reason = "CONNECTOR_BUG",
                        .message = "the connector broke (simulated)"});
    }
    inner_->Step(std::move(event), [this, &done](Result<std::string_view> bytes) {
      cv1::Effect effect;
      if (watcher_ != nullptr && bytes &&
          effect.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()))) {
        for (const cv1::Call& call : effect.calls()) {
          if (call.has_emit()) {
            watcher_->OnEmit(operation_, call.emit());
          }
        }
      }
      done(bytes);
    });
  }

 private:
  SimHost::Session inner_;
  FaultPlan& faults_;
  SessionWatcher* watcher_;
  std::string operation_;
};

}  // namespace

SimHost::SimHost(Parts parts) : parts_(std::move(parts)), session_ports_{parts_.clock, parts_.log} {
  const sb_bytes bytes = woocommerce_connector()->manifest;
  const Result<cv1::Manifest> manifest = plugin_host::CheckManifest(
      {reinterpret_cast<const char*>(bytes.data), bytes.size}, "woocommerce", {});
  info_.resource.set_name("connectors/woocommerce");
  info_.resource.set_state(v1::Connector::STATE_READY);
  info_.manifest = std::make_shared<cv1::Manifest>(*manifest);
}

Result<SimHost::Session> SimHost::Open(std::string_view id) {
  SB_TRY(Session session,
         plugin_host::InProcessSession::Begin(
             std::string(id), *woocommerce_connector(), session_ports_));
  if (parts_.refit) {
    session = parts_.refit(std::move(session));
  }
  return Session(
      std::make_unique<WatchedSession>(std::move(session), parts_.faults, parts_.watcher));
}

}  // namespace storebridge::sim
