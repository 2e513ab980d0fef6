#pragma once

#include <memory>

#include "adapters/egress/http_transport.h"
#include "ports/connector_host.h"
#include "ports/storage.h"

namespace storebridge::sim {

// Puts other parts into a simulated server. The plain simulator has none of them.
class Refit {
 public:
  virtual ~Refit() = default;

  // Between the engine and the storage. `inner` outlives what is given; null leaves it as it is.
  virtual std::unique_ptr<ports::Storage> WrapStorage(ports::Storage& /*inner*/) { return nullptr; }
  // Between connector and host.
  virtual std::unique_ptr<ports::ConnectorSession> WrapSession(
      std::unique_ptr<ports::ConnectorSession> inner) {
    return inner;
  }
  // Between the way out and the wire.
  virtual std::unique_ptr<egress::HttpTransport> WrapTransport(
      std::unique_ptr<egress::HttpTransport> inner) {
    return inner;
  }
};

}  // namespace storebridge::sim
