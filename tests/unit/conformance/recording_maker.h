#pragma once

#include <functional>
#include <string>

#include "storebridge/connector.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::conformance {

// Answers a request, as a store does.
using Store = std::function<connector::v1::Completion(const connector::v1::HttpRequest&)>;

// Runs a session of the connector on a store and writes it down.
void MakeRecording(const std::string& path,
                   const sb_connector_v1& connector,
                   const connector::v1::Begin& begin,
                   const Store& store);

// An answer with a body.
connector::v1::Completion Answered(std::uint32_t status, const std::string& body);

}  // namespace storebridge::conformance
