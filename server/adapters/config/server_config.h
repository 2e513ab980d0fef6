#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace storebridge::config {

// Files with which the server proves who it is and learns who its callers are. All or none.
struct TlsConfig {
  std::string cert_file;
  std::string key_file;
  // Callers need a certificate from it.
  std::string client_ca_file;
  bool operator==(const TlsConfig&) const = default;
};

struct ListenConfig {
  // `host:port`; empty for none.
  std::string address = "127.0.0.1:7420";
  // Of a unix socket, mode 0600; empty for none.
  std::string unix_socket;
  // Used on `address`, when its files are named.
  TlsConfig tls;
  bool operator==(const ListenConfig&) const = default;
};

struct DataConfig {
  std::string folder = "/var/lib/storebridge";
  std::string database_file;
  // Holds the key that credentials are encrypted with.
  std::string key_file;
  bool operator==(const DataConfig&) const = default;
};

struct ConnectorsConfig {
  std::string folder;
  // Ids of connectors that run inside the server.
  std::vector<std::string> in_process = {"woocommerce", "vendure", "medusa"};
  // Whether the others run in processes of their own; they are not opened otherwise.
  bool sandbox = true;
  bool operator==(const ConnectorsConfig&) const = default;
};

struct EgressConfig {
  // Networks (`10.1.0.0/16`) and places (`host:port`) that may be reached although they are
  // private.
  std::vector<std::string> allow_private;
  // Certificates that are believed besides those of the system; empty for none.
  std::string extra_ca_file;
  bool operator==(const EgressConfig&) const = default;
};

struct WebhooksConfig {
  // `host:port` on this machine; empty for none.
  std::string address;
  bool operator==(const WebhooksConfig&) const = default;
};

enum class LogFormatChoice { kText, kJson };
enum class LogLevelChoice { kDebug, kInfo, kWarning, kError };

struct LogConfig {
  LogFormatChoice format = LogFormatChoice::kText;
  LogLevelChoice level = LogLevelChoice::kInfo;
  // Standard error when empty.
  std::string file;
  bool operator==(const LogConfig&) const = default;
};

struct MetricsConfig {
  // `host:port` on this machine; empty for none.
  std::string address;
  bool operator==(const MetricsConfig&) const = default;
};

struct LimitsConfig {
  // Sync runs that go on at the same time.
  std::int64_t sync_runs = 64;
  // Tasks that may wait for the engine before it is logged.
  std::int64_t engine_backlog = 10'000;
  // Largest message that a caller may send.
  std::int64_t request_bytes = std::int64_t{4} * 1024 * 1024;
  // Requests of one connection that may be answered at the same time.
  std::int64_t requests_per_connection = 100;
  // Days after which the outbox forgets a shipment that the store was told of.
  std::int64_t sent_shipment_days = 30;
  // Days after which an issue is forgotten that was resolved.
  std::int64_t resolved_issue_days = 90;
  // Days after which a line of the stock ledger is forgotten.
  std::int64_t stock_entry_days = 400;
  // Days that the change log goes back.
  std::int64_t change_days = 30;
  // What a stop may take.
  std::int64_t stop_seconds = 20;
  bool operator==(const LimitsConfig&) const = default;
};

// All that an administrator can set. Every path is filled in.
struct ServerConfig {
  ListenConfig listen;
  DataConfig data;
  ConnectorsConfig connectors;
  EgressConfig egress;
  LogConfig log;
  MetricsConfig metrics;
  WebhooksConfig webhooks;
  LimitsConfig limits;
  bool operator==(const ServerConfig&) const = default;
};

// Reads a configuration; `name` stands in front of each error. Empty text gives the defaults.
// kInvalidArgument has one line for each problem, `<name>:<line>:<column>: <what is wrong and what
// to do>`, by place.
Result<ServerConfig> ParseConfig(std::string_view text, const std::string& name);

// The same for a file. Relative paths in it are relative to its folder. kNotFound and
// kFailedPrecondition when it cannot be read; kInvalidArgument as above.
Result<ServerConfig> LoadConfig(const std::string& path);

// Every key there is, such as `listen.tls.cert`, in the order of the struct. For tests of the
// documentation.
std::vector<std::string> KnownKeys();

}  // namespace storebridge::config
