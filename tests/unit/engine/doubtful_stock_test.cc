// A store that counts goods on its shelf lowers its number when it is told of a shipment. While
// nobody knows whether it was told, no number can be right.
#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

using std::chrono::seconds;

// Time-out of the fake store's requests and its settle time together.
constexpr seconds kInDoubt{50};

class DoubtfulStockTest : public EngineDay {
 protected:
  DoubtfulStockTest() : EngineDay(cv1::STOCK_BASIS_PHYSICAL) { store_.pushes_by_request = true; }

  // An order of two mugs leaves; the store gets the word or not, and its answer is lost.
  void ShipIntoTheDark(bool arrives) {
    Sell("MUG", "p1");
    Sell("CUP", "p2");
    Connect();
    SetStock("MUG", 10);
    SetStock("CUP", 10);
    Order("1001", "MUG", 2);
    Pass(kMinute);
    ASSERT_TRUE(Collect("1001"));
    Pass(kMinute);
    ASSERT_EQ(Shown("p1"), 10) << "it subtracts its own open orders itself";
    egress_.answer = [this, arrives](const cv1::HttpRequest& request) {
      ports::EgressAnswer answer;
      if (!request.ref().empty()) {
        if (arrives) {
          store_.told.insert(request.ref());
          store_.products["p1"].set_stock_quantity(8);
        }
        answer.failure.emplace();
        answer.failure->set_code(cv1::Failure::CODE_TRANSIENT);
        answer.failure->set_message("was not answered");
        answer.failure->set_ambiguous(true);
      }
      return std::optional<ports::EgressAnswer>(answer);
    };
    ASSERT_TRUE(Ship("1001", "JJFI1"));
    store_.stock_pushes.clear();
  }
  std::vector<std::int64_t> Pushed(const std::string& code) const {
    std::vector<std::int64_t> quantities;
    for (const cv1::StockLevel& level : store_.stock_pushes) {
      if (level.product_code() == code) {
        quantities.push_back(level.quantity());
      }
    }
    return quantities;
  }
};

TEST_F(DoubtfulStockTest, IsNotWrittenWhileAShipmentOfItIsInDoubt) {
  ShipIntoTheDark(true);

  SetStock("MUG", 9);
  SetStock("CUP", 7);
  Pass(kInDoubt - seconds(5));

  EXPECT_TRUE(Pushed("MUG").empty()) << "11 would give back the two that have left";
  EXPECT_EQ(Pushed("CUP"), std::vector<std::int64_t>{7}) << "other products do not wait";
}

TEST_F(DoubtfulStockTest, IsNotWrittenByALookAtAllProductsEither) {
  ShipIntoTheDark(true);
  engine::StoreChange change;
  change.key = {"acme", "web"};
  change.merge_settings = [](v1::StoreSettings& settings) { settings.set_stock_buffer(1); };
  ASSERT_TRUE(Wait<v1::Store>(
      [&](auto done) { commands_->UpdateStore(std::move(change), std::move(done)); }));

  Pass(kInDoubt - seconds(5));

  EXPECT_TRUE(Pushed("MUG").empty());
  EXPECT_EQ(Pushed("CUP"), std::vector<std::int64_t>{9});
  Pass(seconds(15));
  EXPECT_EQ(Pushed("MUG"), std::vector<std::int64_t>{7}) << "the shipment was found";
}

TEST_F(DoubtfulStockTest, IsWrittenWhenTheShipmentWasFound) {
  ShipIntoTheDark(true);
  SetStock("MUG", 9);

  Pass(kInDoubt + seconds(10));

  EXPECT_EQ(Pushed("MUG"), std::vector<std::int64_t>{9});
  EXPECT_EQ(Shown("p1"), 9);
}

TEST_F(DoubtfulStockTest, IsWrittenWithThePickedPiecesWhileTheStoreDoesNotKnow) {
  ShipIntoTheDark(false);
  SetStock("MUG", 9);
  egress_.answer = [](const cv1::HttpRequest& request) {
    ports::EgressAnswer answer;
    if (!request.ref().empty()) {
      answer.failure.emplace();
      answer.failure->set_code(cv1::Failure::CODE_TRANSIENT);
      answer.failure->set_message("got no connection");
    }
    return std::optional<ports::EgressAnswer>(answer);
  };

  Pass(kInDoubt + seconds(10));

  EXPECT_EQ(Pushed("MUG"), std::vector<std::int64_t>{11}) << "it needs them to accept the shipment";
}

}  // namespace
}  // namespace storebridge::testing
