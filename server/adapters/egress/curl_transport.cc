#include "adapters/egress/curl_transport.h"

#include <algorithm>
#include <utility>

#include <sys/resource.h>

#include "adapters/egress/curl_loop.h"

namespace storebridge::egress {
namespace {

// Half of the files that may be open, as the storage and the API need some.
std::size_t KeptConnections(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return wanted;
  }
  return std::clamp<std::size_t>(limit.rlim_cur / 2, 16, std::max<std::size_t>(wanted, 16));
}

}  // namespace

Result<std::unique_ptr<HttpTransport>> CurlTransport::Make(const CurlTransportOptions& options,
                                                           ports::Executor& executor,
                                                           ports::Log& log) {
  SB_TRY(AddressRules rules, AddressRules::Parse(options.allowed_addresses));
  SB_TRY(TrustedCertificates certificates, TrustedCertificates::Load(options.extra_ca_file));
  if (!certificates.has_authorities()) {
    log.Write(ports::LogLevel::kWarning,
              "The system has no trusted certificates, so no store with https can be reached but "
              "by egress.extra_ca_file: install the package ca-certificates",
              {});
  }
  if (!rules.empty()) {
    std::string shown;
    for (const std::string& entry : options.allowed_addresses) {
      shown += (shown.empty() ? "" : ", ") + entry;
    }
    log.Write(ports::LogLevel::kWarning,
              "Stores can reach addresses that are not public: egress.allow_private is set",
              {{"allowed", shown}});
  }
  auto transport = std::unique_ptr<CurlTransport>(new CurlTransport(executor));
  auto ended = [&executor, waiting = std::weak_ptr<Waiting>(transport->waiting_)](
                   Id id, WireOutcome outcome) {
    // Shared, as tasks are copyable.
    auto shared = std::make_shared<WireOutcome>(std::move(outcome));
    executor.Post([waiting, id, shared] {
      const auto alive = waiting.lock();
      const auto found = alive ? alive->find(id) : Waiting::iterator();
      if (!alive || found == alive->end()) {
        return;
      }
      const Done done = std::move(found->second);
      alive->erase(found);
      done(std::move(*shared));
    });
  };
  const CurlLoop::Sizes sizes{.connections = KeptConnections(options.kept_connections_max),
                              .handles = options.kept_handles_max};
  transport->loop_ = std::make_unique<CurlLoop>(
      CurlSettings{std::move(rules), std::move(certificates), options.connect_timeout},
      sizes,
      std::move(ended));
  SB_CHECK(transport->loop_->Open());
  return std::unique_ptr<HttpTransport>(std::move(transport));
}

CurlTransport::CurlTransport(ports::Executor& executor) : executor_(executor) {}

CurlTransport::~CurlTransport() = default;

HttpTransport::Id CurlTransport::Start(WireRequest request, Done done) {
  const Id id = ++last_id_;
  waiting_->emplace(id, std::move(done));
  loop_->Start(id, std::move(request));
  return id;
}

void CurlTransport::Cancel(Id id) {
  if (waiting_->erase(id) > 0) {
    loop_->Cancel(id);
  }
}

}  // namespace storebridge::egress
