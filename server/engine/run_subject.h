#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "domain/names.h"
#include "ports/connector_host.h"
#include "ports/egress.h"
#include "ports/store_config.h"
#include "storebridge/v1/store.pb.h"

namespace storebridge::engine {

// The store that a run works for, as it was when the run began.
struct RunSubject {
  domain::StoreKey key;
  v1::Store store;
  std::string connector;
  std::shared_ptr<const connector::v1::Manifest> manifest;
  std::shared_ptr<const ports::EgressProfile> profile;
};

// Gathers what a run needs to know of a store: its connector, and where its requests may go.
// kFailedPrecondition, reason CONNECTOR_NOT_READY, while the connector cannot be used.
Result<RunSubject> SubjectOf(const ports::ConnectorHost& connectors,
                             const ports::StoreConfigChecker& config_checker,
                             const domain::StoreKey& key,
                             const v1::Store& store);

}  // namespace storebridge::engine
