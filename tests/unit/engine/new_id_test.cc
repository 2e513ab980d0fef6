#include "engine/new_id.h"

#include <set>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

constexpr std::int64_t kNowMs = 1'767'225'600'000;

class OneNumber final : public ports::Random {
 public:
  std::uint64_t Next() override { return 7; }
};

TEST(NewIdTest, DrawsAgainWhatIsTaken) {
  OneNumber random;
  std::set<std::string> taken;
  for (int i = 0; i < 3; ++i) {
    const Result<std::string> id =
        engine::NewId(kNowMs, random, [&](const std::string& drawn) -> Result<bool> {
          return taken.contains(drawn);
        });
    ASSERT_TRUE(id);
    EXPECT_TRUE(taken.insert(*id).second) << *id;
  }
}

TEST(NewIdTest, GivesUpWhenItCannotBeSeenWhatIsTaken) {
  OneNumber random;
  const Result<std::string> id =
      engine::NewId(kNowMs, random, [](const std::string& /*drawn*/) -> Result<bool> {
        return Error{.code = Code::kUnavailable, .message = "no database"};
      });
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, Code::kUnavailable);
}

class NewRecordTest : public EngineDay {};

// As many as one emit takes: two of them draw the same number at four pages of ten.
TEST_F(NewRecordTest, NoProductOfALargePageTakesThePlaceOfAnother) {
  constexpr int kProducts = 1000;
  for (int i = 0; i < kProducts; ++i) {
    Sell("CODE-" + std::to_string(i), "p" + std::to_string(i));
  }
  Connect();

  int missing = 0;
  ASSERT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
    for (int i = 0; i < kProducts; ++i) {
      missing += tx.products().GetByCode("acme", "CODE-" + std::to_string(i)) ? 0 : 1;
    }
    return Ok();
  }));
  EXPECT_EQ(missing, 0);
}

}  // namespace
}  // namespace storebridge::testing
