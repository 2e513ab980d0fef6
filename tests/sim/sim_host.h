#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapters/plugin_host/in_process_session.h"
#include "ports/connector_host.h"
#include "sim/fault.h"

namespace storebridge::sim {

// Told of what passes between host and connector.
class SessionWatcher {
 public:
  virtual ~SessionWatcher() = default;
  virtual void OnBegin(const connector::v1::Begin& begin) = 0;
  // An operation emits; `operation` is the one that began.
  virtual void OnEmit(const std::string& operation, const connector::v1::Emit& emit) = 0;
};

// The production session over the connector's own table, linked into this program.
class SimHost final : public ports::ConnectorHost {
 public:
  using Session = std::unique_ptr<ports::ConnectorSession>;

  struct Parts {
    ports::Clock& clock;
    ports::Log& log;
    FaultPlan& faults;
    // Null when nobody watches.
    SessionWatcher* watcher = nullptr;
    // Puts something between connector and host; may be empty.
    std::function<Session(Session)> refit = {};
  };

  explicit SimHost(Parts parts);

  [[nodiscard]] const connector::v1::Manifest& manifest() const { return *info_.manifest; }

  [[nodiscard]] std::vector<ports::ConnectorInfo> List() const override { return {info_}; }
  [[nodiscard]] Result<ports::ConnectorInfo> Find(std::string_view /*id*/) const override {
    return info_;
  }
  Result<Session> Open(std::string_view id) override;
  // Nobody replaces a file here.
  void Reload(ReloadRequest /*request*/, ReloadDone done) override {
    done(Error{.code = Code::kUnimplemented, .message = "connectors stay as they are"});
  }

 private:
  Parts parts_;
  plugin_host::SessionPorts session_ports_;
  ports::ConnectorInfo info_;
};

}  // namespace storebridge::sim
