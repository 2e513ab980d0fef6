// Why has this order not been shipped: what is said in each state, and what to do.
#include "domain/explain_order.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "domain_fixtures.h"

namespace storebridge::domain {
namespace {

using Reasons = std::vector<std::string>;
using Report = v1::StoreReport;

Reasons ReasonsIn(const v1::Explanation& explanation) {
  Reasons reasons;
  for (const v1::Cause& cause : explanation.causes()) {
    reasons.push_back(cause.reason());
  }
  return reasons;
}

v1::StockClaim ReservedBy(const std::string& number, std::int64_t quantity) {
  v1::StockClaim claim;
  claim.set_order_number(number);
  claim.set_quantity(quantity);
  claim.set_kind(v1::StockClaim::KIND_RESERVED);
  return claim;
}

class ExplainOrderTest : public testing::Test {
 protected:
  ExplainOrderTest() {
    facts_.order = TakenOver(PaidOrder(), FakeProducts(), OrderState::kNew);
    order_.set_order_number("1001");
    store_.set_name("merchants/demo/stores/web");
    store_.set_state(v1::Store::STATE_ACTIVE);
    facts_.store = store_;
  }

  void Is(v1::OrderState state) { order_.set_state(state); }
  void Needs(std::int64_t needed, std::optional<std::int64_t> on_hand, std::int64_t reserved) {
    facts_.needs.push_back({.product = "merchants/demo/products/mug-1",
                            .product_code = "MUG-1",
                            .needed = needed,
                            .on_hand = on_hand,
                            .reserved = reserved,
                            .reserved_by = {ReservedBy("0998", reserved)}});
  }
  void HasIssue(v1::Issue::RecordType type, const std::string& reason, const std::string& todo) {
    v1::Issue issue;
    issue.set_name("merchants/demo/issues/1");
    issue.set_record_type(type);
    issue.set_reason(reason);
    issue.set_resolution(todo);
    facts_.issues.push_back(issue);
  }
  Report& HasShipment(Report::State state) {
    Is(v1::ORDER_STATE_SHIPPED);
    for (v1::OrderLine& line : *order_.mutable_lines()) {
      line.set_shipped_quantity(line.quantity());
    }
    v1::Shipment* shipment = order_.add_shipments();
    shipment->set_name("merchants/demo/shipments/1");
    shipment->mutable_store_report()->set_state(state);
    return *shipment->mutable_store_report();
  }
  v1::Explanation Explained() {
    const Result<v1::Explanation> explanation = ExplainOrder(facts_);
    EXPECT_TRUE(explanation) << explanation.error().message;
    return explanation ? *explanation : v1::Explanation();
  }

  v1::Store store_;
  OrderFacts facts_;
  v1::Order& order_ = facts_.order;
};

TEST_F(ExplainOrderTest, SaysWhatAnUnpaidOrderWaitsFor) {
  Is(v1::ORDER_STATE_AWAITING_PAYMENT);
  order_.set_store_state("on-hold");
  order_.mutable_payment()->set_state(v1::PAYMENT_STATE_UNPAID);
  order_.mutable_payment()->set_method("bacs");

  const v1::Explanation explanation = Explained();

  EXPECT_EQ(explanation.summary(), "Order 1001 waits for its payment.");
  EXPECT_EQ(ReasonsIn(explanation), Reasons{"PAYMENT_MISSING"});
  EXPECT_EQ(explanation.causes(0).message(), "the store has it as 'on-hold', to be paid by 'bacs'");
  order_.mutable_payment()->set_state(v1::PAYMENT_STATE_AUTHORIZED);
  EXPECT_EQ(ReasonsIn(Explained()), Reasons{"PAYMENT_NOT_TAKEN"});
}

TEST_F(ExplainOrderTest, NamesTheProblemsOfADraftAndTheIssuesOfItsProducts) {
  Is(v1::ORDER_STATE_DRAFT);
  order_.add_problems()->set_reason("PRODUCT_UNKNOWN");
  HasIssue(v1::Issue::RECORD_TYPE_PRODUCT, "PRODUCT_CODE_DUPLICATE", "Give it another code.");

  const v1::Explanation explanation = Explained();

  EXPECT_EQ(explanation.summary(), "Order 1001 is a DRAFT: a detail is wrong.");
  EXPECT_EQ(ReasonsIn(explanation), (Reasons{"PRODUCT_UNKNOWN", "PRODUCT_CODE_DUPLICATE"}));
  EXPECT_EQ(explanation.causes(1).resource(), "merchants/demo/issues/1");
  EXPECT_EQ(explanation.action(),
            "Give it another code. Correct what the causes name; the order is checked again by "
            "itself.");
}

TEST_F(ExplainOrderTest, SaysThatAProductCannotComeWhileTheProductsAreNotRead) {
  Is(v1::ORDER_STATE_DRAFT);
  v1::OrderProblem& problem = *order_.add_problems();
  problem.set_reason("PRODUCT_UNKNOWN");
  problem.set_field("lines[0].product_code");
  v1::FlowHealth& products = *facts_.store->add_flows();
  products.set_flow(v1::FLOW_PRODUCTS);
  products.set_failures(3);

  EXPECT_EQ(ReasonsIn(Explained()), (Reasons{"PRODUCT_UNKNOWN", "FLOW_FAILING"}));
}

// What the store shows of it now cannot be read: nothing else is to be done first.
TEST_F(ExplainOrderTest, NamesAnOpenIssueFirstInEveryStateThatFollowsTheStore) {
  HasIssue(v1::Issue::RECORD_TYPE_ORDER, "RECORD_UNREADABLE", "Correct it in the store.");
  for (const v1::OrderState state : {v1::ORDER_STATE_AWAITING_PAYMENT,
                                     v1::ORDER_STATE_DRAFT,
                                     v1::ORDER_STATE_NEW,
                                     v1::ORDER_STATE_PENDING,
                                     v1::ORDER_STATE_ON_HOLD}) {
    Is(state);
    const v1::Explanation explanation = Explained();
    ASSERT_GE(explanation.causes_size(), 1);
    EXPECT_EQ(explanation.causes(0).reason(), "RECORD_UNREADABLE");
    EXPECT_TRUE(explanation.action().starts_with("Correct it in the store."));
  }
  facts_.issues[0].set_reason("ORDER_DRAFT");
  Is(v1::ORDER_STATE_DRAFT);
  EXPECT_TRUE(ReasonsIn(Explained()).empty()) << "its problems say the same";
}

TEST_F(ExplainOrderTest, ReckonsWhatAPendingOrderLacksAndWhoHasIt) {
  Is(v1::ORDER_STATE_PENDING);
  Needs(3, 5, 4);

  const v1::Explanation explanation = Explained();

  EXPECT_EQ(explanation.summary(), "Order 1001 waits for stock of MUG-1.");
  ASSERT_EQ(ReasonsIn(explanation), Reasons{"STOCK_MISSING"});
  EXPECT_EQ(explanation.causes(0).message(),
            "3 of MUG-1 are needed, 1 can be promised: 5 on the shelf, 4 reserved for 0998 (4)");
  EXPECT_EQ(
      explanation.action(),
      "Take in 2 of MUG-1, and write it with AdjustStock. It becomes NEW by itself when there "
      "is enough for it and for the orders that waited longer.");
}

TEST_F(ExplainOrderTest, NamesAFewOrdersAndSaysThatThereAreOthers) {
  Is(v1::ORDER_STATE_PENDING);
  Needs(3, 5, 4);
  const auto message = [&] { return Explained().causes(0).message(); };
  while (facts_.needs[0].reserved_by.size() < kNamedMax) {
    facts_.needs[0].reserved_by.push_back(ReservedBy("7", 1));
  }
  EXPECT_EQ(message().find("and others"), std::string::npos);

  facts_.needs[0].reserved_by.push_back(ReservedBy("8", 1));

  EXPECT_TRUE(message().ends_with("7 (1) and others")) << message();
  facts_.needs[0].reserved_by = {ReservedBy("7", 1)};
  facts_.needs[0].more_reserved_by = true;
  EXPECT_TRUE(message().ends_with("7 (1) and others")) << message();
}

TEST_F(ExplainOrderTest, TellsStockThatWasNeverSetFromStockThatIsMissing) {
  Is(v1::ORDER_STATE_PENDING);
  Needs(3, std::nullopt, 0);

  EXPECT_EQ(ReasonsIn(Explained()), Reasons{"STOCK_NOT_SET"});
}

TEST_F(ExplainOrderTest, SaysThatAPendingOrderWithStockWaitsItsTurn) {
  Is(v1::ORDER_STATE_PENDING);
  Needs(3, 7, 4);

  const v1::Explanation explanation = Explained();

  EXPECT_EQ(ReasonsIn(explanation), Reasons{"ORDER_WAITS_ITS_TURN"});
  EXPECT_EQ(explanation.action(), "");
}

TEST_F(ExplainOrderTest, AsksTheWarehouseForWhatIsNew) {
  Needs(3, 5, 3);

  const v1::Explanation explanation = Explained();

  EXPECT_EQ(ReasonsIn(explanation), Reasons{"ORDER_NOT_COLLECTED"});
  EXPECT_EQ(explanation.action(), "Collect it: CollectOrder, then ShipOrder.");
}

TEST_F(ExplainOrderTest, SaysThatANewOrderCannotBeCollectedWhenTheShelfHasLess) {
  Needs(3, 2, 3);

  const v1::Explanation explanation = Explained();

  EXPECT_EQ(ReasonsIn(explanation), Reasons{"STOCK_NOT_ENOUGH"});
  EXPECT_EQ(explanation.action().find("Collect it"), std::string::npos);
}

TEST_F(ExplainOrderTest, SaysThatAnOrderThatWasPutBackIsBeingRead) {
  Needs(3, 5, 3);
  HasIssue(v1::Issue::RECORD_TYPE_ORDER, "ORDER_CHANGED_WHILE_COLLECTING", "Call PutBackOrder.");

  const v1::Explanation explanation = Explained();

  EXPECT_EQ(ReasonsIn(explanation), (Reasons{"ORDER_BEING_READ", "ORDER_NOT_COLLECTED"}));
  EXPECT_EQ(explanation.action().find("PutBackOrder"), std::string::npos);
}

TEST_F(ExplainOrderTest, AsksForNothingOfAStoreThatTheOrderGoesOnWithout) {
  Needs(3, 5, 3);
  facts_.store->set_state(v1::Store::STATE_PAUSED);

  const v1::Explanation explanation = Explained();

  EXPECT_EQ(ReasonsIn(explanation), (Reasons{"ORDER_NOT_COLLECTED", "STORE_PAUSED"}));
  EXPECT_EQ(explanation.action(), "Collect it: CollectOrder, then ShipOrder.");
}

TEST_F(ExplainOrderTest, GivesTheReasonOfAHold) {
  Is(v1::ORDER_STATE_ON_HOLD);
  order_.set_state_reason("customer called");

  const v1::Explanation explanation = Explained();

  EXPECT_EQ(explanation.causes(0).message(), "customer called");
  EXPECT_EQ(explanation.action(), "Call ReleaseOrder when it may go on.");
  order_.set_is_test(true);
  EXPECT_EQ(Explained().action(),
            "It is a test: call CancelOrder, or ReleaseOrder if it is to be sent.");
  order_.add_problems()->set_reason("CITY_MISSING");
  EXPECT_EQ(ReasonsIn(Explained()), (Reasons{"ORDER_HELD", "CITY_MISSING"}));
}

TEST_F(ExplainOrderTest, SaysWhatTheStoreDidWhileItIsCollected) {
  Is(v1::ORDER_STATE_COLLECTING);
  HasIssue(v1::Issue::RECORD_TYPE_ORDER, "ORDER_CANCELLED_WHILE_COLLECTING", "Stop it.");

  const v1::Explanation explanation = Explained();

  EXPECT_EQ(ReasonsIn(explanation),
            (Reasons{"ORDER_CANCELLED_WHILE_COLLECTING", "ORDER_NOT_SHIPPED"}));
  EXPECT_EQ(explanation.action(), "Stop it.");
  facts_.issues.clear();
  EXPECT_EQ(Explained().action(), "Call ShipOrder when it has left.");
}

TEST_F(ExplainOrderTest, HasNothingToSayWhenTheStoreKnowsOfTheShipment) {
  HasShipment(Report::STATE_CONFIRMED);

  const v1::Explanation explanation = Explained();

  EXPECT_EQ(explanation.summary(), "Order 1001 has left; its store knows.");
  EXPECT_EQ(explanation.causes_size(), 0);
  EXPECT_EQ(explanation.action(), "");
}

TEST_F(ExplainOrderTest, SaysThatAnOrderWasClosedShort) {
  HasShipment(Report::STATE_CONFIRMED);
  order_.mutable_lines(0)->set_shipped_quantity(0);
  order_.set_state_reason("sold out");

  EXPECT_EQ(Explained().summary(),
            "Order 1001 has left, but for what was cancelled (sold out); its store knows.");
}

TEST_F(ExplainOrderTest, SaysHowFarTheStoreWasToldOfAShipment) {
  const std::vector<std::pair<Report::State, std::string>> table = {
      {Report::STATE_WAITING, "SHIPMENT_WAITING"},
      {Report::STATE_SENDING, "SHIPMENT_SENDING"},
      {Report::STATE_REFUSED, "SHIPMENT_REFUSED"},
      {Report::STATE_NOT_SUPPORTED, "SHIPMENT_NOT_SUPPORTED"}};
  Report& report = HasShipment(Report::STATE_WAITING);
  for (const auto& [state, reason] : table) {
    report.set_state(state);
    const v1::Explanation explanation = Explained();
    EXPECT_EQ(ReasonsIn(explanation), Reasons{reason});
    EXPECT_EQ(explanation.summary(), "Order 1001 has left; its store does not know.");
  }
  report.set_state(Report::STATE_CONFIRMED);
  HasShipment(Report::STATE_WAITING);
  EXPECT_EQ(Explained().summary(),
            "Order 1001 has left; its store does not know of 1 of 2 shipments.");
}

TEST_F(ExplainOrderTest, TellsAnOldTrackingCodeFromAShipmentThatIsNotKnown) {
  HasShipment(Report::STATE_ACCEPTED);
  order_.mutable_shipments(0)->set_revision(1);

  const v1::Explanation explanation = Explained();

  EXPECT_EQ(explanation.summary(),
            "Order 1001 has left; its store knows, but may show old tracking codes.");
  EXPECT_EQ(ReasonsIn(explanation), Reasons{"SHIPMENT_OUTDATED"});
}

TEST_F(ExplainOrderTest, AsksForAMarkByHandOnlyWhenAllHasLeft) {
  HasShipment(Report::STATE_NOT_SUPPORTED);
  EXPECT_EQ(Explained().action(), "Mark the order as sent in the store, unless somebody did.");

  Is(v1::ORDER_STATE_COLLECTING);

  EXPECT_EQ(Explained().action(), "Call ShipOrder when the rest has left.");
}

TEST_F(ExplainOrderTest, SaysThatAStoreThatTakesNoPartsIsToldWithTheLast) {
  HasShipment(Report::STATE_WAITING);
  Is(v1::ORDER_STATE_COLLECTING);
  facts_.takes_parts = false;
  facts_.store->set_state(v1::Store::STATE_PAUSED);

  EXPECT_EQ(ReasonsIn(Explained()), (Reasons{"ORDER_NOT_SHIPPED", "SHIPMENT_WITH_THE_LAST"}));
}

TEST_F(ExplainOrderTest, PromisesNothingOfAStoreThatWasDeleted) {
  HasShipment(Report::STATE_SENDING);
  facts_.store.reset();
  EXPECT_EQ(ReasonsIn(Explained()), Reasons{"STORE_DELETED"});
  EXPECT_EQ(Explained().action(), "");

  Is(v1::ORDER_STATE_AWAITING_PAYMENT);
  order_.clear_shipments();
  EXPECT_EQ(Explained().action(), "Call CancelOrder, or connect the store anew under another id.");
}

TEST_F(ExplainOrderTest, SaysOfAReadyOrderThatItsDeletedStoreWillNotBeTold) {
  Is(v1::ORDER_STATE_NEW);
  for (const bool is_gone : {false, true}) {
    facts_.store->set_state(v1::Store::STATE_DELETING);
    if (is_gone) {
      facts_.store.reset();
    }
    const Reasons reasons = ReasonsIn(Explained());
    EXPECT_EQ(std::count(reasons.begin(), reasons.end(), "STORE_DELETED"), 1) << is_gone;
    EXPECT_NE(Explained().action().find("Tell the customer yourself"), std::string::npos);
  }
}

TEST_F(ExplainOrderTest, NamesWhatKeepsTheStoreFromBeingTold) {
  HasShipment(Report::STATE_WAITING);
  v1::FlowHealth& orders = *facts_.store->add_flows();
  orders.set_flow(v1::FLOW_ORDERS);
  orders.set_failures(9);
  v1::FlowHealth& shipments = *facts_.store->add_flows();
  shipments.set_flow(v1::FLOW_SHIPMENTS);
  EXPECT_EQ(ReasonsIn(Explained()), Reasons{"SHIPMENT_WAITING"});

  shipments.set_failures(3);
  shipments.set_last_error("it answered 503");

  const v1::Explanation explanation = Explained();
  EXPECT_EQ(ReasonsIn(explanation), (Reasons{"SHIPMENT_WAITING", "FLOW_FAILING"}));
  EXPECT_EQ(explanation.causes(1).message(),
            "the flow 'shipments' of 'merchants/demo/stores/web' has failed 3 times in a row: it "
            "answered 503");
}

TEST_F(ExplainOrderTest, NamesWhatKeepsTheStoreFromBeingRead) {
  Is(v1::ORDER_STATE_DRAFT);
  order_.add_problems()->set_reason("CITY_MISSING");
  const std::vector<std::pair<v1::Store::State, std::string>> table = {
      {v1::Store::STATE_PAUSED, "STORE_PAUSED"},
      {v1::Store::STATE_NEEDS_CREDENTIALS, "STORE_NEEDS_CREDENTIALS"},
      {v1::Store::STATE_DELETING, "STORE_DELETED"}};
  for (const auto& [state, reason] : table) {
    facts_.store->set_state(state);
    EXPECT_EQ(ReasonsIn(Explained()), (Reasons{"CITY_MISSING", reason}));
  }
  facts_.store.reset();
  EXPECT_EQ(ReasonsIn(Explained()), (Reasons{"CITY_MISSING", "STORE_DELETED"}));
}

TEST_F(ExplainOrderTest, SaysOnceWhatHindersSeveralFlows) {
  Is(v1::ORDER_STATE_DRAFT);
  v1::OrderProblem& problem = *order_.add_problems();
  problem.set_reason("PRODUCT_UNKNOWN");
  problem.set_field("lines[0].product_code");
  facts_.store->set_state(v1::Store::STATE_PAUSED);
  EXPECT_EQ(ReasonsIn(Explained()), (Reasons{"PRODUCT_UNKNOWN", "STORE_PAUSED"}));

  Is(v1::ORDER_STATE_NEW);
  HasIssue(v1::Issue::RECORD_TYPE_ORDER, "ORDER_CHANGED_WHILE_COLLECTING", "Call PutBackOrder.");
  EXPECT_EQ(ReasonsIn(Explained()),
            (Reasons{"ORDER_BEING_READ", "ORDER_NOT_COLLECTED", "STORE_PAUSED"}));
  EXPECT_TRUE(Explained().action().ends_with("Call ResumeStore for 'merchants/demo/stores/web'."))
      << "it is read only then";
}

TEST_F(ExplainOrderTest, SaysWhyACancelledOrderIsStillOpenInTheStore) {
  Is(v1::ORDER_STATE_CANCELLED);
  order_.set_state_reason("sold out");
  HasIssue(v1::Issue::RECORD_TYPE_ORDER, "ORDER_OPEN_IN_STORE", "Cancel it in the store.");

  const v1::Explanation explanation = Explained();

  EXPECT_EQ(explanation.summary(), "Order 1001 was cancelled; nothing of it is sent.");
  EXPECT_EQ(ReasonsIn(explanation), (Reasons{"ORDER_CANCELLED", "ORDER_OPEN_IN_STORE"}));
  EXPECT_EQ(explanation.action(), "Cancel it in the store.");
}

TEST_F(ExplainOrderTest, RefusesAnUnknownState) {
  Is(v1::ORDER_STATE_UNSPECIFIED);

  const Result<v1::Explanation> explanation = ExplainOrder(facts_);

  ASSERT_FALSE(explanation);
  EXPECT_EQ(explanation.error().code, Code::kInternal);
}

// ---- a number that nothing is known of

class ExplainMissingOrderTest : public testing::Test {
 protected:
  v1::Store& AddStore(const std::string& id) {
    v1::Store& store = facts_.stores.emplace_back().store;
    store.set_name("merchants/demo/stores/" + id);
    store.set_state(v1::Store::STATE_ACTIVE);
    store.mutable_settings()->mutable_orders_from()->set_seconds(1'700'000'000);
    return store;
  }

  MissingOrderFacts facts_{
      .order_number = "1007", .stores = {}, .has_more_stores = false, .issues = {}};
};

TEST_F(ExplainMissingOrderTest, NamesTheRecordThatCouldNotBeRead) {
  AddStore("web");
  v1::Issue& issue = facts_.issues.emplace_back();
  issue.set_reason("ORDER_ID_MISSING");
  issue.set_resolution("Correct it.");

  const v1::Explanation explanation = ExplainMissingOrder(facts_);

  EXPECT_EQ(explanation.summary(), "No order 1007 was taken over.");
  EXPECT_EQ(ReasonsIn(explanation), Reasons{"ORDER_ID_MISSING"});
  EXPECT_EQ(explanation.action(), "Correct it.");
}

TEST_F(ExplainMissingOrderTest, SaysOfEachStoreWhetherItCouldBeSeenThere) {
  v1::FlowHealth health;
  health.set_flow(v1::FLOW_ORDERS);
  health.mutable_last_success_time()->set_seconds(1'700'000'100);
  health.mutable_last_idle_time()->set_seconds(1'700'000'200);
  *AddStore("web").add_flows() = health;
  AddStore("outlet").set_state(v1::Store::STATE_PAUSED);
  AddStore("new");

  const v1::Explanation explanation = ExplainMissingOrder(facts_);

  ASSERT_EQ(ReasonsIn(explanation), (Reasons{"ORDER_NOT_SEEN", "STORE_PAUSED", "ORDERS_NOT_READ"}));
  EXPECT_EQ(explanation.causes(0).message(),
            "'merchants/demo/stores/web' showed none of this number that is taken over: one that "
            "was paid since 2023-11-14T22:13:20Z, and that was neither complete nor cancelled, and "
            "had something to send, when it was first seen");
  EXPECT_EQ(explanation.causes(0).time().seconds(), 1'700'000'200);
  EXPECT_FALSE(explanation.causes(2).has_time());
  EXPECT_TRUE(explanation.action().starts_with(
      "Call ResumeStore for 'merchants/demo/stores/outlet'. Look in the store whether"));
}

TEST_F(ExplainMissingOrderTest, AsksToLookOnlyInAStoreThatWasRead) {
  AddStore("new");

  EXPECT_EQ(ExplainMissingOrder(facts_).action(), "");
}

TEST_F(ExplainMissingOrderTest, TellsAStoreWithoutOrdersFromOneThatWasNotReadYet) {
  AddStore("new");
  facts_.stores[0].reads_orders = false;

  EXPECT_EQ(ReasonsIn(ExplainMissingOrder(facts_)), Reasons{"ORDERS_NOT_SUPPORTED"});
}

TEST_F(ExplainMissingOrderTest, SaysThatSomeStoresWereLeftOut) {
  AddStore("new");
  facts_.has_more_stores = true;

  EXPECT_EQ(ReasonsIn(ExplainMissingOrder(facts_)),
            (Reasons{"ORDERS_NOT_READ", "STORES_LEFT_OUT"}));
}

TEST_F(ExplainMissingOrderTest, SaysThatNoStoreIsConnected) {
  EXPECT_EQ(ReasonsIn(ExplainMissingOrder(facts_)), Reasons{"NO_STORES"});
}

}  // namespace
}  // namespace storebridge::domain
