// When the flows of stores have their turns.
#include <string>

#include "domain/timestamp.h"
#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kIntervalMs = 60'000;
constexpr std::int64_t kSecondMs = 1'000;

class TurnTest : public EngineDay {
 protected:
  std::int64_t NextPollMs(const std::string& store) {
    const v1::Store shown = ShowStore(store);
    for (const v1::FlowHealth& flow : shown.flows()) {
      if (flow.flow() == v1::FLOW_ORDERS) {
        return domain::MsFromTimestamp(flow.next_run_time());
      }
    }
    ADD_FAILURE() << store << " has no turn";
    return 0;
  }
};

TEST_F(TurnTest, IsThatOfAllStoresOfTheSameSecond) {
  Pass(milliseconds(100));
  Connect("web");
  Pass(milliseconds(800));
  Connect("shop");

  EXPECT_EQ(NextPollMs("web"), NextPollMs("shop"));
  EXPECT_LE(NextPollMs("web"), clock_.NowMs() + kIntervalMs);
}

TEST_F(TurnTest, IsNotThatOfAnotherSecond) {
  Pass(milliseconds(900));
  Connect("web");
  Pass(milliseconds(200));
  Connect("shop");

  EXPECT_EQ(NextPollMs("web") + kSecondMs, NextPollMs("shop"));
}

TEST_F(TurnTest, ComesAfterOneIntervalEachTime) {
  Pass(milliseconds(300));
  Connect();
  Pass(milliseconds(NextPollMs("web") - clock_.NowMs()));
  const std::int64_t first = clock_.NowMs();

  for (int turn = 1; turn <= 3; ++turn) {
    EXPECT_EQ(NextPollMs("web"), first + turn * kIntervalMs);
    Pass(milliseconds(kIntervalMs));
  }
}

}  // namespace
}  // namespace storebridge::testing
