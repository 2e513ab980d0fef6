#include <string>
#include <vector>

#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

using Ids = std::vector<std::string>;

class MerchantTablesTest : public InlineStorageTest {};

TEST_F(MerchantTablesTest, GivesBackWhatWasPut) {
  v1::Merchant merchant = MakeMerchant("acme");
  merchant.set_display_name("Acme Oy");

  ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.merchants().Put("acme", merchant); })));

  const auto found =
      ReadOne<v1::Merchant>([](const ports::ReadTx& tx) { return tx.merchants().Get("acme"); });
  EXPECT_EQ(found.display_name(), "Acme Oy");
}

TEST_F(MerchantTablesTest, PutWritesOverWhatIsThere) {
  v1::Merchant merchant = MakeMerchant("acme");
  ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.merchants().Put("acme", merchant); })));
  merchant.set_display_name("later");

  ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.merchants().Put("acme", merchant); })));

  const auto found =
      ReadOne<v1::Merchant>([](const ports::ReadTx& tx) { return tx.merchants().Get("acme"); });
  EXPECT_EQ(found.display_name(), "later");
}

TEST_F(MerchantTablesTest, NamesTheMerchantThatDoesNotExist) {
  const auto error = ErrorOf([](const ports::ReadTx& tx) { return tx.merchants().Get("nobody"); });

  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Code::kNotFound);
  EXPECT_NE(error->message.find("merchants/nobody"), std::string::npos);
}

TEST_F(MerchantTablesTest, ListsByNameAfterTheGivenOne) {
  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) -> Status {
    for (const char* id : {"c", "a", "b"}) {
      SB_CHECK(tx.merchants().Put(id, MakeMerchant(id)));
    }
    return Ok();
  })));

  const auto list = [&](std::string_view after, int limit) {
    return IdsOf(ReadOne<std::vector<v1::Merchant>>(
        [&](const ports::ReadTx& tx) { return tx.merchants().List(after, limit); }));
  };

  EXPECT_EQ(list("", 2), (Ids{"a", "b"}));
  EXPECT_EQ(list("b", 2), (Ids{"c"}));
  EXPECT_EQ(list("c", 2), Ids{});
}

TEST_F(MerchantTablesTest, RefusesToListNoneOrMoreThanAThousand) {
  for (const int limit : {-1, 0, 1001}) {
    const auto error =
        ErrorOf([&](const ports::ReadTx& tx) { return tx.merchants().List("", limit); });
    ASSERT_TRUE(error) << limit;
    EXPECT_EQ(error->code, Code::kInvalidArgument);
  }
  EXPECT_FALSE(ErrorOf([](const ports::ReadTx& tx) { return tx.merchants().List("", 1000); }));
}

TEST_F(MerchantTablesTest, RemovesTheMerchantWithWhatItOwnsAndNothingElse) {
  for (const std::string id : {"acme", "other"}) {
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) -> Status {
      const ports::StoreKey key{id, "web"};
      SB_CHECK(tx.merchants().Put(id, MakeMerchant(id)));
      SB_CHECK(tx.products().Put(id, MakeProduct(id, "p1", "code")));
      SB_CHECK(tx.stock().Put(id, "p1", {.on_hand = 3, .version = 1, .update_ms = 1}));
      SB_CHECK(tx.stock().AddToTotal(
          id, "p1", {.store = "web", .kind = ports::ClaimKind::kSeen, .quantity = 1}));
      tx.changes().Add(id, v1::Change::TYPE_ORDER, "r");
      return tx.orders().Put(id, MakeOrder(key, "o1", v1::ORDER_STATE_NEW, 1));
    })));
  }

  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) { return tx.merchants().Remove("acme"); })));

  EXPECT_TRUE(ErrorOf([](const ports::ReadTx& tx) { return tx.merchants().Get("acme"); }));
  EXPECT_TRUE(ErrorOf([](const ports::ReadTx& tx) { return tx.products().Get("acme", "p1"); }));
  EXPECT_TRUE(ErrorOf([](const ports::ReadTx& tx) { return tx.orders().Get("acme", "o1"); }));
  EXPECT_FALSE(ErrorOf([](const ports::ReadTx& tx) { return tx.merchants().Get("other"); }));
  EXPECT_FALSE(ErrorOf([](const ports::ReadTx& tx) { return tx.products().Get("other", "p1"); }));
  EXPECT_FALSE(ErrorOf([](const ports::ReadTx& tx) { return tx.orders().Get("other", "o1"); }));
  const auto position = ReadOne<ports::StockPosition>(
      [](const ports::ReadTx& tx) { return tx.stock().Position("acme", "p1"); });
  EXPECT_TRUE(position.totals.empty());
  EXPECT_EQ(
      ReadOne<std::int64_t>([](const ports::ReadTx& tx) { return tx.changes().Head("acme"); }), 2);
  EXPECT_EQ(
      ReadOne<std::int64_t>([](const ports::ReadTx& tx) { return tx.changes().Floor("acme"); }), 2)
      << "no place of before is in what comes";
}

}  // namespace
}  // namespace storebridge::storage
