// One poison record among 500: the others pass, it is an issue that says what is wrong and what to
// do, and it heals when the store is corrected, within two polls and without any call to us.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "day_kit/wait.h"
#include "expect.h"
#include "poison_row.h"

namespace storebridge::e2e {
namespace {

// Patience only: what is claimed is counted in polls.
constexpr std::chrono::milliseconds kHealMost{90'000};

// All rows go through one server at a time, each with a store and a merchant of its own: most of
// the time is waiting for polls.
TEST(PoisonTest, EachKindIsAloneAndHealsByItself) {
  const day::TempFolder folder;
  std::vector<std::unique_ptr<PoisonRow>> rows;
  std::vector<std::string> places;
  for (Poison& poison : AllPoisons()) {
    rows.push_back(std::make_unique<PoisonRow>(std::move(poison)));
    SCOPED_TRACE(rows.back()->poison().name);
    ASSERT_NO_FATAL_FAILURE(rows.back()->StartStore(folder));
    places.push_back(rows.back()->place());
  }
  const Server server = Must(StartServer(folder, places));
  ASSERT_TRUE(server.process);
  const auto each = [&](void (PoisonRow::*act)()) {
    for (const auto& row : rows) {
      SCOPED_TRACE(row->poison().name);
      (*row.*act)();
    }
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row->poison().name);
    ASSERT_NO_FATAL_FAILURE(row->Connect(server.address));
  }

  each(&PoisonRow::WaitForFirstPoll);
  each(&PoisonRow::ExpectOthersPassed);
  each(&PoisonRow::Correct);
  // All are looked at in turns: a poll of one is not to be counted later than it comes.
  const auto look = [&]() -> Status {
    Status all = Ok();
    for (const auto& row : rows) {
      if (const Status one = row->LookWhetherHealed(); !one) {
        all = day::NotYet(row->poison().name + ": " + one.error().message);
      }
    }
    return all;
  };
  EXPECT_TRUE(Came(day::WaitUntil("all to heal", kHealMost, look)));
  each(&PoisonRow::ExpectHealedInTime);
}

}  // namespace
}  // namespace storebridge::e2e
