#include "domain/record_hash.h"

#include <cstdint>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "domain/stable_hash.h"
#include "domain/timestamp.h"
#include "domain_fixtures.h"

namespace storebridge::domain {
namespace {

// Kept on disk: a change of these numbers makes every record look changed once.
TEST(RecordHashTest, StaysTheSameForEver) {
  EXPECT_EQ(StableHash(""), 0x08035f29acc108b3ULL);
  EXPECT_EQ(StableHash("storebridge"), 0xf5e6178de1a12734ULL);
}

TEST(RecordHashTest, SeesEveryByteAndTheLength) {
  const std::string text = "seventeen letters";
  std::set<std::uint64_t> hashes{StableHash(text)};

  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = 'X';
    hashes.insert(StableHash(other));
  }
  for (std::size_t i = 1; i <= 9; ++i) {
    hashes.insert(StableHash(text + std::string(i, '\0')));
  }

  EXPECT_EQ(hashes.size(), text.size() + 10);
}

TEST(RecordHashTest, DoesNotSeeWhenTheStoreChangedAnObservation) {
  connector::v1::Order order = PaidOrder();
  const std::uint64_t before = ContentHash(order);

  order.set_modified_ms(order.modified_ms() + 1);
  EXPECT_EQ(ContentHash(order), before);
  order.set_customer_note("ring twice");
  EXPECT_NE(ContentHash(order), before);
}

// How many hashes a record has while it is changed step by step.
template <typename Record>
std::size_t HashesOf(Record record, const std::vector<std::function<void(Record&)>>& changes) {
  std::set<std::uint64_t> hashes{ContentHash(record)};
  for (const auto& change : changes) {
    change(record);
    hashes.insert(ContentHash(record));
  }
  return hashes.size();
}

TEST(RecordHashTest, SeesEveryFieldOfAnObservationThatBecomesPartOfARecord) {
  using Order = connector::v1::Order;
  using Product = connector::v1::Product;

  EXPECT_EQ(HashesOf<Order>(PaidOrder(),
                            {[](Order& order) { order.set_gift_message("Happy birthday!"); },
                             [](Order& order) { order.set_incoterm("DAP"); },
                             [](Order& order) {
                               order.add_documents()->set_url("https://web.example/1001.pdf");
                             }}),
            4U);
  EXPECT_EQ(HashesOf<Product>(SeenProduct(),
                              {[](Product& product) { product.set_supplier("Savi Oy"); },
                               [](Product& product) { product.set_supplier_product_code("S-77"); },
                               [](Product& product) { product.set_group("Mugs"); }}),
            4U);
}

TEST(RecordHashTest, DoesNotSeeTheStockOfAProduct) {
  connector::v1::Product product = SeenProduct();
  const std::uint64_t before = ContentHash(product);

  product.set_stock_quantity(0);
  product.set_modified_ms(5);
  EXPECT_EQ(ContentHash(product), before);
  product.set_ean("");
  const std::uint64_t empty = ContentHash(product);
  product.clear_ean();
  EXPECT_NE(ContentHash(product), empty);
}

TEST(RecordHashTest, EtagOfAProductSeesItsListingsButNotWhenTheStoreChangedThem) {
  v1::Product product;
  v1::ProductListing& first = *product.add_listings();
  first.set_external_id("1");
  product.add_listings()->set_external_id("2");
  const std::string before = EtagOf(product);

  *first.mutable_store_update_time() = TimestampFromMs(5);
  EXPECT_EQ(EtagOf(product), before);
  v1::Product turned = product;
  turned.mutable_listings()->SwapElements(0, 1);
  EXPECT_NE(EtagOf(turned), before);
  product.mutable_listings()->RemoveLast();
  EXPECT_NE(EtagOf(product), before);
}

// Etags are kept on disk and by callers.
TEST(RecordHashTest, EtagOfAProductIsTheHashOfACopyWithoutWhatDoesNotCount) {
  v1::Product product;
  product.set_name("merchants/acme/products/p1");
  product.set_product_code("MUG");
  product.set_title(std::string(300, 't'));
  product.set_etag("before");
  *product.mutable_update_time() = TimestampFromMs(9);
  for (const char* id : {"1", "2"}) {
    v1::ProductListing& listing = *product.add_listings();
    listing.set_store("merchants/acme/stores/web");
    listing.set_external_id(std::string(200, *id));
    listing.set_is_active(true);
    *listing.mutable_store_update_time() = TimestampFromMs(5);
  }
  // 133 bytes with the time and 127 without: the length takes one byte less.
  v1::ProductListing& shorter = *product.add_listings();
  shorter.set_external_id(std::string(125, 's'));
  shorter.mutable_store_update_time()->set_seconds(1000);
  EXPECT_GT(shorter.ByteSizeLong(), 127U);
  product.add_listings();
  v1::Product copy = product;
  copy.clear_etag();
  copy.clear_update_time();
  for (v1::ProductListing& listing : *copy.mutable_listings()) {
    listing.clear_store_update_time();
  }

  EXPECT_EQ(EtagOf(product), fmt::format("{:016x}", StableHash(copy.SerializeAsString())));
  EXPECT_EQ(EtagOf(copy), EtagOf(product));
  EXPECT_EQ(copy.listings(2).ByteSizeLong(), 127U);
}

// They are kept on disk, too.
TEST(RecordHashTest, OthersAreTheHashesOfACopyWithoutWhatDoesNotCount) {
  v1::Order order;
  order.set_name("merchants/acme/orders/o1");
  order.set_order_number("1001");
  order.set_etag("before");
  *order.mutable_update_time() = TimestampFromMs(9);
  *order.mutable_store_update_time() = TimestampFromMs(8);
  order.add_lines()->set_title("Mug");
  v1::Order kept = order;
  kept.clear_etag();
  kept.clear_update_time();
  kept.clear_store_update_time();
  connector::v1::Order seen = PaidOrder();
  connector::v1::Order seen_kept = seen;
  seen_kept.clear_modified_ms();
  connector::v1::Product product = SeenProduct();
  product.set_stock_quantity(-1);
  product.set_modified_ms(7);
  connector::v1::Product product_kept = product;
  product_kept.clear_stock_quantity();
  product_kept.clear_modified_ms();

  EXPECT_EQ(EtagOf(order), fmt::format("{:016x}", StableHash(kept.SerializeAsString())));
  EXPECT_EQ(ContentHash(seen), StableHash(seen_kept.SerializeAsString()));
  EXPECT_EQ(ContentHash(product), StableHash(product_kept.SerializeAsString()));
}

TEST(RecordHashTest, StampsOnlyWhatChanged) {
  v1::Order order;
  order.set_order_number("1001");

  EXPECT_TRUE(Stamp(order, 1000));
  EXPECT_FALSE(Stamp(order, 2000));
  EXPECT_EQ(MsFromTimestamp(order.update_time()), 1000);
  order.set_order_number("1002");
  EXPECT_TRUE(Stamp(order, 3000));
  EXPECT_EQ(MsFromTimestamp(order.update_time()), 3000);
  EXPECT_EQ(order.etag().size(), 16U);
}

// The hashes that the records of an effect have when they are read from its bytes.
ContentHashes HashesOfBytes(const std::string& bytes) {
  connector::v1::Effect effect;
  EXPECT_TRUE(effect.ParseFromString(bytes));
  for (const connector::v1::Call& call : effect.calls()) {
    if (call.has_emit()) {
      return ContentHashesOf(bytes, call.emit());
    }
  }
  return {};
}

connector::v1::Order OrderWithId(const std::string& id, std::int64_t modified_ms) {
  connector::v1::Order order = PaidOrder();
  order.set_external_id(id);
  order.set_modified_ms(modified_ms);
  return order;
}

TEST(ContentHashesOfTest, AreThoseOfTheRecords) {
  connector::v1::Effect effect;
  effect.add_logs()->set_message("two calls");
  effect.add_calls()->mutable_http()->set_url("https://shop.example");
  connector::v1::Emit& emit = *effect.add_calls()->mutable_emit();
  emit.set_cursor("after");
  *emit.add_orders() = OrderWithId("1", 5);
  *emit.add_orders() = OrderWithId("2", 0);
  emit.add_orders();
  connector::v1::Product& product = *emit.add_products();
  product.set_external_id("p");
  product.set_stock_quantity(3);
  product.set_modified_ms(4);
  product.set_title("Mug");

  const ContentHashes hashes = HashesOfBytes(effect.SerializeAsString());

  EXPECT_EQ(
      hashes.orders,
      (std::vector<std::uint64_t>{
          ContentHash(emit.orders(0)), ContentHash(emit.orders(1)), ContentHash(emit.orders(2))}));
  EXPECT_EQ(hashes.products, std::vector<std::uint64_t>{ContentHash(product)});
}

TEST(ContentHashesOfTest, AreNoneWhereNothingIsEmitted) {
  connector::v1::Effect effect;
  effect.add_calls()->mutable_emit()->set_cursor("after");

  const ContentHashes hashes = HashesOfBytes(effect.SerializeAsString());

  EXPECT_TRUE(hashes.orders.empty());
  EXPECT_TRUE(hashes.products.empty());
}

// A field that stands twice is read in ways of its own: an Emit after another is added to it, an
// Emit after a request takes its place.
TEST(ContentHashesOfTest, FitWhatWasReadOfACallThatSaysTwoThings) {
  connector::v1::Call first;
  *first.mutable_emit()->add_orders() = OrderWithId("1", 5);
  connector::v1::Call second;
  *second.mutable_emit()->add_orders() = OrderWithId("2", 6);
  connector::v1::Call request;
  request.mutable_http()->set_url("https://shop.example");
  const auto effect_of = [](const std::string& call) {
    return std::string("\x0a") + static_cast<char>(call.size() % 128 + 128) +
           static_cast<char>(call.size() / 128) + call;
  };
  const std::uint64_t one = ContentHash(first.emit().orders(0));
  const std::uint64_t two = ContentHash(second.emit().orders(0));

  EXPECT_EQ(HashesOfBytes(effect_of(first.SerializeAsString() + second.SerializeAsString())).orders,
            (std::vector<std::uint64_t>{one, two}));
  EXPECT_EQ(HashesOfBytes(effect_of(first.SerializeAsString() + request.SerializeAsString() +
                                    second.SerializeAsString()))
                .orders,
            std::vector<std::uint64_t>{two});
}

// The parser takes them for fields that it does not know, and goes on.
TEST(ContentHashesOfTest, FitWhatWasReadWhereBytesAreNoField) {
  connector::v1::Call first;
  *first.mutable_emit()->add_orders() = OrderWithId("1", 5);
  connector::v1::Call second;
  *second.mutable_emit()->add_orders() = OrderWithId("2", 6);
  connector::v1::Call request;
  request.mutable_http()->set_url("https://shop.example");
  const std::uint64_t two = ContentHash(second.emit().orders(0));
  const std::string group = "\x9b\x06\x9c\x06";
  const std::string long_tag = "\xf8\xff\xff\xff\x7f\x01";
  for (const std::string& odd : {group, long_tag}) {
    const std::string call =
        first.SerializeAsString() + odd + request.SerializeAsString() + second.SerializeAsString();
    const std::string effect = std::string("\x0a") + static_cast<char>(call.size() % 128 + 128) +
                               static_cast<char>(call.size() / 128) + call;

    EXPECT_EQ(HashesOfBytes(effect).orders, std::vector<std::uint64_t>{two});
  }
  // The same in a record: its time does not count.
  const auto hash_at = [&](std::int64_t modified_ms) {
    connector::v1::Order order;
    order.set_external_id("1");
    connector::v1::Order late;
    late.set_modified_ms(modified_ms);
    const std::string record = order.SerializeAsString() + group + late.SerializeAsString();
    const std::string emit = std::string("\x0a") + static_cast<char>(record.size()) + record;
    const std::string call = std::string("\x62") + static_cast<char>(emit.size()) + emit;
    return HashesOfBytes(std::string("\x0a") + static_cast<char>(call.size()) + call).orders.at(0);
  };
  EXPECT_EQ(hash_at(5), hash_at(6));
}

// As a library of another language may write them.
TEST(ContentHashesOfTest, DoNotSeeWhenTheStoreChangedARecordOfOtherFieldOrder) {
  const auto hash_at = [](std::int64_t modified_ms) {
    connector::v1::Order late;
    late.set_external_id("1");
    connector::v1::Order early;
    early.set_modified_ms(modified_ms);
    early.set_number("T-1");
    const std::string order = early.SerializeAsString() + late.SerializeAsString();
    const std::string emit = std::string("\x0a") + static_cast<char>(order.size()) + order;
    const std::string call = std::string("\x62") + static_cast<char>(emit.size()) + emit;
    const ContentHashes hashes =
        HashesOfBytes(std::string("\x0a") + static_cast<char>(call.size()) + call);
    EXPECT_EQ(hashes.orders.size(), 1U);
    return hashes.orders.at(0);
  };

  EXPECT_EQ(hash_at(5), hash_at(6));
}

// Bytes of a connector that is broken, or means harm.
TEST(ContentHashesOfTest, AreAsManyAsTheRecordsWhateverTheBytesAre) {
  connector::v1::Effect effect;
  effect.add_calls()->mutable_http()->set_url("https://shop.example");
  connector::v1::Emit& emit = *effect.add_calls()->mutable_emit();
  *emit.add_orders() = OrderWithId("1", 5);
  *emit.add_orders() = OrderWithId("2", 6);
  emit.add_products()->set_external_id("p");
  const std::string whole = effect.SerializeAsString();
  std::mt19937 random(1);
  int read = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = whole;
    for (auto n = random() % 3 + 1; n > 0; --n) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 3) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes.erase(at, random() % 3 + 1);
          break;
        default:
          bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 40));
      }
    }
    connector::v1::Effect changed;
    if (!changed.ParseFromString(bytes)) {
      continue;
    }
    for (const connector::v1::Call& call : changed.calls()) {
      const ContentHashes hashes = ContentHashesOf(bytes, call.emit());
      EXPECT_EQ(hashes.orders.size(), static_cast<std::size_t>(call.emit().orders_size()));
      EXPECT_EQ(hashes.products.size(), static_cast<std::size_t>(call.emit().products_size()));
    }
    ++read;
  }
  EXPECT_GT(read, 1'000);
}

}  // namespace
}  // namespace storebridge::domain
