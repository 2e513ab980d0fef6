#include "engine/new_id.h"

#include <optional>
#include <set>

#include "engine/ledger.h"
#include "engine/order_book.h"
#include "unit/engine/engine_day.h"
#include "unit/storage/storage_fixture.h"

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

// A table of ids that counts how often it is asked.
class IdTable {
 public:
  Result<std::string> Draw(engine::NewIds& ids) {
    return ids.Draw([&](const std::string& first, const std::string& last) -> Result<bool> {
      ++asked_;
      const auto found = ids_.lower_bound(first);
      return found != ids_.end() && *found <= last;
    });
  }
  void Add(const std::string& id) { ids_.insert(id); }
  [[nodiscard]] int asked() const { return asked_; }

 private:
  std::set<std::string> ids_;
  int asked_ = 0;
};

TEST(NewIdsTest, AskAnEmptyMillisecondOnceAndDrawNothingTwice) {
  OneNumber random;
  IdTable table;
  table.Add(EncodeId(MakeTimeOrderedId(kNowMs - 1, ~std::uint64_t{0})));
  table.Add(EncodeId(MakeTimeOrderedId(kNowMs + 1, 0)));
  engine::NewIds ids(kNowMs, random);

  std::set<std::string> drawn;
  for (int i = 0; i < 5; ++i) {
    const Result<std::string> id = table.Draw(ids);
    ASSERT_TRUE(id);
    EXPECT_TRUE(drawn.insert(*id).second) << *id;
  }
  EXPECT_EQ(table.asked(), 1);
}

// The first and the last id of the millisecond count as others.
TEST(NewIdsTest, AskForEachIdWhereOthersOfItsMillisecondAre) {
  for (const std::uint64_t chance : {std::uint64_t{0}, std::uint64_t{7}, ~std::uint64_t{0}}) {
    OneNumber random;
    IdTable table;
    const std::string other = EncodeId(MakeTimeOrderedId(kNowMs, chance));
    table.Add(other);
    engine::NewIds ids(kNowMs, random);

    const Result<std::string> first = table.Draw(ids);
    const Result<std::string> second = table.Draw(ids);

    ASSERT_TRUE(first && second);
    EXPECT_NE(*first, other);
    EXPECT_NE(*second, other);
    EXPECT_NE(*first, *second);
    EXPECT_GE(table.asked(), 3);
  }
}

TEST(NewIdsTest, DrawNothingWhenItCannotBeSeenWhatIsTaken) {
  OneNumber random;
  engine::NewIds ids(kNowMs, random);

  const Result<std::string> id =
      ids.Draw([](const std::string& /*first*/, const std::string& /*last*/) -> Result<bool> {
        return Error{.code = Code::kUnavailable, .message = "no database"};
      });

  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, Code::kUnavailable);
}

class SameMillisecondTest : public storage::InlineStorageTest {};

TEST_F(SameMillisecondTest, OrdersOfTwoTransactionsAreTwo) {
  const domain::StoreKey web{.merchant = "acme", .store = "web"};
  OneNumber random;
  std::set<std::string> ids;
  for (const std::string external_id : {"1", "2", "3"}) {
    ASSERT_TRUE(storage::Worked(Write([&](ports::Tx& tx) -> Status {
      engine::Ledger ledger(tx, web.merchant, kNowMs);
      engine::OrderBook book(ledger, random);
      connector::v1::Order seen;
      seen.set_external_id(external_id);
      seen.set_number(external_id);
      seen.set_payment_state(connector::v1::PAYMENT_STATE_PAID);
      seen.set_progress(connector::v1::Order::PROGRESS_OPEN);
      SB_CHECK(book.Observe(web, {}, seen, {.content_hash = 1}));
      return ledger.Finish();
    })));
    const auto head = ReadOne<std::optional<ports::OrderHead>>(
        [&](const ports::ReadTx& tx) { return tx.orders().FindHead(web, external_id); });
    ASSERT_TRUE(head);
    EXPECT_TRUE(ids.insert(head->order).second) << head->order;
  }
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
