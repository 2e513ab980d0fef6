#include "app/process.h"

#include <csignal>
#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace storebridge::app {
namespace {

// Each runs in a process of its own: signals and limits stay as they are.

TEST(ProcessDeathTest, WaitsForASignalInsteadOfEnding) {
  EXPECT_EXIT(
      {
        HoldSignals();
        kill(getpid(), SIGTERM);
        WaitForStop([] {});
        std::_Exit(7);
      },
      ::testing::ExitedWithCode(7),
      "");
}

TEST(ProcessDeathTest, EndsAtOnceAtTheSecondSignal) {
  EXPECT_EXIT(
      {
        HoldSignals();
        kill(getpid(), SIGINT);
        WaitForStop([] {});
        kill(getpid(), SIGTERM);
        std::_Exit(7);
      },
      ::testing::KilledBySignal(SIGTERM),
      "");
}

TEST(ProcessDeathTest, SurvivesAReaderThatWentAway) {
  EXPECT_EXIT(
      {
        HoldSignals();
        kill(getpid(), SIGPIPE);
        std::_Exit(7);
      },
      ::testing::ExitedWithCode(7),
      "");
}

TEST(ProcessDeathTest, SurvivesAFileThatMayNotGrow) {
  EXPECT_EXIT(
      {
        HoldSignals();
        kill(getpid(), SIGXFSZ);
        std::_Exit(7);
      },
      ::testing::ExitedWithCode(7),
      "");
}

TEST(ProcessDeathTest, LeavesNoCore) {
  EXPECT_EXIT(
      {
        ForbidCoreDumps();
        rlimit limit{};
        getrlimit(RLIMIT_CORE, &limit);
        std::_Exit(limit.rlim_cur == 0 && limit.rlim_max == 0 ? 7 : 8);
      },
      ::testing::ExitedWithCode(7),
      "");
}

}  // namespace
}  // namespace storebridge::app
