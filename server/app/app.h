#pragma once

#include <memory>
#include <string>

#include "adapters/config/server_config.h"
#include "core/result.h"

namespace storebridge::app {

// The whole server, wired. Nothing else knows all the parts.
class App {
 public:
  // Builds all parts and begins to serve. Errors say what stands in the way, where, and what to do.
  static Result<std::unique_ptr<App>> Start(const config::ServerConfig& config);

  // Stops in an orderly way, if Stop was not called.
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // One line for people and scripts: version, addresses, connectors, data.
  [[nodiscard]] std::string ReadyLine() const;

  // Says in the log which connector has not come back from a step for a minute or longer: all
  // stores wait for it.
  void ReportHungStep();

  // Takes no more calls, lets running work end at its next page for as long as the configuration
  // allows, and flushes what was accepted. Repeating is harmless. Where it does not come to
  // an end 5 s after that, as a connector is in a step, the process ends here, with exit code 1.
  void Stop();

 private:
  class Impl;
  explicit App(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace storebridge::app
