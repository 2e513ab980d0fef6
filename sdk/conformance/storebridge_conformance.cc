// storebridge-conformance: verifies what a connector promises, with recordings as evidence.
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "adapters/plugin_host/runner_program.h"
#include "bench.h"
#include "checks.h"
#include "recording.h"
#include "score_card.h"
#include "subject.h"

namespace storebridge::conformance {
namespace {

constexpr int kFailed = 1;
constexpr int kUnusable = 2;

constexpr int kMinutes = 10;
constexpr int kMinutesMax = 24 * 60;

struct Flags {
  std::string library;
  std::vector<std::string> recordings;
  bool is_in_process = false;
  bool is_verbose = false;
  int minutes = kMinutes;
};

Error Unusable(std::string message) {
  return Error{
      .code = Code::kInvalidArgument, .reason = "COMMAND_LINE", .message = std::move(message)};
}

// What is no fault of the connector.
Status CheckCanTry(const Flags& flags) {
  std::error_code error;
  const std::filesystem::file_status library = std::filesystem::status(flags.library, error);
  if (!std::filesystem::exists(library)) {
    return Unusable("there is no file '" + flags.library +
                    "'; build the connector, or mend its path");
  }
  if (!std::filesystem::is_regular_file(library)) {
    return Unusable(
        "'" + flags.library +
        "' is not a file; name the connector's library in it, such as template_store.so");
  }
  const std::string runner = plugin_host::FindRunnerProgram();
  if (!flags.is_in_process && !std::filesystem::exists(runner, error)) {
    return Unusable("the program of the sandbox is missing: " + runner +
                    "; build or install storebridge-runner, or use --in-process");
  }
  return Ok();
}

// What is being done, for who waits: each check on a terminal, and otherwise a line now and then.
class Waiting {
 public:
  void operator()(const std::string& check, std::size_t sessions) {
    const Clock::time_point now = Clock::now();
    const bool is_new = is_terminal_ && check != check_;
    if (!is_new && now - told_ < kTellEvery) {
      return;
    }
    check_ = check;
    told_ = now;
    std::cerr << fmt::format("storebridge-conformance: {}, {} sessions so far\n", check, sessions);
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kTellEvery{5};

  bool is_terminal_ = isatty(STDERR_FILENO) == 1;
  std::string check_;
  Clock::time_point told_ = Clock::now();
};

// Whether all of it could be written.
bool Print(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::fflush(stdout) == 0;
}

Result<ScoreCard> Verify(const Flags& flags) {
  using Place = run::LoadedConnector::Place;
  SB_CHECK(CheckCanTry(flags));
  auto subject =
      Subject::Load(flags.library, flags.is_in_process ? Place::kThisProcess : Place::kSandbox);
  if (!subject && subject.error().reason == "RUNNER_NOT_STARTED") {
    return subject.error();
  }
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
  SB_TRY(const std::unique_ptr<Bench> bench,
         Bench::Open(**subject,
                     std::move(recordings),
                     {.time = std::chrono::minutes(flags.minutes), .tell = Waiting()}));
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
  app.add_option("--minutes", flags.minutes, "stop after so many, and say what was not tried; 10")
      ->check(CLI::Range(1, kMinutesMax));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUnusable;
  }
  // What is opened later would take its place.
  if (fcntl(STDOUT_FILENO, F_GETFD) == -1) {
    std::cerr << "storebridge-conformance: standard output is closed; the card has no place\n";
    return kUnusable;
  }
  const Result<ScoreCard> card = Verify(flags);
  if (!card) {
    std::cerr << "storebridge-conformance: " << card.error().message << "\n";
    return kUnusable;
  }
  if (!Print(card->Text(flags.is_verbose) + card->Sum() + "\n")) {
    std::cerr << "storebridge-conformance: the card cannot be written to standard output\n";
    return kUnusable;
  }
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
