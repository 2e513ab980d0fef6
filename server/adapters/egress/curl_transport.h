#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/egress/http_transport.h"
#include "core/result.h"
#include "ports/executor.h"
#include "ports/log.h"

namespace storebridge::egress {

struct CurlTransportOptions {
  // Addresses beside the public ones, as AddressRules::Parse reads them. For tests, demos and
  // stores in the same network.
  std::vector<std::string> allowed_addresses;
  // Certificates (PEM) that are trusted beside the system's; read when the transport is made.
  std::string extra_ca_file;
  std::chrono::milliseconds connect_timeout{10000};
  // Connections kept for later: one for each origin and a few beside; fewer when the system allows
  // fewer open files.
  std::size_t kept_connections_max = 16'384;
  // Handles kept for later, each with the TLS sessions of one origin, about 10 KB.
  std::size_t kept_handles_max = 16'384;
};

class CurlLoop;

// HTTP/1.1 and, where TLS offers it, HTTP/2 by libcurl on a thread of its own.
class CurlTransport final : public HttpTransport {
 public:
  // kInvalidArgument for bad options, kInternal when the system refuses. `executor` outlives the
  // transport.
  static Result<std::unique_ptr<HttpTransport>> Make(const CurlTransportOptions& options,
                                                     ports::Executor& executor,
                                                     ports::Log& log);
  ~CurlTransport() override;

  Id Start(WireRequest request, Done done) override;
  void Cancel(Id id) override;

 private:
  // Requests that are not answered; touched on the executor only.
  using Waiting = std::unordered_map<Id, Done>;

  explicit CurlTransport(ports::Executor& executor);

  ports::Executor& executor_;
  std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
  Id last_id_ = 0;
  std::unique_ptr<CurlLoop> loop_;
};

}  // namespace storebridge::egress
