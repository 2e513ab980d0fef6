#include "adapters/config/server_config.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <tuple>

#include <fmt/format.h>
#include <sys/un.h>

#include "adapters/config/config_reader.h"
#include "adapters/config/network_address.h"
#include "adapters/config/yaml_tree.h"
#include "core/ids.h"

namespace storebridge::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kProblemsTold = 20;
constexpr std::int64_t kDaysMax = 3'650;

std::string CheckPath(const std::string& path) {
  if (path.empty()) {
    return "is empty; give a path or leave the line out";
  }
  return path.find('\0') == std::string::npos ? "" : "has a zero byte in it";
}

std::string CheckAddress(const std::string& address) {
  if (address.empty()) {
    return "";
  }
  const auto parsed = ParseHostPort(address);
  return parsed ? "" : parsed.error().message;
}

std::string CheckSocket(const std::string& path) {
  constexpr std::size_t kPathMax = sizeof(sockaddr_un::sun_path) - 1;
  return path.size() <= kPathMax
             ? ""
             : fmt::format(
                   "has {} characters; a socket's path has at most {}", path.size(), kPathMax);
}

std::string CheckConnectorId(const std::string& id) {
  const Status status = CheckChosenId("a connector", id);
  return status ? "" : status.error().message;
}

std::string CheckPlace(const std::string& text) {
  const Status status = CheckPrivatePlace(text);
  return status ? "" : status.error().message;
}

void ReadTls(SectionReader tls, TlsConfig& config) {
  tls.Text("cert", config.cert_file, CheckPath);
  tls.Text("key", config.key_file, CheckPath);
  tls.Text("client_ca", config.client_ca_file, CheckPath);
  const int given = int{tls.Has("cert")} + int{tls.Has("key")} + int{tls.Has("client_ca")};
  if (given == 0 || given == 3) {
    return;
  }
  for (const char* key : {"cert", "key", "client_ca"}) {
    if (!tls.Has(key)) {
      tls.Say(key, "is missing; cert, key and client_ca are needed together");
    }
  }
}

// Debian's gRPC can be brought to use a whole core by one anonymous connection, so nobody anonymous
// may connect.
void CheckReach(SectionReader& listen, const ListenConfig& config) {
  const auto address = ParseHostPort(config.address);
  if (!config.address.empty() && address && !IsLoopback(address->host) &&
      config.tls.client_ca_file.empty()) {
    listen.Say(
        "address",
        fmt::format(
            "{} can be reached from other machines, and callers could not be told apart: set "
            "listen.tls.cert, listen.tls.key and listen.tls.client_ca (mutual TLS), or listen "
            "on 127.0.0.1 and put a proxy such as nginx in front",
            config.address));
  }
}

// What was read besides the values.
struct Reading {
  std::vector<Problem> problems;
  std::vector<std::string> known;
  bool has_unix_socket = false;
};

void ReadListen(SectionReader listen, ListenConfig& config, Reading& reading) {
  listen.Text("address", config.address, CheckAddress);
  listen.Text("unix_socket", config.unix_socket, CheckSocket);
  ReadTls(listen.Section("tls"), config.tls);
  CheckReach(listen, config);
  reading.has_unix_socket = listen.Has("unix_socket");
  if (config.address.empty() && reading.has_unix_socket && config.unix_socket.empty()) {
    listen.Say("address", "is empty and so is unix_socket; one of them is needed");
  }
}

void ReadLog(SectionReader log, LogConfig& config) {
  log.Choice<LogFormatChoice>("format",
                              config.format,
                              {{"text", LogFormatChoice::kText}, {"json", LogFormatChoice::kJson}});
  log.Choice<LogLevelChoice>("level",
                             config.level,
                             {{"debug", LogLevelChoice::kDebug},
                              {"info", LogLevelChoice::kInfo},
                              {"warning", LogLevelChoice::kWarning},
                              {"error", LogLevelChoice::kError}});
  log.Text("file", config.file);
}

// Of what others may reach through a proxy alone; `why` it is.
std::string CheckLocalAddress(const std::string& address, std::string_view why) {
  if (std::string complaint = CheckAddress(address); address.empty() || !complaint.empty()) {
    return complaint;
  }
  return IsLoopback(ParseHostPort(address)->host)
             ? ""
             : fmt::format("can be reached from other machines, and {}", why);
}

std::string CheckMetricsAddress(const std::string& address) {
  return CheckLocalAddress(address,
                           "nobody would be asked who looks: listen on 127.0.0.1, and put a proxy "
                           "that asks in front");
}

std::string CheckWebhooksAddress(const std::string& address) {
  return CheckLocalAddress(address,
                           "there is no TLS: listen on 127.0.0.1, and put a proxy with TLS in "
                           "front");
}

void ReadLimits(SectionReader limits, LimitsConfig& config) {
  limits.Number("sync_runs", config.sync_runs, {1, 1'000});
  limits.Number("engine_backlog", config.engine_backlog, {100, 10'000'000});
  limits.Number("request_bytes",
                config.request_bytes,
                {std::int64_t{64} * 1024, std::int64_t{64} * 1024 * 1024});
  limits.Number("requests_per_connection", config.requests_per_connection, {1, 10'000});
  limits.Number("sent_shipment_days", config.sent_shipment_days, {1, kDaysMax});
  limits.Number("resolved_issue_days", config.resolved_issue_days, {1, kDaysMax});
  limits.Number("stock_entry_days", config.stock_entry_days, {1, kDaysMax});
  limits.Number("change_days", config.change_days, {1, kDaysMax});
  limits.Number("stop_seconds", config.stop_seconds, {1, 600});
}

ServerConfig Read(const YamlNode& root, Reading& reading) {
  ServerConfig config;
  config.connectors.folder = STOREBRIDGE_CONNECTOR_FOLDER;
  SectionReader top(&root, "", reading.problems, reading.known);
  ReadListen(top.Section("listen"), config.listen, reading);
  SectionReader data = top.Section("data");
  data.Text("folder", config.data.folder, CheckPath);
  data.Text("database", config.data.database_file, CheckPath);
  data.Text("key_file", config.data.key_file, CheckPath);
  SectionReader connectors = top.Section("connectors");
  connectors.Text("folder", config.connectors.folder, CheckPath);
  connectors.TextList("in_process", config.connectors.in_process, CheckConnectorId);
  connectors.Choice<bool>("sandbox", config.connectors.sandbox, {{"true", true}, {"false", false}});
  SectionReader egress = top.Section("egress");
  egress.TextList("allow_private", config.egress.allow_private, CheckPlace);
  egress.Text("extra_ca_file", config.egress.extra_ca_file, CheckPath);
  ReadLog(top.Section("log"), config.log);
  top.Section("metrics").Text("address", config.metrics.address, CheckMetricsAddress);
  top.Section("webhooks").Text("address", config.webhooks.address, CheckWebhooksAddress);
  ReadLimits(top.Section("limits"), config.limits);
  return config;
}

// Makes relative paths relative to `folder`.
void ResolvePaths(ServerConfig& config, const fs::path& folder) {
  for (std::string* path : {&config.listen.unix_socket,
                            &config.listen.tls.cert_file,
                            &config.listen.tls.key_file,
                            &config.listen.tls.client_ca_file,
                            &config.data.folder,
                            &config.data.database_file,
                            &config.data.key_file,
                            &config.connectors.folder,
                            &config.egress.extra_ca_file,
                            &config.log.file}) {
    if (!path->empty()) {
      *path = (folder / *path).lexically_normal().string();
    }
  }
}

// Fills in the paths that follow from others.
void FillPaths(ServerConfig& config, Reading& reading) {
  const fs::path folder(config.data.folder);
  if (config.data.database_file.empty()) {
    config.data.database_file = (folder / "storebridge.db").string();
  }
  if (config.data.key_file.empty()) {
    config.data.key_file = (folder / "vault.key").string();
  }
  if (!reading.has_unix_socket) {
    config.listen.unix_socket = (folder / "storebridged.sock").string();
  }
  const std::string complaint = CheckSocket(config.listen.unix_socket);
  if (!complaint.empty()) {
    reading.problems.push_back(
        {{},
         fmt::format("'listen.unix_socket' ('{}') {}; set a shorter one, or '' for none",
                     config.listen.unix_socket,
                     complaint)});
  }
}

// What is repeated of the file may have line breaks in it; a problem keeps to its line.
std::string OnOneLine(std::string text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  return text;
}

Error ToError(std::vector<Problem> problems, const std::string& name) {
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  std::string message;
  for (std::size_t i = 0; i < std::min(problems.size(), kProblemsTold); ++i) {
    const Problem& problem = problems[i];
    message += fmt::format("{}{}:{}:{}: {}",
                           i == 0 ? "" : "\n",
                           name,
                           problem.place.line,
                           problem.place.column,
                           OnOneLine(problem.text));
  }
  if (problems.size() > kProblemsTold) {
    message += fmt::format("\n{}: and {} more", name, problems.size() - kProblemsTold);
  }
  return Error{.code = Code::kInvalidArgument,
               .reason = "CONFIG_INVALID",
               .message = std::move(message),
               .facts = {{"file", name}}};
}

Result<ServerConfig> ReadText(std::string_view text,
                              const std::string& name,
                              const fs::path* folder) {
  Reading reading;
  const YamlNode root = ParseYaml(text, reading.problems);
  ServerConfig config = Read(root, reading);
  if (folder != nullptr) {
    ResolvePaths(config, *folder);
  }
  FillPaths(config, reading);
  if (!reading.problems.empty()) {
    return ToError(std::move(reading.problems), name);
  }
  return config;
}

Error CannotRead(const std::string& path, int error) {
  return Error{
      .code = error == ENOENT ? Code::kNotFound : Code::kFailedPrecondition,
      .reason = "CONFIG_FILE",
      .message = fmt::format("cannot read the configuration '{}': {}", path, std::strerror(error)),
      .facts = {{"file", path}}};
}

Result<std::string> ReadFile(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    return CannotRead(path, EISDIR);
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return CannotRead(path, errno == 0 ? EIO : errno);
  }
  // One more than allowed, so that the parser sees that it is too much.
  std::string text(kFileBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) {
    return CannotRead(path, EIO);
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace

Result<ServerConfig> ParseConfig(std::string_view text, const std::string& name) {
  return ReadText(text, name, nullptr);
}

Result<ServerConfig> LoadConfig(const std::string& path) {
  SB_TRY(const std::string text, ReadFile(path));
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  if (error) {
    return CannotRead(path, error.value());
  }
  const fs::path folder = absolute.parent_path();
  return ReadText(text, path, &folder);
}

std::vector<std::string> KnownKeys() {
  Reading reading;
  Read(YamlNode{}, reading);
  return reading.known;
}

}  // namespace storebridge::config
