#pragma once

#include <memory>
#include <string>

#include "adapters/plugin_host/runner.h"
#include "ports/connector_host.h"

namespace storebridge::plugin_host {

// An operation of a connector that runs in a process of its own. Used on the executor.
class RunnerSession : public ports::ConnectorSession {
 public:
  explicit RunnerSession(std::shared_ptr<Runner> runner);
  ~RunnerSession() override;
  RunnerSession(const RunnerSession&) = delete;
  RunnerSession& operator=(const RunnerSession&) = delete;

  // `done` is never called before it returns, nor after the session is gone.
  void Step(std::string event, StepDone done) override;

 private:
  const std::shared_ptr<Runner> runner_;
  const Runner::SessionId session_;
  // Says to answers on their way that nobody waits for them.
  const std::shared_ptr<bool> is_gone_ = std::make_shared<bool>(false);
};

}  // namespace storebridge::plugin_host
