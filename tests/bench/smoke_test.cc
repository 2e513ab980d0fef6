// Each benchmark still runs, and the JSON has its shape. Nothing is measured here.
#include <fstream>
#include <set>
#include <sstream>

#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include "bench/figures.h"
#include "bench/row.h"
#include "day_kit/json_text.h"
#include "day_kit/process.h"

namespace storebridge::bench {
namespace {

constexpr std::chrono::minutes kRunMost{8};

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const Figures& figures : AllFigures()) {
    names.push_back(figures.name);
  }
  return names;
}

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class BenchTest : public ::testing::TestWithParam<std::string> {};

TEST_P(BenchTest, RunsAndWritesRowsOfOneShape) {
  const day::TempFolder folder;
  const std::string file = folder.File("rows.json");

  const Result<day::CommandResult> run = day::RunCommand({BENCH_PROGRAM,
                                                          "--smoke",
                                                          "--rounds",
                                                          "1",
                                                          "--only",
                                                          GetParam(),
                                                          "--json",
                                                          file,
                                                          "--server",
                                                          BENCH_SERVER,
                                                          "--connectors",
                                                          BENCH_CONNECTORS,
                                                          "--fast-connectors",
                                                          BENCH_FAST_CONNECTORS,
                                                          "--store",
                                                          BENCH_STORE,
                                                          "--bare-server",
                                                          BENCH_BARE_SERVER,
                                                          "--bare-poller",
                                                          BENCH_BARE_POLLER,
                                                          "--quickstart",
                                                          BENCH_QUICKSTART,
                                                          "--build",
                                                          BENCH_BUILD,
                                                          "--peer-scripts",
                                                          BENCH_PEERS},
                                                         "",
                                                         kRunMost);

  ASSERT_TRUE(run) << run.error().message;
  ASSERT_EQ(run->exit_code, 0) << run->errors;
  const Result<boost::json::value> rows = day::ParseJson(ReadFile(file));
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_FALSE(rows->as_array().empty());
  for (const boost::json::value& row : rows->as_array()) {
    std::set<std::string> members;
    for (const auto& member : row.as_object()) {
      members.insert(std::string(member.key()));
    }
    EXPECT_EQ(members,
              (std::set<std::string>{
                  "name", "unit", "ours", "beside", "ratio", "reach", "holds", "runs", "note"}));
    EXPECT_TRUE(row.at("ours").is_object()) << day::TextAt(row, "name");
    EXPECT_EQ(row.at("runs").as_int64() > 0, true) << day::TextAt(row, "name");
  }
}

INSTANTIATE_TEST_SUITE_P(Figures, BenchTest, ::testing::ValuesIn(Names()), [](const auto& name) {
  return name.param;
});

TEST(RowTest, HoldsOnlyWhenTheMedianReachesWhatIsAsked) {
  const Figure figure{"f", "us", "peer", {.text = "less", .ratio = 1.0}};

  EXPECT_EQ(MakeRow(figure, {.ours = {1, 2, 9}, .beside = {3, 3, 3}}).holds, "yes");
  EXPECT_EQ(MakeRow(figure, {.ours = {1, 4, 9}, .beside = {3, 3, 3}}).holds, "no");
}

TEST(RowTest, DoesNotHoldWithoutWhatItIsComparedWith) {
  const Figure figure{"f", "us", "peer", {.text = "less", .ratio = 1.0}};

  EXPECT_EQ(MakeRow(figure, {.ours = {1}}).holds, "not run");
  EXPECT_EQ(NotRun(figure, "no peer").holds, "not run");
}

TEST(RowTest, SaysNothingWhereNothingHasToBeReached) {
  EXPECT_EQ(MakeRow({"f", "us", "", {.text = "-"}}, {.ours = {1}}).holds, "-");
}

TEST(RowTest, TurnsTheLimitAroundWhenMoreIsBetter) {
  const Figure figure{"f", "1/h", "", {.text = "at least 10", .ours = 10.0, .is_least = true}};

  EXPECT_EQ(MakeRow(figure, {.ours = {11}}).holds, "yes");
  EXPECT_EQ(MakeRow(figure, {.ours = {9}}).holds, "no");
}

TEST(RowTest, GivesMedianMinimumAndMaximum) {
  const std::optional<Spread> odd = SpreadOf({5, 1, 3});
  const std::optional<Spread> even = SpreadOf({4, 1, 3, 2});

  EXPECT_EQ(odd->median, 3);
  EXPECT_EQ(odd->min, 1);
  EXPECT_EQ(odd->max, 5);
  EXPECT_EQ(even->median, 2.5);
}

}  // namespace
}  // namespace storebridge::bench
