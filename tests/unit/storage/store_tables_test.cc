#include <string>
#include <vector>

#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

using ports::StoreKey;
using Names = std::vector<std::string>;

class StoreTablesTest : public InlineStorageTest {
 protected:
  void PutStores(const std::vector<StoreKey>& keys) {
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) -> Status {
      for (const StoreKey& key : keys) {
        SB_CHECK(tx.stores().Put(key, MakeStore(key)));
      }
      return Ok();
    })));
  }

  Names List(std::string_view merchant, const StoreKey& after, int limit) {
    Names names;
    for (const v1::Store& store : ReadOne<std::vector<v1::Store>>(
             [&](const ports::ReadTx& tx) { return tx.stores().List(merchant, after, limit); })) {
      names.push_back(store.name());
    }
    return names;
  }
};

TEST_F(StoreTablesTest, GivesBackWhatWasPutAndNamesWhatIsMissing) {
  PutStores({{"acme", "web"}});

  EXPECT_EQ(ReadOne<v1::Store>([](const ports::ReadTx& tx) {
              return tx.stores().Get({"acme", "web"});
            }).name(),
            "merchants/acme/stores/web");
  const auto error = ErrorOf([](const ports::ReadTx& tx) {
    return tx.stores().Get({"acme", "none"});
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Code::kNotFound);
  EXPECT_NE(error->message.find("merchants/acme/stores/none"), std::string::npos);
}

TEST_F(StoreTablesTest, ListsTheStoresOfOneMerchantOrOfAllInPages) {
  PutStores({{"b", "2"}, {"a", "1"}, {"b", "1"}, {"a", "2"}});

  EXPECT_EQ(List("b", {}, 10), (Names{"merchants/b/stores/1", "merchants/b/stores/2"}));
  EXPECT_EQ(List("b", {"b", "1"}, 10), (Names{"merchants/b/stores/2"}));
  EXPECT_EQ(List("", {}, 3),
            (Names{"merchants/a/stores/1", "merchants/a/stores/2", "merchants/b/stores/1"}));
  EXPECT_EQ(List("", {"b", "1"}, 3), (Names{"merchants/b/stores/2"}));
}

TEST_F(StoreTablesTest, KeepsOneFlowStatePerFlowWithAnyBytesInItsCursor) {
  ports::FlowState state;
  state.cursor = std::string("a\0\xff z", 5);
  state.full_ms = 77;
  state.health.set_failures(3);
  ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) {
    return tx.stores().PutFlow({"acme", "web"}, domain::Flow::kOrders, state);
  })));

  const auto get = [&](domain::Flow flow) {
    return ReadOne<ports::FlowState>([&](const ports::ReadTx& tx) {
      return tx.stores().GetFlow({"acme", "web"}, flow);
    });
  };

  EXPECT_EQ(get(domain::Flow::kOrders).cursor, state.cursor);
  EXPECT_EQ(get(domain::Flow::kOrders).full_ms, 77);
  EXPECT_EQ(get(domain::Flow::kOrders).health.failures(), 3);
  EXPECT_EQ(get(domain::Flow::kProducts).cursor, "");
  EXPECT_EQ(get(domain::Flow::kProducts).full_ms, 0);
}

TEST_F(StoreTablesTest, KeepsSecretsByNameAndKnowsWhetherThereAreAny) {
  EXPECT_FALSE(ReadOne<bool>([](const ports::ReadTx& tx) { return tx.stores().HasSecrets(); }));
  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) -> Status {
    SB_CHECK(tx.stores().PutSecret({"acme", "web"}, {.name = "key", .sealed = "1"}));
    SB_CHECK(tx.stores().PutSecret({"acme", "web"}, {.name = "consumer", .sealed = ""}));
    return tx.stores().PutSecret({"acme", "web"}, {.name = "key", .sealed = std::string("2\0", 2)});
  })));

  const auto secrets = ReadOne<std::vector<ports::SealedSecret>>([](const ports::ReadTx& tx) {
    return tx.stores().Secrets({"acme", "web"});
  });

  ASSERT_EQ(secrets.size(), 2U);
  EXPECT_EQ(secrets[0].name, "consumer");
  EXPECT_EQ(secrets[0].sealed, "");
  EXPECT_EQ(secrets[1].sealed, std::string("2\0", 2));
  EXPECT_TRUE(ReadOne<bool>([](const ports::ReadTx& tx) { return tx.stores().HasSecrets(); }));
}

TEST_F(StoreTablesTest, RemoveTakesAllThatBelongsToTheStoreButOrdersAndProducts) {
  const StoreKey web{"acme", "web"};
  const StoreKey other{"acme", "other"};
  for (const StoreKey& key : {web, other}) {
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) -> Status {
      SB_CHECK(tx.stores().Put(key, MakeStore(key)));
      SB_CHECK(tx.stores().PutSecret(key, {.name = "key", .sealed = "s"}));
      SB_CHECK(tx.stores().PutFlow(
          key, domain::Flow::kOrders, {.cursor = "c", .full_ms = 0, .health = {}}));
      SB_CHECK(
          tx.products().Put("acme", MakeProduct("acme", "p-" + key.store, "code-" + key.store)));
      ports::Listing listing;
      listing.store = key;
      listing.external_id = "1";
      SB_CHECK(tx.products().PutListing(listing));
      ports::OutboxRow row;
      row.shipment = "s-" + key.store;
      row.store = key;
      SB_CHECK(tx.outbox().Put(row));
      v1::SyncRun run;
      run.set_name(domain::SyncRunName(key, "r1"));
      SB_CHECK(tx.sync_runs().Put(key, run));
      v1::Issue issue;
      issue.set_name(domain::IssueName("acme", "i-" + key.store));
      issue.set_state(v1::Issue::STATE_OPEN);
      SB_CHECK(tx.issues().Put(
          {.store = key, .record_type = v1::Issue::RECORD_TYPE_ORDER, .record_key = "1"}, issue));
      return tx.orders().Put("acme", MakeOrder(key, "o-" + key.store, v1::ORDER_STATE_NEW, 1));
    })));
  }

  ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.stores().Remove(web); })));

  EXPECT_TRUE(ErrorOf([&](const ports::ReadTx& tx) { return tx.stores().Get(web); }));
  EXPECT_TRUE(ErrorOf([](const ports::ReadTx& tx) { return tx.outbox().Get("acme", "s-web"); }));
  EXPECT_TRUE(ErrorOf([&](const ports::ReadTx& tx) { return tx.sync_runs().Get(web, "r1"); }));
  EXPECT_TRUE(ErrorOf([](const ports::ReadTx& tx) { return tx.issues().Get("acme", "i-web"); }));
  EXPECT_TRUE(ReadOne<std::vector<ports::SealedSecret>>([&](const ports::ReadTx& tx) {
                return tx.stores().Secrets(web);
              }).empty());
  EXPECT_EQ(ReadOne<ports::FlowState>([&](const ports::ReadTx& tx) {
              return tx.stores().GetFlow(web, domain::Flow::kOrders);
            }).cursor,
            "");
  EXPECT_FALSE(ReadOne<std::optional<ports::Listing>>(
      [&](const ports::ReadTx& tx) { return tx.products().FindListing(web, "1"); }));
  EXPECT_FALSE(ErrorOf([](const ports::ReadTx& tx) { return tx.orders().Get("acme", "o-web"); }));
  EXPECT_FALSE(ErrorOf([](const ports::ReadTx& tx) { return tx.products().Get("acme", "p-web"); }));
  EXPECT_FALSE(ErrorOf([&](const ports::ReadTx& tx) { return tx.stores().Get(other); }));
  EXPECT_FALSE(ErrorOf([](const ports::ReadTx& tx) { return tx.outbox().Get("acme", "s-other"); }));
  EXPECT_FALSE(ErrorOf([&](const ports::ReadTx& tx) { return tx.sync_runs().Get(other, "r1"); }));
  EXPECT_FALSE(ErrorOf([](const ports::ReadTx& tx) { return tx.issues().Get("acme", "i-other"); }));
}

}  // namespace
}  // namespace storebridge::storage
