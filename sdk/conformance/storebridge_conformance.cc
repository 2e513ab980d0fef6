// storebridge-conformance: verifies what a connector promises, with recordings as evidence.
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench.h"
#include "checks.h"
#include "recording.h"
#include "score_card.h"
#include "subject.h"

namespace storebridge::conformance {
namespace {

constexpr int kFailed = 1;
constexpr int kUnusable = 2;

struct Flags {
  std::string library;
  std::vector<std::string> recordings;
  bool is_in_process = false;
  bool is_verbose = false;
};

Result<ScoreCard> Verify(const Flags& flags) {
  using Place = run::LoadedConnector::Place;
  auto subject =
      Subject::Load(flags.library, flags.is_in_process ? Place::kThisProcess : Place::kSandbox);
  if (!subject) {
    ScoreCard card;
    card.Add(MakeRow("loads",
                     "",
                     {{.where = flags.library,
                       .did = subject.error().message,
                       .should = "be a connector that the server accepts"}}));
    return card;
  }
  std::vector<Recording> recordings;
  for (const std::string& path : flags.recordings) {
    SB_TRY(Recording recording, ReadEvidence(path, (*subject)->manifest().id()));
    recordings.push_back(std::move(recording));
  }
  SB_TRY(const std::unique_ptr<Bench> bench, Bench::Open(**subject, std::move(recordings)));
  return CheckAll(*bench);
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Verifies what a connector promises. Recordings of its sessions, made with "
      "storebridge-run --record, are the evidence: it is run again on the store that is in them, "
      "with one thing changed at a time. Needs no network.",
      "storebridge-conformance");
  Flags flags;
  app.add_option("connector", flags.library, "the connector, such as woocommerce.so")->required();
  app.add_option("recordings", flags.recordings, "recordings, one of each operation at least")
      ->required();
  app.add_flag("--in-process",
               flags.is_in_process,
               "without the sandbox: for a debugger, sanitizers and what the connector prints");
  app.add_flag("--verbose", flags.is_verbose, "show every example, not only the first");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUnusable;
  }
  const Result<ScoreCard> card = Verify(flags);
  if (!card) {
    std::cerr << "storebridge-conformance: " << card.error().message << "\n";
    return kUnusable;
  }
  std::cout << card->Text(flags.is_verbose) << card->Sum() << "\n";
  return card->CountOf(Verdict::kFails) == 0 ? 0 : kFailed;
}

}  // namespace
}  // namespace storebridge::conformance

int main(int argc, char** argv) {
  try {
    return storebridge::conformance::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fputs("storebridge-conformance: ", stderr);
    std::fputs(error.what(), stderr);
    std::fputs("\n", stderr);
    return storebridge::conformance::kUnusable;
  }
}
