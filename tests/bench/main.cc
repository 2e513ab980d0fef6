// Measures the figures and prints one table; see README.md. Run it by tools/bench.
#include <algorithm>
#include <fstream>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/figures.h"

namespace storebridge::bench {
namespace {

#ifdef NDEBUG
constexpr bool kIsRelease = true;
#else
constexpr bool kIsRelease = false;
#endif

int Run(const Tools& tools, const std::vector<std::string>& only, const std::string& json_file) {
  std::vector<Row> rows;
  int failed = 0;
  for (const Figures& figures : AllFigures()) {
    if (!only.empty() && std::find(only.begin(), only.end(), figures.name) == only.end()) {
      continue;
    }
    fmt::print(stderr, "bench: {}\n", figures.name);
    Result<std::vector<Row>> some = figures.measure(tools);
    if (!some) {
      fmt::print(stderr, "bench: {}: {}\n", figures.name, some.error().message);
      rows.push_back(NotRun({.name = figures.name, .unit = {}}, some.error().message));
      ++failed;
      continue;
    }
    rows.insert(rows.end(), some->begin(), some->end());
  }
  fmt::print("{}", TableOf(rows));
  if (!json_file.empty()) {
    std::ofstream file(json_file);
    file << JsonOf(rows) << std::flush;
    if (!file) {
      fmt::print(stderr, "bench: cannot write '{}'\n", json_file);
      return 1;
    }
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace storebridge::bench

int main(int argc, char** argv) {
  using storebridge::bench::AllFigures;
  CLI::App flags{"Measures Storebridge beside what it competes with"};
  storebridge::bench::Tools tools;
  std::vector<std::string> only;
  std::string json_file;
  std::vector<std::string> names;
  for (const auto& figures : AllFigures()) {
    names.push_back(figures.name);
  }
  flags.add_option("--only", only, "measure only these")->check(CLI::IsMember(names));
  flags.add_option("--json", json_file, "also write the rows as JSON");
  flags.add_option("--rounds", tools.rounds, "rounds of each figure")->check(CLI::Range(1, 100));
  flags.add_flag("--smoke", tools.is_smoke, "show that everything runs; measures nothing");
  flags.add_option("--server", tools.server, "storebridged")->required();
  flags.add_option("--connectors", tools.connectors, "folder of the connectors")->required();
  flags.add_option("--fast-connectors", tools.fast_connectors, "without rate limits")->required();
  flags.add_option("--store", tools.store, "bench_store")->required();
  flags.add_option("--bare-server", tools.bare_server, "bench_bare_server")->required();
  flags.add_option("--bare-poller", tools.bare_poller, "bench_bare_poller")->required();
  flags.add_option("--quickstart", tools.quickstart, "tools/quickstart")->required();
  flags.add_option("--build", tools.build, "the build folder")->required();
  flags.add_option("--peer-scripts", tools.peer_scripts, "tests/bench/peers")->required();
  flags.add_option("--peers", tools.peer_modules, "where npm installed; without it no peer is run");
  CLI11_PARSE(flags, argc, argv);
  if (!storebridge::bench::kIsRelease && !tools.is_smoke) {
    fmt::print(stderr,
               "bench: this is no release build, its figures mean nothing: use tools/bench\n");
    return 2;
  }
  return storebridge::bench::Run(tools, only, json_file);
}
