#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "storebridge/connector/v1/connector.pb.h"
#include "storebridge/v1/connector.pb.h"

namespace storebridge::ports {

// What is known of a connector. `manifest` is null unless it is STATE_READY.
struct ConnectorInfo {
  v1::Connector resource;
  std::shared_ptr<const connector::v1::Manifest> manifest;
};

// One running operation of a connector. Destroying it ends it, wherever it is.
class ConnectorSession {
 public:
  // `effect` is valid during the call only.
  using StepDone = std::function<void(Result<std::string_view> effect)>;

  virtual ~ConnectorSession() = default;

  // Feeds one Event (serialized) and gives one Effect (serialized). `done` is called once, on the
  // executor, possibly before Step returns. At most one Step is under way. An error means that the
  // session is broken: destroy it; kUnavailable and kResourceExhausted, by no fault of its own.
  virtual void Step(std::string event, StepDone done) = 0;
};

// Where connectors live: in this process or in a process of their own; callers cannot tell. Safe
// from any thread.
class ConnectorHost {
 public:
  virtual ~ConnectorHost() = default;

  // All connectors, by id; also the refused ones, with the reason.
  [[nodiscard]] virtual std::vector<ConnectorInfo> List() const = 0;

  // `id` as in `connectors/{id}`. kNotFound names those there are.
  [[nodiscard]] virtual Result<ConnectorInfo> Find(std::string_view id) const = 0;

  // Begins an operation. kFailedPrecondition for a connector that is not ready.
  virtual Result<std::unique_ptr<ConnectorSession>> Open(std::string_view id) = 0;

  struct ReloadRequest {
    std::string id;
    // Whether what was loaded may take the place of what is there. Asked on the executor.
    std::function<Status(const connector::v1::Manifest& manifest)> approve;
    // Loads it and asks, and leaves everything as it is.
    bool is_only_tried = false;
  };
  using ReloadDone = std::function<void(Result<ConnectorInfo>)>;

  // Loads the file of a connector again, or for the first time. Sessions begin with it from then
  // on; those that go on keep what they have. An error leaves everything as it is. `done` is called
  // once, on the executor, possibly before Reload returns. Only on the executor.
  virtual void Reload(ReloadRequest request, ReloadDone done) = 0;
};

}  // namespace storebridge::ports
