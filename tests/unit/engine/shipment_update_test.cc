// Parcels that change after their shipment left: the store follows, once, and people are told where
// it cannot.
#include "sim/planted/forwarding_tx.h"
#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

using std::chrono::minutes;

// Time-out of the fake store's requests and its settle time together.
constexpr std::chrono::seconds kInDoubt{50};

// A storage that can read no store.
class StoresUnreadable final : public ports::Storage {
 public:
  explicit StoresUnreadable(ports::Storage& inner) : inner_(inner) {}

  void Submit(Work work, Done done) override {
    inner_.Submit(
        [work = std::move(work)](ports::Tx& tx) {
          Stores stores(tx.stores());
          sim::ForwardingProducts products(tx.products());
          sim::ForwardingStock stock(tx.stock());
          sim::ForwardingOrders orders(tx.orders());
          sim::ForwardingTx unreadable(tx, {stores, products, stock, orders});
          return work(unreadable);
        },
        std::move(done));
  }
  Status Read(const std::function<Status(const ports::ReadTx&)>& work) override {
    return inner_.Read(work);
  }
  Result<std::unique_ptr<ports::Storage>> MakeScratch() const override {
    return inner_.MakeScratch();
  }
  std::int64_t commits() const override { return inner_.commits(); }
  void SetCommitListener(std::function<void(const ports::CommitNotice&)> /*listener*/) override {}

 private:
  struct Stores final : sim::ForwardingStores {
    using ForwardingStores::ForwardingStores;
    Result<v1::Store> Get(const ports::StoreKey& /*store*/) const override {
      return Error{.code = Code::kInternal, .reason = {}, .message = "the row is damaged"};
    }
  };

  ports::Storage& inner_;
};

class ShipmentUpdateTest : public EngineDay {
 protected:
  void Collected(std::int64_t pieces = 1) {
    Sell("MUG", "p1");
    Connect();
    SetStock("MUG", 100);
    Order("1001", "MUG", pieces);
    Pass(kMinute);
    ASSERT_TRUE(Collect("1001"));
    Pass(kMinute);
    store_.shipment_pushes.clear();
    egress_.sent.clear();
  }
  v1::Shipment Shipment(int place = 0) { return Get("1001").shipments(place); }
  const cv1::Shipment& LastPush() { return store_.shipment_pushes.back(); }
  Result<v1::Issue> Retry(const v1::Issue& issue) {
    const std::string id(engine::IdOf(issue.name()));
    return Wait<v1::Issue>([&](auto done) { engine_->RetryIssue("acme", id, done); });
  }
  // As after the time that outbox rows are kept.
  void Forget() {
    ASSERT_TRUE(Wait<ports::Forgotten>([&](auto done) {
      auto forgotten = std::make_shared<ports::Forgotten>();
      storage_->Submit(
          [=, this](ports::Tx& tx) -> Status {
            SB_TRY(*forgotten,
                   tx.retention().Forget(ports::Kept::kSentShipments, clock_.NowMs() + 1, "", 10));
            return Ok();
          },
          [=](const Status& status) {
            done(status ? Result<ports::Forgotten>(*forgotten) : status.error());
          });
    }));
  }
  ports::OutboxRow Row() {
    ports::OutboxRow row;
    EXPECT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(row, tx.outbox().Get("acme", engine::IdOf(Shipment().name())));
      return Ok();
    }));
    return row;
  }
  void CannotUpdate() { host_.manifest().mutable_operations()->RemoveLast(); }
  void RefuseRequests() {
    store_.pushes_by_request = true;
    egress_.answer = [](const cv1::HttpRequest&) {
      ports::EgressAnswer answer;
      answer.failure.emplace();
      answer.failure->set_code(cv1::Failure::CODE_PERMANENT);
      answer.failure->set_message("tracking number is not one of the carrier");
      return answer;
    };
  }
  // The store does what it is asked for; its answers are lost.
  void LoseAnswers() {
    store_.pushes_by_request = true;
    egress_.answer = [this](const cv1::HttpRequest&) -> std::optional<ports::EgressAnswer> {
      store_.told.insert(FakeStore::MarkerOf(LastPush()));
      return std::nullopt;
    };
  }
};

TEST_F(ShipmentUpdateTest, TellsTheStoreWhichParcelsAreNewAndWhichAreOld) {
  Collected();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  ASSERT_EQ(Shipment().store_report().state(), v1::StoreReport::STATE_CONFIRMED);

  ASSERT_TRUE(Update("1001", "JJFI2"));

  ASSERT_EQ(store_.shipment_pushes.size(), 2U);
  EXPECT_EQ(store_.sessions["shipments.update"], 1);
  EXPECT_EQ(LastPush().revision(), 1);
  EXPECT_EQ(LastPush().parcels(0).tracking_code(), "JJFI2");
  EXPECT_EQ(LastPush().outdated_parcels(0).tracking_code(), "JJFI1");
  EXPECT_FALSE(LastPush().completes_order());
  EXPECT_TRUE(LastPush().notify_customer());
  EXPECT_EQ(Shipment().store_report().revision(), 1);
  EXPECT_TRUE(Shipment().store_report().outdated_parcels().empty());
  EXPECT_EQ(Shipment().store_report().state(), v1::StoreReport::STATE_CONFIRMED);
}

TEST_F(ShipmentUpdateTest, WaitsUntilNothingOfTheTellingCanArriveAnyMore) {
  Collected();
  store_.pushes_by_request = true;
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  egress_.sent.clear();

  ASSERT_TRUE(Update("1001", "JJFI2"));
  Pass(kInDoubt - std::chrono::seconds(1));
  EXPECT_TRUE(Told().empty());
  Pass(std::chrono::seconds(2));

  EXPECT_EQ(Told().size(), 1U);
}

TEST_F(ShipmentUpdateTest, IsToldOnceAndTheSameAgainIsHarmless) {
  Collected();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  ASSERT_TRUE(Update("1001", "JJFI2"));
  const std::string etag = Get("1001").etag();

  ASSERT_TRUE(Update("1001", "JJFI2"));
  Pass(minutes(60));

  EXPECT_EQ(store_.shipment_pushes.size(), 2U);
  EXPECT_EQ(Get("1001").etag(), etag);
}

TEST_F(ShipmentUpdateTest, BeforeTheStoreWasToldIsPartOfTheTelling) {
  Collected();
  store_.pushes_by_request = true;
  cv1::Failure down;
  down.set_code(cv1::Failure::CODE_TRANSIENT);
  store_.failing["shipments.push"] = down;
  ASSERT_TRUE(Ship("1001", "JJFI1"));

  ASSERT_TRUE(Update("1001", "JJFI2"));
  store_.failing.clear();
  Pass(minutes(30));

  ASSERT_EQ(store_.shipment_pushes.size(), 1U);
  EXPECT_EQ(LastPush().parcels(0).tracking_code(), "JJFI2");
  EXPECT_EQ(LastPush().revision(), 0);
  EXPECT_EQ(Shipment().store_report().revision(), 1);
  EXPECT_TRUE(LastPush().completes_order());
}

TEST_F(ShipmentUpdateTest, WhileItIsBeingToldFollowsTheTelling) {
  Collected();
  store_.pushes_by_request = true;
  egress_.delay = std::chrono::seconds(10);
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  ASSERT_EQ(Told().size(), 1U);

  ASSERT_TRUE(Update("1001", "JJFI2"));
  Pass(kMinute);

  ASSERT_EQ(Told().size(), 2U);
  EXPECT_EQ(store_.shipment_pushes[0].parcels(0).tracking_code(), "JJFI1");
  EXPECT_EQ(LastPush().parcels(0).tracking_code(), "JJFI2");
  EXPECT_EQ(LastPush().revision(), 1);
  EXPECT_EQ(LastPush().outdated_parcels(0).tracking_code(), "JJFI1");
  EXPECT_EQ(Shipment().store_report().revision(), 1);
}

TEST_F(ShipmentUpdateTest, AfterALostAnswerIsToldWhenItIsKnownThatTheFirstArrived) {
  Collected();
  LoseAnswers();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  ASSERT_TRUE(Update("1001", "JJFI2"));
  egress_.answer = nullptr;
  Crash();

  Pass(kInDoubt + std::chrono::seconds(40));

  EXPECT_EQ(LastPush().revision(), 1);
  EXPECT_EQ(Shipment().store_report().revision(), 1);
  EXPECT_EQ(Shipment().store_report().state(), v1::StoreReport::STATE_CONFIRMED);
  EXPECT_TRUE(Shipment().store_report().outdated_parcels().empty());
}

TEST_F(ShipmentUpdateTest, AfterAFirstTellingThatNeverArrivedIsPartOfTheSecond) {
  Collected();
  LoseAnswers();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  ASSERT_TRUE(Update("1001", "JJFI2"));
  store_.told.clear();
  egress_.answer = nullptr;
  Crash();

  Pass(kInDoubt + std::chrono::seconds(40));

  EXPECT_EQ(Told().size(), 2U) << "its customer is told once";
  EXPECT_EQ(LastPush().parcels(0).tracking_code(), "JJFI2");
  EXPECT_EQ(LastPush().revision(), 0);
  EXPECT_EQ(Shipment().store_report().revision(), 1);
}

// The shipment is in the store; the order, which is written after it, is not written yet.
TEST_F(ShipmentUpdateTest, AfterATellingThatTheStoreTookAPartOfIsToldOnce) {
  Collected();
  store_.pushes_by_request = true;
  egress_.answer = [this](const cv1::HttpRequest&) {
    store_.told.insert(FakeStore::MarkerOf(LastPush()));
    ports::EgressAnswer answer;
    answer.failure.emplace();
    answer.failure->set_code(cv1::Failure::CODE_RATE_LIMITED);
    answer.failure->set_message("too many requests");
    return answer;
  };
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  ASSERT_EQ(Shipment().store_report().state(), v1::StoreReport::STATE_WAITING);
  ASSERT_TRUE(Update("1001", "JJFI2"));
  egress_.answer = nullptr;

  Pass(minutes(30));

  ASSERT_EQ(Told().size(), 2U);
  EXPECT_EQ(LastPush().parcels(0).tracking_code(), "JJFI2");
  EXPECT_EQ(LastPush().revision(), 1);
  EXPECT_EQ(LastPush().outdated_parcels(0).tracking_code(), "JJFI1");
  EXPECT_EQ(Row().state, ports::OutboxRow::State::kDone);
  EXPECT_EQ(Shipment().store_report().state(), v1::StoreReport::STATE_CONFIRMED);
  EXPECT_EQ(Shipment().store_report().revision(), 1);
  EXPECT_TRUE(Shipment().store_report().outdated_parcels().empty());
}

TEST_F(ShipmentUpdateTest, WhoseAnswerIsLostIsNotRepeatedWhenItIsThere) {
  Collected();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  LoseAnswers();
  ASSERT_TRUE(Update("1001", "JJFI2"));
  ASSERT_EQ(Told().size(), 1U);

  Crash();
  Pass(kInDoubt + std::chrono::seconds(1));

  EXPECT_EQ(Told().size(), 1U);
  EXPECT_EQ(Shipment().store_report().revision(), 1);
}

TEST_F(ShipmentUpdateTest, HoldsNoStockBackAndDoesNotMakeItUntold) {
  Collected();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  LoseAnswers();
  ASSERT_TRUE(Update("1001", "JJFI2"));

  EXPECT_EQ(Shipment().store_report().state(), v1::StoreReport::STATE_CONFIRMED);
  EXPECT_EQ(Shipment().store_report().outdated_parcels_size(), 1);
  EXPECT_TRUE(Shipment().store_report().has_next_attempt_time());
}

TEST_F(ShipmentUpdateTest, OfOneOfTwoShipmentsLeavesTheOtherAlone) {
  Collected(2);
  v1::ShipmentLine one;
  one.set_product_code("MUG");
  one.set_quantity(1);
  ASSERT_TRUE(Ship("1001", "JJFI1", {one}));
  ASSERT_TRUE(Ship("1001", "JJFI2"));
  ASSERT_FALSE(Update("1001", "JJFI3"));

  ASSERT_TRUE(Update("1001", "JJFI3", Shipment(1).name()));

  EXPECT_EQ(LastPush().ref(), engine::IdOf(Shipment(1).name()));
  EXPECT_EQ(Shipment(0).parcels(0).tracking_code(), "JJFI1");
  EXPECT_EQ(Shipment(0).revision(), 0);
  EXPECT_EQ(Shipment(1).store_report().revision(), 1);
}

TEST_F(ShipmentUpdateTest, OfWhatTheStoreRefusedIsToldAgain) {
  Collected();
  RefuseRequests();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  ASSERT_EQ(Shipment().store_report().state(), v1::StoreReport::STATE_REFUSED);
  egress_.answer = nullptr;

  ASSERT_TRUE(Update("1001", "JJFI2"));
  EXPECT_EQ(Shipment().store_report().state(), v1::StoreReport::STATE_WAITING);
  Pass(kInDoubt);

  EXPECT_EQ(Shipment().store_report().state(), v1::StoreReport::STATE_CONFIRMED);
  EXPECT_EQ(LastPush().revision(), 0);
  EXPECT_EQ(LastPush().parcels(0).tracking_code(), "JJFI2");
  EXPECT_TRUE(OpenIssues().empty());
}

TEST_F(ShipmentUpdateTest, OfWhatIsBeingRefusedIsToldInstead) {
  Collected();
  egress_.delay = std::chrono::seconds(10);
  RefuseRequests();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  ASSERT_TRUE(Update("1001", "JJFI2"));
  executor_.AdvanceUntil([this] { return !Shipment().store_report().last_error().empty(); },
                         kMinute);
  egress_.answer = nullptr;
  Pass(kInDoubt + kMinute);

  EXPECT_EQ(LastPush().parcels(0).tracking_code(), "JJFI2");
  EXPECT_EQ(Shipment().store_report().state(), v1::StoreReport::STATE_CONFIRMED);
  EXPECT_TRUE(OpenIssues().empty());
}

TEST_F(ShipmentUpdateTest, HoldsTheTellingOfTheNextShipmentNotBack) {
  Collected(2);
  v1::ShipmentLine one;
  one.set_product_code("MUG");
  one.set_quantity(1);
  ASSERT_TRUE(Ship("1001", "JJFI1", {one}));
  cv1::Failure down;
  down.set_code(cv1::Failure::CODE_TRANSIENT);
  store_.failing["shipments.update"] = down;
  ASSERT_TRUE(Update("1001", "JJFI2"));

  ASSERT_TRUE(Ship("1001", "JJFI3"));
  Pass(minutes(60));

  EXPECT_EQ(Shipment(1).store_report().state(), v1::StoreReport::STATE_CONFIRMED);
}

TEST_F(ShipmentUpdateTest, LeavesTheStoreACodeThatAnotherShipmentHasNow) {
  Collected(2);
  v1::ShipmentLine one;
  one.set_product_code("MUG");
  one.set_quantity(1);
  ASSERT_TRUE(Ship("1001", "JJFI1", {one}));
  ASSERT_TRUE(Ship("1001", "JJFI2"));
  Pass(kMinute);

  ASSERT_TRUE(Update("1001", "JJFI2", Shipment(0).name()));
  Pass(2 * kMinute);
  ASSERT_TRUE(Update("1001", "JJFI1", Shipment(1).name()));
  Pass(2 * kMinute);

  EXPECT_EQ(LastPush().parcels(0).tracking_code(), "JJFI1");
  EXPECT_TRUE(LastPush().outdated_parcels().empty()) << "the first shipment has JJFI2 now";
}

TEST_F(ShipmentUpdateTest, OfTheWeightAloneIsKeptAndTellsNobody) {
  Collected();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  v1::Parcel parcel;
  parcel.set_tracking_code("JJFI1");
  parcel.set_weight_grams(1200);

  ASSERT_TRUE(Wait<v1::Order>(
      [&](auto done) { commands_->UpdateShipment(Ref("1001"), "", {parcel}, "", done); }));
  Settle();

  EXPECT_EQ(store_.shipment_pushes.size(), 1U);
  EXPECT_EQ(Shipment().parcels(0).weight_grams(), 1200);
  EXPECT_EQ(Shipment().revision(), 0);
}

TEST_F(ShipmentUpdateTest, ThatTheStoreRefusesIsAnIssueAndTheShipmentStaysTold) {
  Collected();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  cv1::Failure refusal;
  refusal.set_code(cv1::Failure::CODE_NOT_FOUND);
  refusal.set_message("there is no such shipment");
  store_.refuse["*"] = refusal;

  ASSERT_TRUE(Update("1001", "JJFI2"));

  ASSERT_EQ(OpenIssues().size(), 1U);
  EXPECT_EQ(OpenIssues()[0].reason(), "SHIPMENT_NOT_UPDATED");
  EXPECT_EQ(Shipment().store_report().state(), v1::StoreReport::STATE_CONFIRMED);
  EXPECT_EQ(Shipment().store_report().last_error(), "there is no such shipment");
  store_.refuse.clear();
  ASSERT_TRUE(Retry(OpenIssues()[0]));
  EXPECT_TRUE(OpenIssues().empty());
  EXPECT_EQ(Shipment().store_report().revision(), 1);
}

TEST_F(ShipmentUpdateTest, WhereTheConnectorCannotIsAnIssueUntilAPersonHasDoneIt) {
  Collected();
  CannotUpdate();
  ASSERT_TRUE(Ship("1001", "JJFI1"));

  ASSERT_TRUE(Update("1001", "JJFI2"));
  Pass(minutes(60));

  EXPECT_EQ(store_.shipment_pushes.size(), 1U);
  ASSERT_EQ(OpenIssues().size(), 1U);
  EXPECT_EQ(OpenIssues()[0].reason(), "SHIPMENT_NOT_UPDATED");
  EXPECT_EQ(Shipment().store_report().outdated_parcels(0).tracking_code(), "JJFI1");
  ASSERT_TRUE(Retry(OpenIssues()[0]));
  EXPECT_TRUE(OpenIssues().empty());
  EXPECT_EQ(Shipment().store_report().revision(), 1);
  EXPECT_TRUE(Shipment().store_report().outdated_parcels().empty());

  ASSERT_TRUE(Update("1001", "JJFI3"));
  EXPECT_EQ(OpenIssues().size(), 1U) << "the next change has to be done again";
}

TEST_F(ShipmentUpdateTest, NeedsNoOutboxRowOfBefore) {
  Collected();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  Forget();
  store_.shipment_pushes.clear();

  ASSERT_TRUE(Update("1001", "JJFI2"));

  ASSERT_EQ(store_.shipment_pushes.size(), 1U);
  EXPECT_EQ(Shipment().store_report().revision(), 1);
}

TEST_F(ShipmentUpdateTest, WhoseStoreCannotBeReadIsRefusedAndChangesNothing) {
  Collected();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  const std::string etag = Get("1001").etag();
  StoresUnreadable unreadable(*storage_);
  commands_ = std::make_unique<engine::Commands>(
      engine::Commands::Ports{unreadable, clock_, random_, host_, config_, vault_});

  const Result<v1::Order> refused = Update("1001", "JJFI2");

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the row is damaged");
  EXPECT_EQ(Get("1001").etag(), etag);
}

TEST_F(ShipmentUpdateTest, WithAStaleEtagChangesNothing) {
  Collected();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  const Result<v1::Order> refused = Wait<v1::Order>(
      [&](auto done) { commands_->UpdateShipment(Ref("1001"), "", {}, "stale", done); });

  EXPECT_EQ(refused.error().code, Code::kAborted);
  EXPECT_EQ(Shipment().parcels_size(), 1);
}

}  // namespace
}  // namespace storebridge::testing
