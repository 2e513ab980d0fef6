#include <concepts>

#include <gtest/gtest.h>

#include "domain/merge.h"
#include "domain/observed_order.h"
#include "domain/shipping_rules.h"
#include "domain_fixtures.h"

// Who owns what: the table of the design, as tests.
namespace storebridge::domain {
namespace {

template <typename T>
concept CanSayWhatTheStoreOwns = requires(T message) {
  message.set_title("");
}
|| requires(T message) {
  message.mutable_price();
}
|| requires(T message) {
  message.set_ean("");
}
|| requires(T message) {
  message.set_description("");
}
|| requires(T message) {
  message.mutable_shipping_address();
}
|| requires(T message) {
  message.mutable_grand_total();
};

// What a store is given to write has no field that a store owns, and there is nothing else to
// write.
static_assert(!CanSayWhatTheStoreOwns<connector::v1::StockLevel>);
static_assert(!CanSayWhatTheStoreOwns<connector::v1::Shipment>);
static_assert(!CanSayWhatTheStoreOwns<connector::v1::ShipmentLine>);
static_assert(!CanSayWhatTheStoreOwns<connector::v1::Parcel>);
static_assert(CanSayWhatTheStoreOwns<connector::v1::Product>, "the concept sees such fields");

template <typename T>
concept CanPushProducts = requires(T begin) {
  begin.mutable_products();
};
static_assert(!CanPushProducts<connector::v1::Begin>);

// A product's record has no place for stock.
template <typename T>
concept HasStock = requires(T record) {
  record.set_stock_quantity(1);
}
|| requires(T record) {
  record.set_on_hand(1);
};
static_assert(!HasStock<v1::Product>);

TEST(DominanceTest, NeverTakesStockFromAStore) {
  connector::v1::Product seen = SeenProduct();
  seen.set_stock_quantity(5);
  const v1::Product before = MergeProduct(nullptr, seen, ProductContextOf("web")).value().record;
  seen.set_stock_quantity(99);

  const ProductMerge merge = MergeProduct(&before, seen, ProductContextOf("web")).value();

  EXPECT_FALSE(merge.changed) << "a stock edit in the store changes nothing here";
}

TEST(DominanceTest, OverwritesWhatTheStoreOwnsHoweverItCameHere) {
  v1::Product tampered =
      MergeProduct(nullptr, SeenProduct(), ProductContextOf("web")).value().record;
  tampered.set_title("changed here");
  tampered.set_ean("1");
  tampered.mutable_price()->set_units(1);

  const v1::Product record =
      MergeProduct(&tampered, SeenProduct(), ProductContextOf("web")).value().record;

  EXPECT_EQ(record.title(), "Mug");
  EXPECT_EQ(record.ean(), "6400000000017");
  EXPECT_EQ(record.price().units(), 12);
}

TEST(DominanceTest, NeverTakesPlatformOwnedFieldsOfAnOrderFromAStore) {
  const FakeProducts products;
  v1::Order order = TakenOver(PaidOrder(), products, OrderState::kOnHold);
  order.mutable_lines(0)->set_shipped_quantity(1);
  order.add_shipments()->set_name("merchants/demo/shipments/0000000000002");
  order.set_state_reason("by hand");
  connector::v1::Order seen = PaidOrder();
  seen.set_modified_ms(seen.modified_ms() + 1);
  seen.set_store_state("shipped");
  seen.mutable_lines(0)->set_fulfilled_quantity(1);

  const v1::Order record = MergeOrder(&order, seen, ContextWith(products)).value().record;

  EXPECT_EQ(record.state(), v1::ORDER_STATE_ON_HOLD);
  EXPECT_EQ(record.state_reason(), "by hand");
  EXPECT_EQ(record.shipments_size(), 1);
  EXPECT_EQ(record.lines(0).shipped_quantity(), 1);
  EXPECT_EQ(record.lines(0).fulfilled_elsewhere_quantity(), 0) << "our own shipment came back";
  EXPECT_EQ(record.lines(0).open_quantity(), 1);
  EXPECT_EQ(record.name(), order.name());
  EXPECT_EQ(record.create_time().seconds(), order.create_time().seconds());
}

TEST(DominanceTest, TakesEverythingElseOfAnOrderFromTheStore) {
  connector::v1::Order seen = PaidOrder();
  seen.set_shipping_code("posti");
  seen.set_shipping_title("Posti");
  seen.set_pickup_point("PP-1");
  seen.set_customer_note("ring twice");
  seen.set_language_code("fi");
  seen.set_vat_id("FI12345678");
  seen.add_tags("gift");
  seen.set_incoterm("DAP");
  seen.set_gift_message("Happy birthday!");
  connector::v1::OrderDocument& document = *seen.add_documents();
  document.set_type("invoice");
  document.set_url("https://web.example/invoice/1001.pdf");
  seen.set_payment_method("card");
  SetMoney(*seen.mutable_items_total(), 37, 500'000'000);
  SetMoney(*seen.mutable_shipping_total(), 5);
  SetMoney(*seen.mutable_discount_total(), 1);
  SetMoney(*seen.mutable_tax_total(), 7);
  connector::v1::Header& attribute = *seen.add_attributes();
  attribute.set_name("source");
  attribute.set_value("app");
  seen.mutable_billing_address()->set_company("Kuppi Oy");
  v1::Order record;

  CopyObserved(seen, record);

  EXPECT_EQ(record.shipping_method().code(), "posti");
  EXPECT_EQ(record.shipping_method().title(), "Posti");
  EXPECT_EQ(record.shipping_method().pickup_point(), "PP-1");
  EXPECT_EQ(record.customer_note(), "ring twice");
  EXPECT_EQ(record.language_code(), "fi");
  EXPECT_EQ(record.vat_id(), "FI12345678");
  EXPECT_EQ(record.tags(0), "gift");
  EXPECT_EQ(record.incoterm(), "DAP");
  EXPECT_EQ(record.gift_message(), "Happy birthday!");
  ASSERT_EQ(record.documents_size(), 1);
  EXPECT_EQ(record.documents(0).type(), "invoice");
  EXPECT_EQ(record.documents(0).url(), "https://web.example/invoice/1001.pdf");
  EXPECT_EQ(record.payment().method(), "card");
  EXPECT_EQ(record.totals().items().units(), 37);
  EXPECT_EQ(record.totals().shipping().units(), 5);
  EXPECT_EQ(record.totals().discount().units(), 1);
  EXPECT_EQ(record.totals().tax().units(), 7);
  EXPECT_EQ(record.attributes(0).key(), "source");
  EXPECT_EQ(record.billing_address().company(), "Kuppi Oy");
  EXPECT_EQ(record.state(), v1::ORDER_STATE_UNSPECIFIED);
}

TEST(DominanceTest, TakesAwayFromAnOrderWhatTheStoreShowsNoMore) {
  connector::v1::Order seen = PaidOrder();
  seen.set_incoterm("DAP");
  seen.set_gift_message("Happy birthday!");
  seen.add_documents()->set_url("https://web.example/invoice/1001.pdf");
  v1::Order record;
  CopyObserved(seen, record);

  CopyObserved(PaidOrder(), record);

  EXPECT_EQ(record.incoterm(), "");
  EXPECT_EQ(record.gift_message(), "");
  EXPECT_TRUE(record.documents().empty());
}

TEST(DominanceTest, DividesAnAddressThatAStoreKeepsAsOneText) {
  connector::v1::Order seen = PaidOrder();
  seen.mutable_shipping_address()->set_lines(0, " Mannerheimintie 1\r\nB 12\n\n");
  v1::Order record;

  CopyObserved(seen, record);

  ASSERT_EQ(record.shipping_address().lines_size(), 2);
  EXPECT_EQ(record.shipping_address().lines(0), "Mannerheimintie 1");
  EXPECT_EQ(record.shipping_address().lines(1), "B 12");
}

}  // namespace
}  // namespace storebridge::domain
