// The lines of the stock ledger tell what became of the pieces on the shelf.
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

using Entries = std::vector<ports::StockEntry>;
using Lines = std::vector<std::string>;

class StockEntriesTest : public EngineDay {
 protected:
  // The newest first.
  Entries EntriesOf(const std::string& code) {
    Entries entries;
    EXPECT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(const v1::Product product, tx.products().GetByCode("acme", code));
      SB_TRY(entries, tx.stock().ListEntries("acme", engine::IdOf(product.name()), 0, 1000));
      return Ok();
    }));
    return entries;
  }

  // Each as `+2 = 12 received`.
  Lines LinesOf(const std::string& code) {
    Lines lines;
    for (const ports::StockEntry& entry : EntriesOf(code)) {
      lines.push_back(fmt::format("{:+} = {} {}", entry.delta, entry.on_hand, entry.reason));
    }
    return lines;
  }

  // All that came and went is what lies there, at each line and now.
  void ExpectThatItSumsUp(const std::string& code) {
    const Entries entries = EntriesOf(code);
    std::int64_t on_hand = 0;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      on_hand += entry->delta;
      ASSERT_EQ(entry->on_hand, on_hand) << code << ": " << entry->reason;
    }
    const v1::Stock stock = StockOf(code);
    ASSERT_EQ(stock.on_hand(), on_hand) << code;
    ASSERT_EQ(stock.has_on_hand(), !entries.empty()) << code;
  }

  Result<v1::Stock> Adjust(const std::string& code, std::int64_t delta, const std::string& why) {
    const engine::ProductRef product{.merchant = "acme", .product = {}, .product_code = code};
    return Wait<v1::Stock>(
        [&](auto done) { commands_->AdjustStock(product, delta, why, {}, done); });
  }
  Result<v1::Order> PutBack(const std::string& number, const std::string& why) {
    Result<v1::Order> order =
        Wait<v1::Order>([&](auto done) { commands_->PutBackOrder(Ref(number), why, "", done); });
    Settle();
    return order;
  }
  Result<v1::Order> Cancel(const std::string& number) {
    Result<v1::Order> order = Wait<v1::Order>(
        [&](auto done) { commands_->CancelOrder(Ref(number), "the customer called", "", done); });
    Settle();
    return order;
  }
  Result<v1::Order> ShipSome(const std::string& number, std::int64_t quantity) {
    v1::ShipmentLine part;
    part.set_external_line_id("l1");
    part.set_quantity(quantity);
    return Ship(number, "JJFI1", {part});
  }
};

TEST_F(StockEntriesTest, TellOfADayAndSumUpToWhatIsOnTheShelf) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 10);
  ASSERT_TRUE(Adjust("MUG", 2, "received"));
  Order("1001", "MUG", 5);
  Pass(kMinute);
  ASSERT_TRUE(Collect("1001"));
  ASSERT_TRUE(PutBack("1001", "no time today"));
  ASSERT_TRUE(Collect("1001"));
  ASSERT_TRUE(ShipSome("1001", 2));
  ASSERT_TRUE(Cancel("1001"));

  EXPECT_EQ(LinesOf("MUG"),
            (Lines{"+3 = 10 not sent for order 1001",
                   "-5 = 7 collected for order 1001",
                   "+5 = 12 put back from order 1001: no time today",
                   "-5 = 7 collected for order 1001",
                   "+2 = 12 received",
                   "+10 = 10 counted"}));
  ExpectThatItSumsUp("MUG");
}

TEST_F(StockEntriesTest, HaveTheTimeOfTheChange) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 10);
  const std::int64_t set_ms = clock_.NowMs();
  Pass(kMinute);
  ASSERT_TRUE(Adjust("MUG", -1, "broken"));

  const Entries entries = EntriesOf("MUG");

  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].time_ms, clock_.NowMs());
  EXPECT_EQ(entries[1].time_ms, set_ms);
}

TEST_F(StockEntriesTest, BeginWithTheFirstCountAlsoWhenNothingWasThere) {
  Sell("MUG", "p1");
  Connect();
  EXPECT_EQ(LinesOf("MUG"), Lines{});

  SetStock("MUG", 0);

  EXPECT_EQ(LinesOf("MUG"), Lines{"+0 = 0 counted"});
}

TEST_F(StockEntriesTest, SayNothingOfWhatChangedNothing) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 4);
  Order("1001", "MUG", 2);
  Order("1002", "MUG", 1);
  Pass(kMinute);
  ASSERT_EQ(StockOf("MUG").reserved(), 3);
  const Lines before = LinesOf("MUG");

  SetStock("MUG", 4);
  EXPECT_FALSE(Adjust("MUG", -5, "lost"));
  ASSERT_TRUE(Cancel("1002"));

  EXPECT_EQ(LinesOf("MUG"), before);
}

// What people and the store do, in any order; a failure names the seed.
class AnyDayTest : public StockEntriesTest {
 protected:
  static constexpr int kSteps = 120;
  static constexpr std::uint64_t kDays = 5;

  // Each day has two products of its own.
  void SellAll() {
    for (std::uint64_t seed = 1; seed <= kDays; ++seed) {
      for (const std::string& code : CodesOf(seed)) {
        Sell(code, "id of " + code);
      }
    }
    Connect();
  }
  static std::vector<std::string> CodesOf(std::uint64_t seed) {
    return {fmt::format("MUG-{}", seed), fmt::format("TEE-{}", seed)};
  }

  void Begin(std::uint64_t seed) {
    dice_ = std::make_unique<SeededRandom>(seed);
    codes_ = CodesOf(seed);
  }

  std::string AnyCode() { return codes_[dice_->Below(codes_.size())]; }
  // One of the last three, or the next one, which is not there yet.
  std::string AnyNumber() {
    return std::to_string(1001 + orders_ - static_cast<int>(dice_->Below(4)));
  }
  // Mostly one that is being collected: of any number, few are.
  std::string AnyCollecting() {
    for (const v1::Order& order : Orders()) {
      if (order.state() == v1::ORDER_STATE_COLLECTING && dice_->Below(2) == 0) {
        return order.order_number();
      }
    }
    return AnyNumber();
  }
  std::int64_t Few() { return 1 + static_cast<std::int64_t>(dice_->Below(4)); }

  // Much of it is refused: that leaves no line.
  void DoAnything() {
    switch (dice_->Below(12)) {
      case 0:
        SetStock(AnyCode(), static_cast<std::int64_t>(dice_->Below(15)));
        break;
      case 1:
        Try(Adjust(AnyCode(), Few() * (dice_->Below(3) == 0 ? -5 : 3), "adjusted"));
        break;
      case 2:
        SetBoth();
        break;
      case 3:
      case 4:
        Order(std::to_string(1001 + orders_++), AnyCode(), Few());
        Pass(kMinute);
        break;
      case 5:
        ChangeInTheStore();
        break;
      case 6:
      case 7:
      case 8:
        Try(Collect(AnyNumber()));
        break;
      case 9:
        Try(PutBack(AnyCollecting(), "no time today"));
        break;
      case 10:
        Try(ShipSome(AnyCollecting(), Few()));
        break;
      default:
        Try(Cancel(AnyCollecting()));
        break;
    }
  }

  template <typename T>
  void Try(const Result<T>& result) {
    ++(result ? worked_ : refused_);
  }

  void SetBoth() {
    engine::StockBatch batch{.merchant = "acme", .settings = {}, .tell = [](const Error&) {
                               return google::rpc::Status();
                             }};
    batch.settings = {Counted(codes_[0], Few() * 3),
                      Counted("NONE", 1),
                      Counted(codes_[1], Few()),
                      Counted(codes_[1], 1)};
    EXPECT_TRUE(Wait<v1::BatchSetStockResponse>(
        [&](auto done) { commands_->BatchSetStock(batch, {}, done); }));
  }

  void ChangeInTheStore() {
    const auto order = store_.orders.find(AnyNumber());
    if (order == store_.orders.end()) {
      return;
    }
    if (dice_->Below(3) == 0) {
      order->second.set_progress(cv1::Order::PROGRESS_CANCELLED);
    } else {
      order->second.mutable_lines(0)->set_quantity(Few());
    }
    Modify(order->second);
    Pass(kMinute);
  }

  std::unique_ptr<SeededRandom> dice_;
  std::vector<std::string> codes_;
  int orders_ = 0;
  int worked_ = 0;
  int refused_ = 0;
};

TEST_F(AnyDayTest, SumsUpToWhatIsOnTheShelfAfterEachStep) {
  SellAll();
  // The first words of all reasons: the days had everything in them.
  std::set<std::string> begun;

  for (std::uint64_t seed = 1; seed <= kDays; ++seed) {
    Begin(seed);
    for (int step = 0; step < kSteps; ++step) {
      DoAnything();
      for (const std::string& code : codes_) {
        ASSERT_NO_FATAL_FAILURE(ExpectThatItSumsUp(code)) << "step " << step << " of seed " << seed;
      }
    }
    for (const std::string& code : codes_) {
      for (const ports::StockEntry& entry : EntriesOf(code)) {
        begun.insert(entry.reason.substr(0, entry.reason.find(' ')));
      }
    }
  }

  EXPECT_EQ(begun, (std::set<std::string>{"adjusted", "collected", "counted", "not", "put"}));
  EXPECT_GT(worked_, 100);
  EXPECT_GT(refused_, 100);
}

}  // namespace
}  // namespace storebridge::testing
