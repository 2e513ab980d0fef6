#include "app/command_line.h"

#include <filesystem>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/example_config.h"
#include "app/version.h"

namespace storebridge::app {
namespace {

using Answer = std::variant<config::ServerConfig, PrintAndExit>;

// What was on the command line.
struct Flags {
  std::string config_file;
  std::optional<std::string> data;
  std::optional<std::string> listen;
  std::optional<std::string> connectors;
  std::vector<std::string> allow_private;
  std::optional<config::LogLevelChoice> log_level;
  bool print_example = false;
};

const std::map<std::string, config::LogLevelChoice>& LogLevels() {
  static const std::map<std::string, config::LogLevelChoice> levels = {
      {"debug", config::LogLevelChoice::kDebug},
      {"info", config::LogLevelChoice::kInfo},
      {"warning", config::LogLevelChoice::kWarning},
      {"error", config::LogLevelChoice::kError}};
  return levels;
}

void Describe(CLI::App& app, Flags& flags) {
  app.set_version_flag("--version", fmt::format("storebridged {}", kVersion));
  app.add_option("--config", flags.config_file, "Configuration file; see --print-example-config");
  app.add_option("--data", flags.data, "Folder that holds everything that is kept");
  app.add_option("--listen", flags.listen, "host:port for gRPC; port 0 takes any free one");
  app.add_option("--connectors", flags.connectors, "Folder with the connectors");
  app.add_option("--allow-private",
                 flags.allow_private,
                 "Private addresses that may be reached: networks and host:port, joined by commas")
      ->delimiter(',');
  app.add_option("--log-level", flags.log_level, "debug, info, warning or error")
      ->transform(CLI::CheckedTransformer(LogLevels(), CLI::ignore_case));
  app.add_flag("--print-example-config",
               flags.print_example,
               "Print a configuration with all settings, explained");
}

// A path that lay in the old data folder lies in the new one.
void Move(std::string& path, const std::string& from, const std::string& to) {
  namespace fs = std::filesystem;
  const fs::path relative = fs::path(path).lexically_relative(from);
  if (!path.empty() && !relative.empty() && *relative.begin() != "..") {
    path = (fs::path(to) / relative).string();
  }
}

std::string Absolute(const std::string& path) {
  std::error_code ignored;
  const std::filesystem::path absolute = std::filesystem::absolute(path, ignored);
  return absolute.lexically_normal().string();
}

void Apply(const Flags& flags, config::ServerConfig& config) {
  if (flags.data) {
    const std::string folder = Absolute(*flags.data);
    Move(config.data.database_file, config.data.folder, folder);
    Move(config.data.key_file, config.data.folder, folder);
    Move(config.listen.unix_socket, config.data.folder, folder);
    config.data.folder = folder;
  }
  if (flags.listen) {
    config.listen.address = *flags.listen;
  }
  if (flags.connectors) {
    config.connectors.folder = Absolute(*flags.connectors);
  }
  if (!flags.allow_private.empty()) {
    config.egress.allow_private = flags.allow_private;
  }
  if (flags.log_level) {
    config.log.level = *flags.log_level;
  }
}

}  // namespace

Result<Answer> ReadCommandLine(int argc, const char* const* argv) {
  Flags flags;
  CLI::App app("Connects online stores to a fulfilment platform.", "storebridged");
  Describe(app, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Answer(PrintAndExit{app.help()});
  } catch (const CLI::CallForVersion& version) {
    return Answer(PrintAndExit{fmt::format("{}\n", version.what())});
  } catch (const CLI::ParseError& error) {
    return Error{
        .code = Code::kInvalidArgument,
        .reason = "COMMAND_LINE",
        .message = fmt::format("{}; storebridged --help shows what there is", error.what())};
  }
  if (flags.print_example) {
    return Answer(PrintAndExit{std::string(kExampleConfig)});
  }
  SB_TRY(config::ServerConfig config,
         flags.config_file.empty() ? config::ParseConfig("", "defaults")
                                   : config::LoadConfig(flags.config_file));
  Apply(flags, config);
  return Answer(std::move(config));
}

}  // namespace storebridge::app
