#include "domain/effect_check.h"

#include <functional>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace storebridge::domain {
namespace {

namespace cv1 = connector::v1;

cv1::Effect OneRequest(std::uint64_t id) {
  cv1::Effect effect;
  cv1::Call* call = effect.add_calls();
  call->set_id(id);
  call->mutable_http()->set_url("https://store.example/");
  return effect;
}

struct Wrong {
  const char* name;
  std::function<cv1::Effect()> make;
  SessionPast past;
  const char* words;

  friend void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.name; }
};

class EffectCheckTest : public testing::TestWithParam<Wrong> {};

TEST_P(EffectCheckTest, SaysWhatTheConnectorDidWrong) {
  const Status checked = CheckEffect(GetParam().make(), GetParam().past);

  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message.find(GetParam().words), std::string::npos)
      << checked.error().message;
}

cv1::Effect DoneWithCalls() {
  cv1::Effect effect = OneRequest(1);
  effect.mutable_done();
  return effect;
}

cv1::Effect ManyCalls() {
  cv1::Effect effect;
  for (int i = 1; i <= kCallsPerEffectMax + 1; ++i) {
    *effect.add_calls() = OneRequest(static_cast<std::uint64_t>(i)).calls(0);
  }
  return effect;
}

cv1::Effect ManyLogs() {
  cv1::Effect effect = OneRequest(1);
  for (int i = 0; i <= kLogsPerEffectMax; ++i) {
    effect.add_logs();
  }
  return effect;
}

cv1::Effect TwoEmits() {
  cv1::Effect effect;
  for (const std::uint64_t id : {1U, 2U}) {
    cv1::Call* call = effect.add_calls();
    call->set_id(id);
    call->mutable_emit();
  }
  return effect;
}

cv1::Effect FullEmit(int records) {
  cv1::Effect effect;
  cv1::Call* call = effect.add_calls();
  call->set_id(1);
  for (int i = 0; i < records; ++i) {
    call->mutable_emit()->add_products();
  }
  return effect;
}

INSTANTIATE_TEST_SUITE_P(
    All,
    EffectCheckTest,
    testing::Values(
        Wrong{"Nothing", [] { return cv1::Effect(); }, {}, "wants nothing"},
        Wrong{"DoneWithCalls", DoneWithCalls, {}, "still wants calls"},
        Wrong{"AfterCancel",
              [] { return OneRequest(1); },
              {.was_cancelled = true},
              "after it was asked to stop"},
        Wrong{"ManyCalls", ManyCalls, {}, "17 calls and 0 logs; 16 and 100"},
        Wrong{"ManyLogs", ManyLogs, {}, "1 calls and 101 logs"},
        Wrong{"TwoEmits", TwoEmits, {}, "more than one Emit"},
        Wrong{"OldId", [] { return OneRequest(7); }, {.last_call_id = 7}, "call ids do not grow"},
        Wrong{"ManyRecords",
              [] { return FullEmit(kRecordsPerEmitMax + 1); },
              {},
              "1001 records; 1000 are allowed"}),
    [](const testing::TestParamInfo<Wrong>& wrong) { return wrong.param.name; });

TEST(AllowedEffectTest, TakesWhatIsJustAllowed) {
  EXPECT_TRUE(CheckEffect(OneRequest(8), {.last_call_id = 7}));
  EXPECT_TRUE(CheckEffect(FullEmit(kRecordsPerEmitMax), {}));
  cv1::Effect done;
  done.mutable_done();
  EXPECT_TRUE(CheckEffect(done, {.last_call_id = 7, .was_cancelled = true}));
}

TEST(ResultCheckTest, TakesOneOutcomeOfEachRecord) {
  cv1::Begin begin;
  begin.mutable_stock()->add_levels()->set_ref("level-1");
  begin.mutable_stock()->add_levels()->set_ref("level-2");
  ResultCheck check(begin);
  cv1::ItemResult result;
  result.set_ref("level-1");
  EXPECT_FALSE(ResultCheck(begin).Check(result)) << "neither accepted nor failure";

  result.mutable_accepted();
  EXPECT_TRUE(check.Check(result));
  EXPECT_FALSE(check.Check(result)) << "told twice";

  result.set_ref("level-2");
  EXPECT_TRUE(check.Check(result));
  result.set_ref("shipment-1");
  EXPECT_FALSE(check.Check(result)) << "never pushed";
}

}  // namespace
}  // namespace storebridge::domain
