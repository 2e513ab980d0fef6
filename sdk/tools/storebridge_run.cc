// storebridge-run: runs one operation of a connector against a live store, without a server.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>

#include <CLI/CLI.hpp>

#include "adapters/plugin_host/config_template.h"
#include "domain/operation.h"
#include "error_log.h"
#include "loaded_connector.h"
#include "recordings.h"
#include "run_input.h"
#include "run_loop.h"
#include "storebridge/sdk/time.h"

namespace storebridge::run {
namespace {

struct Flags {
  std::string library;
  std::string operation;
  std::string config;
  std::string cursor;
  std::string from;
  std::string input;
  std::vector<std::string> only;
  std::vector<std::string> only_parents;
  std::vector<std::string> capabilities;
  std::vector<std::string> allowed;
  bool is_full = false;
  bool allows_private = false;
  bool is_in_process = false;
  std::uint64_t seed = 0;
  std::string record;
  std::string replay;
  RunOptions run;
};

Error BadFlag(std::string message) {
  return Error{
      .code = Code::kInvalidArgument, .reason = "COMMAND_LINE", .message = std::move(message)};
}

void AddFlags(CLI::App* app, Flags* flags) {
  app->add_option("connector", flags->library, "the connector, such as woocommerce.so")->required();
  app->add_option("--operation", flags->operation, "such as orders.pull");
  app->add_option("--config", flags->config, "YAML or JSON: config: {...}, secrets: {...}");
  app->add_option("--cursor", flags->cursor, "what an earlier run printed as cursor");
  app->add_flag("--full", flags->is_full, "pull everything that matters");
  app->add_option("--from", flags->from, "orders placed since, such as 2024-05-01T00:00:00Z");
  app->add_option("--only", flags->only, "pull only these ids of the store");
  app->add_option("--only-parent",
                  flags->only_parents,
                  "for each --only in turn, the product that a variant belongs to; \"\" for none");
  app->add_option("--input", flags->input, "YAML or JSON of what to push: levels or shipments");
  app->add_option("--capability", flags->capabilities, "what auth.check printed as capability");
  app->add_option("--record", flags->record, "write the session to this new file, for --replay");
  app->add_option("--replay", flags->replay, "run a recording; say where the connector differs");
  app->add_option(
      "--limit", flags->run.limit, "print so many orders and products, no cursor, and stop");
  app->add_option("--seed", flags->seed, "the connector's chance");
  app->add_flag("--allow-private", flags->allows_private, "allow stores in private networks");
  app->add_flag("--in-process",
                flags->is_in_process,
                "without the sandbox: for a debugger, sanitizers and what the connector prints");
  app->add_option("--allow", flags->allowed, "allow an address or host:port beside public ones");
}

std::vector<std::string> AllowedAddresses(const Flags& flags) {
  std::vector<std::string> allowed = flags.allowed;
  if (flags.allows_private) {
    for (const char* network :
         {"127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"}) {
      allowed.emplace_back(network);
    }
  }
  return allowed;
}

Status FillPull(const Flags& flags, connector::v1::Begin* begin) {
  connector::v1::Pull* pull = begin->mutable_pull();
  pull->set_full(flags.is_full);
  for (const std::string& id : flags.only) {
    pull->add_only_external_ids(id);
  }
  if (!flags.only_parents.empty() && flags.operation != "products.pull") {
    return BadFlag("--only-parent is for products.pull: orders have none");
  }
  if (!flags.only_parents.empty() && flags.only_parents.size() != flags.only.size()) {
    return BadFlag("--only-parent has to be given for each --only, or for none");
  }
  for (const std::string& id : flags.only_parents) {
    pull->add_only_external_parent_ids(id);
  }
  if (!flags.from.empty()) {
    const std::optional<std::int64_t> from = sdk::ParseTime(flags.from);
    if (!from) {
      return BadFlag("--from is '" + flags.from + "', expected such as 2024-05-01T00:00:00Z");
    }
    pull->set_from_ms(*from);
  }
  return Ok();
}

Status FillPush(const Flags& flags, connector::v1::Begin* begin) {
  if (flags.input.empty()) {
    return BadFlag(flags.operation + " needs --input with " +
                   (flags.operation == "stock.push" ? "levels" : "shipments"));
  }
  return ReadPush(flags.input, begin);
}

Result<connector::v1::Begin> MakeBegin(const Flags& flags, const std::string& config_json) {
  connector::v1::Begin begin;
  begin.set_operation(flags.operation);
  begin.set_config_json(config_json);
  begin.set_cursor(flags.cursor);
  begin.set_seed(flags.seed);
  begin.add_host_features("compare");
  for (const std::string& capability : flags.capabilities) {
    begin.add_capabilities(capability);
  }
  if (domain::IsPush(flags.operation)) {
    SB_CHECK(FillPush(flags, &begin));
  } else if (!flags.input.empty()) {
    return BadFlag("--input is for what is pushed; " + flags.operation + " takes none");
  } else if (flags.operation.ends_with(".pull")) {
    SB_CHECK(FillPull(flags, &begin));
  }
  return begin;
}

// Says which credentials are missing before the store does.
Status CheckSecrets(const connector::v1::Manifest& manifest,
                    const ports::SecretMap& secrets,
                    const std::string& file) {
  for (const auto& secret : secrets) {
    const std::string& name = secret.first;
    const bool is_known = std::any_of(manifest.secrets().begin(),
                                      manifest.secrets().end(),
                                      [&](const auto& known) { return known.name() == name; });
    if (!is_known) {
      return BadFlag("the connector has no secret '" + name + "'");
    }
  }
  for (const auto& needed : manifest.secrets()) {
    if (!secrets.contains(needed.name())) {
      std::cerr << "note: no secret '" << needed.name() << "' (" << needed.label()
                << "): add secrets: {" << needed.name() << ": ...} to " << file << "\n";
    }
  }
  return Ok();
}

// Says what the server would never ask of the connector.
Status CheckDeclared(const connector::v1::Manifest& manifest, const std::string& operation) {
  if (domain::HasOperation(manifest, operation)) {
    return Ok();
  }
  std::string names;
  for (const auto& declared : manifest.operations()) {
    names += (names.empty() ? "" : ", ") + declared.name();
  }
  return BadFlag("there is no operation '" + operation + "' in this connector; it has: " + names);
}

// Says that it would never give so much at once.
Status CheckCount(const connector::v1::Manifest& manifest, const connector::v1::Begin& begin) {
  const int items = begin.stock().levels_size() + begin.shipments().shipments_size();
  for (const auto& operation : manifest.operations()) {
    const std::uint32_t most = domain::PushItemsOf(operation);
    if (operation.name() == begin.operation() && static_cast<std::uint32_t>(items) > most) {
      return BadFlag("--input has " + std::to_string(items) + " records; " + begin.operation() +
                     " is given at most " + std::to_string(most) + " at once");
    }
  }
  return Ok();
}

Result<std::unique_ptr<LoadedConnector>> Load(const Flags& flags, ErrorLog& log) {
  return LoadedConnector::Load(
      flags.library,
      flags.is_in_process ? LoadedConnector::Place::kThisProcess : LoadedConnector::Place::kSandbox,
      log);
}

Result<bool> RunReplay(const Flags& flags) {
  ErrorLog log;
  SB_TRY(const auto connector, Load(flags, log));
  return ReplayFile(flags.replay, *connector);
}

Status CheckNeeded(const Flags& flags) {
  if (flags.operation.empty() && flags.config.empty()) {
    return BadFlag("--operation and --config are needed, or --replay");
  }
  if (flags.operation.empty()) {
    return BadFlag("--operation is needed, such as orders.pull");
  }
  if (flags.config.empty()) {
    return BadFlag("--config is needed, a file with config: {...} and secrets: {...}");
  }
  return Ok();
}

Result<bool> RunOperation(const Flags& flags) {
  SB_CHECK(CheckNeeded(flags));
  SB_TRY(StoreFile file, ReadStoreFile(flags.config));
  ErrorLog log;
  SB_TRY(const auto connector, Load(flags, log));
  const connector::v1::Manifest& manifest = connector->manifest();
  if (Status status = plugin_host::CheckStoreConfig(manifest, file.config_json); !status) {
    return BadFlag(flags.config + ": " + status.error().message);
  }
  SB_CHECK(CheckSecrets(manifest, file.secrets, flags.config));
  SB_CHECK(CheckDeclared(manifest, flags.operation));
  SB_TRY(connector::v1::Begin begin, MakeBegin(flags, file.config_json));
  SB_CHECK(CheckCount(manifest, begin));

  auto profile = std::make_shared<ports::EgressProfile>();
  profile->store = domain::StoreKey{"storebridge-run", "store"};
  profile->connector = manifest.id();
  SB_TRY(profile->allowed_prefixes, plugin_host::AllowedPrefixes(manifest, file.config_json));
  profile->rate_limit = manifest.rate_limit();
  profile->auth.assign(manifest.auth().begin(), manifest.auth().end());
  profile->response_bytes_max = manifest.limits().max_response_bytes();

  SB_TRY(const auto caller, StoreCaller::Make(std::move(file.secrets), AllowedAddresses(flags)));
  SB_TRY(auto session, connector->Open());
  if (!flags.record.empty()) {
    SB_TRY(auto twin, connector->Open());
    auto recorded = RecordInto(flags.record,
                               flags.operation,
                               manifest,
                               {.session = std::move(session), .twin = std::move(twin)},
                               *caller);
    if (!recorded) {
      Error error = recorded.error();
      error.message = "--record: " + error.message;
      if (std::filesystem::exists(flags.record)) {
        error.message += "; remove it, or take another name";
      }
      return error;
    }
    session = *std::move(recorded);
  }
  RunLoop loop(std::move(session), *caller, std::move(profile), flags.run);
  return loop.Run(std::move(begin));
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Runs one operation of a connector against a live store. Records go to standard output as "
      "JSON lines; requests and the outcome to standard error. A push writes to the store.",
      "storebridge-run");
  Flags flags;
  AddFlags(&app, &flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;
  }
  const Result<bool> result = flags.replay.empty() ? RunOperation(flags) : RunReplay(flags);
  if (!result) {
    std::cerr << "storebridge-run: " << result.error().message << "\n";
    return 1;
  }
  return *result ? 0 : 1;
}

}  // namespace
}  // namespace storebridge::run

int main(int argc, char** argv) {
  try {
    return storebridge::run::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fputs("storebridge-run: ", stderr);
    std::fputs(error.what(), stderr);
    std::fputs("\n", stderr);
    return 1;
  }
}
