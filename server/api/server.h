#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/address.h"
#include "api/api_ports.h"
#include "api/call_meter.h"
#include "core/result.h"

namespace storebridge::api {

// Limits of the server; each is set on every listener.
inline constexpr int kMetadataBytesMax = 8 * 1024;
inline constexpr int kPingStrikesMax = 2;
inline constexpr int kPingIntervalMsMin = 300'000;
inline constexpr int kKeepaliveMs = 120'000;
inline constexpr int kKeepaliveTimeoutMs = 20'000;
inline constexpr std::size_t kMemoryBytesMax = 512UL * 1024UL * 1024UL;
inline constexpr int kThreadsMax = 64;

// Files in PEM.
struct TlsFiles {
  // No TLS when empty.
  std::string certificate = {};
  std::string key = {};
  // Clients have to show a certificate of this authority; none is asked for when empty.
  std::string client_ca = {};
};

// Where and how to listen.
struct ServerOptions {
  // `host:port`; port 0 takes any free one. No TCP when empty.
  std::string tcp_address = {};
  // For TCP.
  TlsFiles tls = {};
  // Full path of a unix socket, made with mode 0600. None when empty.
  std::string unix_socket = {};
  // Larger requests are refused with RESOURCE_EXHAUSTED.
  int receive_bytes_max = 4 * 1024 * 1024;
  // Calls of one connection that are under way; more wait.
  int streams_per_connection_max = 100;
};

// The gRPC server with all services, health, channelz and reflection.
class GrpcServer {
 public:
  // Begins to serve. Errors say what stands in the way and what to do: the port is taken, a file
  // cannot be read, or another address than loopback is wanted without mutual TLS. `ports` outlive
  // the server. `watch` is told of calls.
  static Result<std::unique_ptr<GrpcServer>> Start(const ServerOptions& options,
                                                   const ApiPorts& ports,
                                                   const std::optional<CallWatch>& watch = {});

  // Shuts down without grace.
  ~GrpcServer();
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;

  // TCP port; 0 without TCP.
  [[nodiscard]] int port() const;

  // Where it listens, such as `127.0.0.1:7420` and `unix:/run/storebridge/storebridge.sock`.
  [[nodiscard]] const std::vector<std::string>& addresses() const;

  // Takes no more calls, ends the watch streams, waits for the other calls, and cancels what is
  // left after `grace`. Returns when all is over. Repeating is harmless. Not from a call.
  void Shutdown(std::chrono::milliseconds grace);

 private:
  class Impl;
  explicit GrpcServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace storebridge::api
