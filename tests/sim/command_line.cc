#include "sim/command_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>
#include <system_error>

#include <CLI/CLI.hpp>

namespace storebridge::sim {
namespace {

struct FateName {
  Fate fate;
  std::string_view name;
};

constexpr std::array kFateNames = {FateName{Fate::kRefused, "refused"},
                                   FateName{Fate::kLost, "lost"},
                                   FateName{Fate::kLate, "late"},
                                   FateName{Fate::kCrashBefore, "crash-before"},
                                   FateName{Fate::kCrashAfter, "crash-after"}};
constexpr std::string_view kForEver = ":ever";
constexpr std::string_view kNoEffect = "none";

std::string FailAtText(const FailAt& fail_at) {
  const auto named = std::find_if(kFateNames.begin(), kFateNames.end(), [&](const FateName& known) {
    return known.fate == fail_at.fate;
  });
  if (fail_at.nth == 0 || named == kFateNames.end()) {
    return std::string(kNoEffect);
  }
  std::string text = std::to_string(fail_at.nth) + ":" + std::string(named->name);
  return fail_at.is_for_ever ? text + std::string(kForEver) : text;
}

// Reads what FailAtText writes.
FailAt ReadFailAt(const std::string& text) {
  FailAt fail_at;
  if (text == kNoEffect) {
    return fail_at;
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  const char* number_end = text.data() + colon;
  const std::from_chars_result number = std::from_chars(text.data(), number_end, fail_at.nth);
  std::string fate = colon < text.size() ? text.substr(colon + 1) : std::string();
  fail_at.is_for_ever = fate.ends_with(kForEver);
  if (fail_at.is_for_ever) {
    fate.resize(fate.size() - kForEver.size());
  }
  const auto named = std::find_if(kFateNames.begin(), kFateNames.end(), [&](const FateName& known) {
    return known.name == fate;
  });
  if (number.ec != std::errc() || number.ptr != number_end || fail_at.nth < 1) {
    throw CLI::ValidationError(
        "--fail-at", "'" + text + "' does not begin with the number of an effect, 1 or more");
  }
  if (named == kFateNames.end()) {
    throw CLI::ValidationError(
        "--fail-at",
        "'" + fate + "' of '" + text + "' is not refused, lost, late, crash-before or crash-after");
  }
  fail_at.fate = named->fate;
  return fail_at;
}

std::string WeatherText(Weather weather) {
  switch (weather) {
    case Weather::kFair:
      return " --weather fair";
    case Weather::kPeople:
      return " --weather people";
    case Weather::kBusy:
      return " --weather busy";
    case Weather::kFoul:
      return " --weather foul";
    case Weather::kBySeed:
      break;
  }
  return {};
}

}  // namespace

void AddRunOptions(CLI::App& app, Options& options) {
  const std::map<std::string, Weather> weathers = {{"fair", Weather::kFair},
                                                   {"people", Weather::kPeople},
                                                   {"busy", Weather::kBusy},
                                                   {"foul", Weather::kFoul},
                                                   {"seed", Weather::kBySeed}};
  app.add_option("--seed", options.seed, "Everything that happens follows from it");
  CLI::Option* days = app.add_option("--days", options.days)->check(CLI::Range(1, 10'000));
  app.add_option("--products", options.products)->check(CLI::Range(20, 10'000));
  CLI::Option* weather =
      app.add_option("--weather", options.weather, "fair, people, busy, foul or seed")
          ->transform(CLI::CheckedTransformer(weathers));
  CLI::Option* fail_at = app.add_option_function<std::string>(
      "--fail-at",
      [&options](const std::string& text) {
        options.course = Course::kScenario;
        options.fail_at = ReadFailAt(text);
      },
      "Instead of days three orders, of which the Nth effect fails: N:FATE once, N:FATE:ever from "
      "then on, with refused, lost, late, crash-before or crash-after as FATE; none for no effect");
  CLI::Option* outage = app.add_flag_callback(
      "--outage",
      [&options] { options.course = Course::kOutage; },
      "Instead of days six orders, shipped while the store is down for an hour");
  fail_at->excludes(days, weather);
  outage->excludes(days, weather, fail_at);
  app.add_flag("--trace", options.trace, "Print every event and request as it happens");
}

void AddOptions(CLI::App& app, Command& command) {
  AddRunOptions(app, command.options);
  app.add_option("--seeds", command.seeds, "Runs so many seeds from there")
      ->check(CLI::Range(1, 1'000'000));
  app.add_flag("--json", command.is_json, "Print one line of JSON about all seeds at the end");
}

std::string CommandLine(const Options& options) {
  std::string line =
      options.mutant.empty() ? "sim" : "sim_planted --mutant " + std::string(options.mutant);
  line +=
      " --seed " + std::to_string(options.seed) + " --products " + std::to_string(options.products);
  switch (options.course) {
    case Course::kScenario:
      return line + " --fail-at " + FailAtText(options.fail_at);
    case Course::kOutage:
      return line + " --outage";
    case Course::kDays:
      break;
  }
  return line + " --days " + std::to_string(options.days) + WeatherText(options.weather);
}

}  // namespace storebridge::sim
