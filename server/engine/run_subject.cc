#include "engine/run_subject.h"

#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace storebridge::engine {
namespace {

constexpr std::uint64_t kDefaultResponseBytesMax = 8ULL << 20U;

}  // namespace

Result<RunSubject> SubjectOf(const ports::ConnectorHost& connectors,
                             const ports::StoreConfigChecker& config_checker,
                             const domain::StoreKey& key,
                             const v1::Store& store) {
  SB_TRY(std::string connector, domain::ParseConnectorName(store.connector()));
  SB_TRY(const ports::ConnectorInfo info, connectors.Find(connector));
  if (!info.manifest) {
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "CONNECTOR_NOT_READY",
                 .message = fmt::format(
                     "connector '{}' cannot be used: {}", connector, info.resource.state_reason()),
                 .facts = {{"connector", connector}}};
  }
  auto profile = std::make_shared<ports::EgressProfile>();
  profile->store = key;
  profile->connector = connector;
  SB_TRY(profile->allowed_prefixes,
         config_checker.AllowedPrefixes(*info.manifest, store.config_json()));
  profile->rate_limit = info.manifest->rate_limit();
  profile->auth.assign(info.manifest->auth().begin(), info.manifest->auth().end());
  const std::uint64_t wanted = info.manifest->limits().max_response_bytes();
  profile->response_bytes_max = wanted > 0 ? wanted : kDefaultResponseBytesMax;
  return RunSubject{.key = key,
                    .store = store,
                    .connector = std::move(connector),
                    .manifest = info.manifest,
                    .profile = std::move(profile)};
}

}  // namespace storebridge::engine
