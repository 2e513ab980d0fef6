#include "sim/command_line.h"

#include <string>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace storebridge::sim {
namespace {

Options Parse(const std::string& arguments) {
  Command command;
  CLI::App app;
  AddOptions(app, command);
  app.parse(arguments);
  return command.options;
}

// What the line at the end of a failure asks for.
Options AskedForBy(const std::string& description) {
  const std::string again = "again: sim ";
  const std::size_t at = description.find(again);
  EXPECT_NE(at, std::string::npos) << description;
  Options options = Parse(description.substr(at + again.size()));
  EXPECT_TRUE(options.trace);
  options.trace = false;
  return options;
}

std::string WhyRefused(const std::string& arguments) {
  try {
    Parse(arguments);
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  return {};
}

TEST(CommandLineTest, TheLineOfAnEffectThatFailedRepeatsIt) {
  const FailAt fail_at{.nth = 30, .fate = Fate::kCrashAfter};
  const Options options{.seed = 5, .products = 20, .course = Course::kScenario, .fail_at = fail_at};
  const Report report = World(options).Run();

  EXPECT_EQ(World(AskedForBy(Describe(options, report))).Run().hash, report.hash);
  EXPECT_NE(World(Parse("--seed 5 --products 20 --fail-at none")).Run().hash, report.hash);
}

TEST(CommandLineTest, TheLineOfAnOutageRepeatsIt) {
  const Options options{.seed = 5, .products = 40, .course = Course::kOutage};
  const Report report = World(options).Run();

  EXPECT_EQ(World(AskedForBy(Describe(options, report))).Run().hash, report.hash);
  EXPECT_NE(World(Parse("--seed 5 --products 40 --fail-at none")).Run().hash, report.hash);
}

TEST(CommandLineTest, TheLineOfADayRepeatsIt) {
  const Options options{.seed = 5, .weather = Weather::kPeople, .products = 40};
  const Report report = World(options).Run();

  EXPECT_EQ(World(AskedForBy(Describe(options, report))).Run().hash, report.hash);
}

TEST(CommandLineTest, WhatIsWrittenIsRead) {
  for (const char* text : {"sim --seed 1 --products 200 --days 3",
                           "sim --seed 2 --products 30 --days 1 --weather fair",
                           "sim --seed 3 --products 30 --days 1 --weather people",
                           "sim --seed 3 --products 30 --days 1 --weather busy",
                           "sim --seed 4 --products 30 --days 1 --weather foul",
                           "sim --seed 5 --products 20 --fail-at none",
                           "sim --seed 6 --products 20 --fail-at 1:refused",
                           "sim --seed 7 --products 20 --fail-at 12:refused:ever",
                           "sim --seed 8 --products 20 --fail-at 12:lost",
                           "sim --seed 9 --products 20 --fail-at 12:crash-before",
                           "sim --seed 10 --products 20 --fail-at 12:crash-after:ever",
                           "sim --seed 11 --products 40 --outage"}) {
    const std::string line = text;
    EXPECT_EQ(CommandLine(Parse(line.substr(line.find(' ')))), line);
  }
}

TEST(CommandLineTest, ABadFailAtIsRefusedWithItsReason) {
  for (const char* bad : {"0:lost", "-1:lost", "x:lost", "3x:lost", ":lost", "lost"}) {
    EXPECT_NE(WhyRefused(std::string("--fail-at ") + bad).find("the number of an effect"),
              std::string::npos)
        << bad;
  }
  for (const char* bad : {"3", "3:", "3:odd", "3:lost:never", "3:lost:ever:ever", "3::ever"}) {
    EXPECT_NE(WhyRefused(std::string("--fail-at ") + bad).find("is not refused, lost"),
              std::string::npos)
        << bad;
  }
}

TEST(CommandLineTest, WhatWouldNotBeHeardIsRefused) {
  for (const char* bad : {"--outage --fail-at none",
                          "--outage --days 2",
                          "--outage --weather fair",
                          "--fail-at 3:lost --days 2",
                          "--fail-at 3:lost --weather fair"}) {
    EXPECT_NE(WhyRefused(bad).find("excludes"), std::string::npos) << bad;
  }
}

}  // namespace
}  // namespace storebridge::sim
