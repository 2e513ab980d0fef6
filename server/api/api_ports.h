#pragma once

#include "engine/commands.h"
#include "engine/engine.h"
#include "ports/clock.h"
#include "ports/connector_host.h"
#include "ports/log.h"
#include "ports/random.h"
#include "ports/storage.h"

namespace storebridge::api {

// What the services call. All of it outlives the server.
struct ApiPorts {
  engine::Commands& commands;
  engine::Engine& engine;
  // For reading.
  ports::Storage& storage;
  ports::ConnectorHost& connectors;
  ports::Random& random;
  ports::Log& log;
};

}  // namespace storebridge::api
