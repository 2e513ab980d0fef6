#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "adapters/plugin_host/step_watch.h"
#include "core/result.h"
#include "ports/clock.h"
#include "ports/connector_host.h"
#include "ports/log.h"

struct sb_connector_v1;
struct sb_session;

namespace storebridge::plugin_host {

// What an effect may have; more is a defect of the connector.
constexpr std::size_t kEffectBytesMax = std::size_t{4} * 1024 * 1024;
// A step only translates. One that takes longer than this holds up every other store and is logged.
constexpr std::int64_t kStepWarnMs = 1'000;

// What sessions need; outlives them.
struct SessionPorts {
  ports::Clock& clock;
  ports::Log& log;
  // Told of each call of a connector, when there is one.
  StepWatch* watch = nullptr;
};

// Runs an operation by calling the connector's functions on the caller's thread. A connector that
// breaks its contract ends its session, not the server, as far as one process can: a crash or an
// endless loop cannot be caught.
class InProcessSession : public ports::ConnectorSession {
 public:
  // `functions` is never unloaded. kResourceExhausted when the connector has no memory.
  static Result<std::unique_ptr<ports::ConnectorSession>> Begin(std::string id,
                                                                const sb_connector_v1& functions,
                                                                SessionPorts ports);

  ~InProcessSession() override;
  InProcessSession(const InProcessSession&) = delete;
  InProcessSession& operator=(const InProcessSession&) = delete;

  // Calls `done` before it returns. Errors are kInternal, name the connector and last.
  void Step(std::string event, StepDone done) override;

 private:
  InProcessSession(std::string id,
                   const sb_connector_v1& functions,
                   SessionPorts ports,
                   sb_session* session);

  Result<std::string_view> CallStep(const std::string& event, std::int64_t start_ms);
  Error Broken(const std::string& what);

  const std::string id_;
  const sb_connector_v1& functions_;
  SessionPorts ports_;
  sb_session* session_;
  bool is_broken_ = false;
};

}  // namespace storebridge::plugin_host
