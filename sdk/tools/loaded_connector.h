#pragma once

#include <memory>
#include <string>

#include "adapters/plugin_host/connector_library.h"
#include "adapters/plugin_host/runner.h"
#include "adapters/runtime/system_clock.h"
#include "adapters/runtime/thread_executor.h"
#include "core/result.h"
#include "ports/connector_host.h"
#include "ports/log.h"

namespace storebridge::run {

// The connector of a file. Used from one thread.
class LoadedConnector {
 public:
  enum class Place {
    // As the server runs what is not listed.
    kSandbox,
    // Where a debugger and sanitizers see it, and one sees what it prints.
    kThisProcess,
  };

  // Loads and checks it. The error says what is wrong with which file. `log` outlives it.
  static Result<std::unique_ptr<LoadedConnector>> Load(const std::string& file,
                                                       Place place,
                                                       ports::Log& log);

  ~LoadedConnector();
  LoadedConnector(const LoadedConnector&) = delete;
  LoadedConnector& operator=(const LoadedConnector&) = delete;

  [[nodiscard]] const connector::v1::Manifest& manifest() const { return manifest_; }

  // A new session; it answers before Step returns, and is gone before the connector is.
  Result<std::unique_ptr<ports::ConnectorSession>> Open();

 private:
  explicit LoadedConnector(ports::Log& log)
      : log_(log), executor_({.thread_name = "answers"}, log) {}

  Status LoadHere(const std::string& path, const std::string& id);
  Status LoadInSandbox(const std::string& path, const std::string& id);

  ports::Log& log_;
  runtime::SystemClock clock_;
  runtime::ThreadExecutor executor_;
  connector::v1::Manifest manifest_;
  // One of them.
  plugin_host::ConnectorLibrary library_;
  std::shared_ptr<plugin_host::Runner> runner_;
};

}  // namespace storebridge::run
