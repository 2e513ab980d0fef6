// Starting, resting, and a whole day.
#include <fmt/format.h>

#include "bench/figures.h"

namespace storebridge::bench {
namespace {

constexpr std::chrono::minutes kDayMost{3};

}  // namespace

Result<std::vector<Row>> MeasureStart(const Tools& tools) {
  Rounds memory;
  Rounds start;
  Rounds day;
  for (int round = 0; round < tools.rounds; ++round) {
    const auto began = std::chrono::steady_clock::now();
    // Its merchant is made by the first call that is answered.
    SB_TRY(const std::unique_ptr<Server> server, Server::Start(tools, ""));
    start.ours.push_back(MicrosecondsSince(began) / 1e6);
    SB_CHECK(server->WaitUntilIdle());
    SB_TRY(const double mib, MemoryMib(server->pid()));
    memory.ours.push_back(mib);
  }
  const std::string openlinker = "OpenLinker 0.7, measured elsewhere: ";
  std::vector<Row> rows = {
      MakeRow({"server without stores: memory",
               "MiB",
               "",
               {.text = "at most 30", .ours = 30.0},
               openlinker + "320 to 430 MB with PostgreSQL and Redis beside it"},
              memory),
      MakeRow({"server: start to first answer",
               "s",
               "",
               {.text = "at most 0.1", .ours = 0.1},
               openlinker + "1 to 2 s"},
              start)};
  const Figure whole{
      "quickstart, whole day, from built", "s", "", {.text = "at most 20", .ours = 20.0}};
  if (tools.is_smoke) {
    return rows;
  }
  for (int round = 0; round < tools.rounds; ++round) {
    const auto began = std::chrono::steady_clock::now();
    SB_TRY(const day::CommandResult result,
           day::RunCommand(
               {tools.quickstart, "--once"}, "", kDayMost, {"STOREBRIDGE_BUILD=" + tools.build}));
    if (result.exit_code != 0) {
      return Error{.code = Code::kUnavailable,
                   .reason = "QUICKSTART_FAILED",
                   .message = result.output + result.errors};
    }
    day.ours.push_back(MicrosecondsSince(began) / 1e6);
  }
  rows.push_back(MakeRow(whole, day));
  return rows;
}

}  // namespace storebridge::bench
