#include <map>
#include <string>

#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

using ports::WorkCounts;

class WorkCountTablesTest : public InlineStorageTest {
 protected:
  WorkCounts Count() {
    return ReadOne<WorkCounts>([](const ports::ReadTx& tx) { return tx.work_counts().Count(); });
  }

  void PutOrder(const std::string& merchant, const std::string& id, v1::OrderState state) {
    ports::OrderRecord record;
    record.order.set_name("merchants/" + merchant + "/orders/" + id);
    record.order.set_store("merchants/" + merchant + "/stores/web");
    record.order.set_external_id(id);
    record.order.set_state(state);
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.orders().Put(merchant, record); })));
  }

  void PutShipment(const std::string& id, ports::OutboxRow::State state, int failures = 0) {
    ports::OutboxRow row;
    row.shipment = id;
    row.store = kWeb;
    row.state = state;
    row.failures = failures;
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.outbox().Put(row); })));
  }

  void PutListing(const std::string& id, bool is_dirty) {
    ports::Listing listing;
    listing.store = kWeb;
    listing.external_id = id;
    listing.stock_dirty = is_dirty;
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.products().PutListing(listing); })));
  }

  void PutIssue(const std::string& id, const std::string& reason, v1::Issue::State state) {
    v1::Issue issue;
    issue.set_name("merchants/acme/issues/" + id);
    issue.set_reason(reason);
    issue.set_state(state);
    const ports::IssueKey key{
        .store = kWeb, .record_type = v1::Issue::RECORD_TYPE_ORDER, .record_key = id};
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.issues().Put(key, issue); })));
  }
};

TEST_F(WorkCountTablesTest, FindNothingInAnEmptyDatabase) {
  const WorkCounts counts = Count();

  EXPECT_TRUE(counts.open_orders.empty());
  EXPECT_TRUE(counts.open_issues.empty());
  EXPECT_EQ(counts.waiting_shipments, 0);
  EXPECT_EQ(counts.failing_shipments, 0);
  EXPECT_EQ(counts.waiting_listings, 0);
}

TEST_F(WorkCountTablesTest, CountOpenOrdersOfAllMerchants) {
  PutOrder("acme", "0000000000001", v1::ORDER_STATE_NEW);
  PutOrder("acme", "0000000000002", v1::ORDER_STATE_COLLECTING);
  PutOrder("bolt", "0000000000003", v1::ORDER_STATE_NEW);
  for (const auto& [id, state] : {std::pair{"0000000000004", v1::ORDER_STATE_SHIPPED},
                                  {"0000000000005", v1::ORDER_STATE_CANCELLED},
                                  {"0000000000006", v1::ORDER_STATE_RETURNED}}) {
    PutOrder("acme", id, state);
  }

  EXPECT_EQ(Count().open_orders,
            (std::map<v1::OrderState, std::int64_t>{{v1::ORDER_STATE_NEW, 2},
                                                    {v1::ORDER_STATE_COLLECTING, 1}}));
}

TEST_F(WorkCountTablesTest, CountOpenIssuesByReason) {
  PutIssue("0000000000001", "ADDRESS_INCOMPLETE", v1::Issue::STATE_OPEN);
  PutIssue("0000000000002", "ADDRESS_INCOMPLETE", v1::Issue::STATE_OPEN);
  PutIssue("0000000000003", "PRODUCT_CODE_MISSING", v1::Issue::STATE_OPEN);
  PutIssue("0000000000004", "PRODUCT_CODE_MISSING", v1::Issue::STATE_RESOLVED);

  EXPECT_EQ(Count().open_issues,
            (std::map<std::string, std::int64_t>{{"ADDRESS_INCOMPLETE", 2},
                                                 {"PRODUCT_CODE_MISSING", 1}}));
}

TEST_F(WorkCountTablesTest, CountShipmentsThatTheStoreIsToBeTold) {
  PutShipment("1", ports::OutboxRow::State::kDone, 2);
  PutShipment("2", ports::OutboxRow::State::kRefused, 1);
  PutShipment("3", ports::OutboxRow::State::kWaiting);
  PutShipment("4", ports::OutboxRow::State::kWaiting, 3);
  PutShipment("5", ports::OutboxRow::State::kSending, 1);

  EXPECT_EQ(Count().waiting_shipments, 3);
  EXPECT_EQ(Count().failing_shipments, 2);
}

TEST_F(WorkCountTablesTest, CountListingsWhoseStockIsToBeWritten) {
  PutListing("1", true);
  PutListing("2", false);
  PutListing("3", true);

  EXPECT_EQ(Count().waiting_listings, 2);
}

}  // namespace
}  // namespace storebridge::storage
