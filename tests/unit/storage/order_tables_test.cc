#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "adapters/storage/documents.h"
#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

using Ids = std::vector<std::string>;
using ports::OrderFilter;
using ports::OrderRecord;

const ports::StoreKey kPos{"acme", "pos"};

class OrderTablesTest : public InlineStorageTest {
 protected:
  Status Put(const OrderRecord& record) {
    return Write([&](ports::Tx& tx) {
      return tx.orders().Put(domain::ParseOrderName(record.order.name())->merchant, record);
    });
  }
  ports::OrderClaims Find(const ports::ClaimQuery& wanted, int orders_max) {
    return ReadOne<ports::OrderClaims>(
        [&](const ports::ReadTx& tx) { return tx.orders().ClaimsOn(wanted, orders_max); });
  }
  std::vector<v1::Order> List(const OrderFilter& filter,
                              const domain::MerchantChild& after,
                              int limit) {
    return ReadOne<std::vector<v1::Order>>(
        [&](const ports::ReadTx& tx) { return tx.orders().List(filter, after, limit); });
  }
};

TEST_F(OrderTablesTest, GivesBackTheRecordAndItsHead) {
  OrderRecord record = MakeOrder(kWeb, "o1", v1::ORDER_STATE_COLLECTING, 5);
  record.content_hash = std::numeric_limits<std::uint64_t>::max();
  record.mark = "2026-01-01";
  record.store_modified_ms = 77;
  record.claims = {{.product = "p2", .kind = ports::ClaimKind::kReserved, .quantity = 2},
                   {.product = "p1", .kind = ports::ClaimKind::kPicked, .quantity = 1},
                   {.product = "p2", .kind = ports::ClaimKind::kSeen, .quantity = 3}};
  ASSERT_TRUE(Worked(Put(record)));

  const auto found =
      ReadOne<OrderRecord>([](const ports::ReadTx& tx) { return tx.orders().Get("acme", "o1"); });
  const auto head = ReadOne<std::optional<ports::OrderHead>>(
      [](const ports::ReadTx& tx) { return tx.orders().FindHead(kWeb, "x-o1"); });

  const auto bytes = ReadOne<std::string>(
      [](const ports::ReadTx& tx) { return tx.orders().GetBytes("acme", "o1"); });

  const auto has_any = [&](const char* merchant, const char* first, const char* last) {
    return ReadOne<bool>(
        [&](const ports::ReadTx& tx) { return tx.orders().HasAny(merchant, first, last); });
  };
  EXPECT_TRUE(has_any("acme", "o1", "o1"));
  EXPECT_TRUE(has_any("acme", "o0", "o2"));
  EXPECT_FALSE(has_any("acme", "o2", "o9"));
  EXPECT_FALSE(has_any("acme", "o0", "o0"));
  EXPECT_FALSE(has_any("other", "o0", "o9"));
  v1::Order parsed;
  ASSERT_TRUE(parsed.ParseFromString(bytes));
  EXPECT_EQ(parsed.SerializeAsString(), record.order.SerializeAsString());
  EXPECT_EQ(found.order.SerializeAsString(), record.order.SerializeAsString());
  EXPECT_EQ(found.content_hash, record.content_hash);
  EXPECT_EQ(found.mark, "2026-01-01");
  EXPECT_EQ(found.store_modified_ms, 77);
  ASSERT_EQ(found.claims.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(found.claims[i].product, record.claims[i].product);
    EXPECT_EQ(found.claims[i].kind, record.claims[i].kind);
    EXPECT_EQ(found.claims[i].quantity, record.claims[i].quantity);
  }
  ASSERT_TRUE(head);
  EXPECT_EQ(head->order, "o1");
  EXPECT_EQ(head->external_id, "x-o1");
  EXPECT_EQ(head->state, v1::ORDER_STATE_COLLECTING);
  EXPECT_EQ(head->content_hash, record.content_hash);
  EXPECT_EQ(head->mark, "2026-01-01");
  EXPECT_EQ(head->store_modified_ms, 77);
}

TEST_F(OrderTablesTest, NamesTheOrderThatDoesNotExist) {
  const auto error = ErrorOf([](const ports::ReadTx& tx) { return tx.orders().Get("acme", "o1"); });
  const auto no_bytes =
      ErrorOf([](const ports::ReadTx& tx) { return tx.orders().GetBytes("acme", "o1"); });
  const auto head = ReadOne<std::optional<ports::OrderHead>>(
      [](const ports::ReadTx& tx) { return tx.orders().FindHead(kWeb, "x-o1"); });

  ASSERT_TRUE(error && no_bytes);
  EXPECT_EQ(error->code, Code::kNotFound);
  EXPECT_NE(error->message.find("merchants/acme/orders/o1"), std::string::npos);
  EXPECT_EQ(no_bytes->message, error->message);
  EXPECT_FALSE(head);
}

TEST(DocumentsTest, KnowsBytesThatAreNoDocument) {
  const std::string bytes = ToDocument(MakeOrder(kWeb, "o1", v1::ORDER_STATE_NEW, 5).order);

  EXPECT_TRUE(HasWholeFields(bytes));
  EXPECT_FALSE(HasWholeFields(""));
  EXPECT_FALSE(HasWholeFields("\xff"));
  EXPECT_FALSE(HasWholeFields(std::string_view(bytes).substr(0, bytes.size() - 1)));
  EXPECT_FALSE(HasWholeFields(bytes + '\0'));
}

TEST_F(OrderTablesTest, RefusesASecondOrderOfAnExternalIdInOneStore) {
  ASSERT_TRUE(Worked(Put(MakeOrder(kWeb, "o1", v1::ORDER_STATE_NEW, 1))));
  OrderRecord second = MakeOrder(kWeb, "o2", v1::ORDER_STATE_NEW, 1);
  second.order.set_external_id("x-o1");
  OrderRecord elsewhere = second;
  elsewhere.order.set_store("merchants/acme/stores/pos");

  const Status status = Put(second);

  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kAlreadyExists);
  EXPECT_EQ(status.error().reason, "ORDER_DUPLICATE");
  EXPECT_TRUE(Worked(Put(elsewhere)));
  EXPECT_TRUE(Worked(Put(MakeOrder(kWeb, "o1", v1::ORDER_STATE_SHIPPED, 1))));
}

TEST_F(OrderTablesTest, RefusesNamesThatDoNotBelongToTheMerchant) {
  OrderRecord foreign_store = MakeOrder(kWeb, "o1", v1::ORDER_STATE_NEW, 1);
  foreign_store.order.set_store("merchants/other/stores/web");
  OrderRecord nameless = MakeOrder(kWeb, "o1", v1::ORDER_STATE_NEW, 1);
  nameless.order.set_name("o1");

  const auto put = [&](const OrderRecord& record) {
    return Write([&](ports::Tx& tx) { return tx.orders().Put("acme", record); });
  };

  EXPECT_EQ(put(foreign_store).error().code, Code::kInvalidArgument);
  EXPECT_EQ(put(nameless).error().code, Code::kInvalidArgument);
  EXPECT_EQ(put(MakeOrder({"other", "web"}, "o1", v1::ORDER_STATE_NEW, 1)).error().code,
            Code::kInvalidArgument);
}

TEST_F(OrderTablesTest, RefusesAClaimOfLessThanOnePiece) {
  OrderRecord record = MakeOrder(kWeb, "o1", v1::ORDER_STATE_NEW, 1);
  for (const std::int64_t quantity : {0, -1}) {
    record.claims = {{.product = "p1", .kind = ports::ClaimKind::kReserved, .quantity = quantity}};

    const Status status = Put(record);

    ASSERT_FALSE(status) << quantity;
    EXPECT_EQ(status.error().reason, "CLAIM_QUANTITY");
  }
}

TEST_F(OrderTablesTest, FindsAtMostThreeOrdersByNumber) {
  for (const char* id : {"o1", "o2", "o3", "o4"}) {
    OrderRecord record = MakeOrder(kWeb, id, v1::ORDER_STATE_NEW, 1);
    record.order.set_order_number("1001");
    ASSERT_TRUE(Worked(Put(record)));
  }

  const auto find = [&](std::string_view merchant, std::string_view number) {
    return ReadOne<Ids>(
        [&](const ports::ReadTx& tx) { return tx.orders().FindByNumber(merchant, number); });
  };

  EXPECT_EQ(find("acme", "1001"), (Ids{"o4", "o3", "o2"}));
  EXPECT_EQ(find("acme", "1002"), Ids{});
  EXPECT_EQ(find("other", "1001"), Ids{});
}

TEST_F(OrderTablesTest, ListsTheNewestFirstAlsoWithinASecond) {
  OrderRecord early = MakeOrder(kWeb, "o9", v1::ORDER_STATE_NEW, 10);
  OrderRecord late = MakeOrder(kWeb, "o1", v1::ORDER_STATE_SHIPPED, 10);
  late.order.mutable_create_time()->set_nanos(1);
  ASSERT_TRUE(Worked(Put(late)));
  ASSERT_TRUE(Worked(Put(early)));
  ASSERT_TRUE(Worked(Put(MakeOrder(kWeb, "o5", v1::ORDER_STATE_NEW, 9))));

  EXPECT_EQ(
      IdsOf(List({.merchant = "acme", .states = {}, .store = {}, .order_number = {}}, {}, 10)),
      (Ids{"o1", "o9", "o5"}));
}

TEST_F(OrderTablesTest, ListsFromATimeOnAndBeforeAnother) {
  OrderRecord with_nanos = MakeOrder(kWeb, "o4", v1::ORDER_STATE_NEW, 11);
  with_nanos.order.mutable_create_time()->set_nanos(1);
  ASSERT_TRUE(Worked(Put(MakeOrder(kWeb, "o1", v1::ORDER_STATE_NEW, 9))));
  ASSERT_TRUE(Worked(Put(MakeOrder(kWeb, "o2", v1::ORDER_STATE_SHIPPED, 10))));
  ASSERT_TRUE(Worked(Put(MakeOrder(kPos, "o3", v1::ORDER_STATE_NEW, 11))));
  ASSERT_TRUE(Worked(Put(with_nanos)));
  constexpr std::int64_t kNs = 1'000'000'000;
  const auto list = [&](const std::string& merchant,
                        std::int64_t from_ns,
                        std::int64_t before_ns,
                        const domain::MerchantChild& after = {}) {
    OrderFilter filter;
    filter.merchant = merchant;
    filter.create_from_ns = from_ns;
    filter.create_before_ns = before_ns;
    return IdsOf(List(filter, after, 10));
  };

  for (const char* merchant : {"acme", ""}) {
    EXPECT_EQ(list(merchant, 10 * kNs, 11 * kNs + 1), (Ids{"o3", "o2"})) << merchant;
    EXPECT_EQ(list(merchant, 10 * kNs, 11 * kNs), Ids{"o2"}) << merchant;
    EXPECT_EQ(list(merchant, 11 * kNs + 1, 12 * kNs), Ids{"o4"}) << merchant;
    EXPECT_EQ(list(merchant, 9 * kNs, 20 * kNs, {"acme", "o3"}), (Ids{"o2", "o1"})) << merchant;
    EXPECT_EQ(list(merchant, 12 * kNs, 20 * kNs), Ids{}) << merchant;
  }
}

TEST_F(OrderTablesTest, RefusesToListAfterAnOrderThatDoesNotExist) {
  const auto error = ErrorOf([](const ports::ReadTx& tx) {
    return tx.orders().List(
        {.merchant = "acme", .states = {}, .store = {}, .order_number = {}}, {"acme", "gone"}, 10);
  });

  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Code::kNotFound);
}

TEST_F(OrderTablesTest, RefusesAStoreWithoutItsMerchant) {
  const auto error = ErrorOf([](const ports::ReadTx& tx) {
    return tx.orders().List(
        {.merchant = {}, .states = {}, .store = "web", .order_number = {}}, {}, 10);
  });

  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Code::kInvalidArgument);
}

TEST_F(OrderTablesTest, ListsTheOldestOfAStateFirst) {
  for (const auto& [id, create_s] :
       std::map<std::string, int>{{"o1", 30}, {"o2", 10}, {"o3", 10}, {"o4", 20}}) {
    const ports::StoreKey store = id == "o1" || id == "o3" ? kPos : kWeb;
    ASSERT_TRUE(Worked(Put(MakeOrder(store, id, v1::ORDER_STATE_PENDING, create_s))));
  }
  ASSERT_TRUE(Worked(Put(MakeOrder(kWeb, "o5", v1::ORDER_STATE_NEW, 1))));

  const auto oldest = [&](std::string_view after, int limit) {
    return ReadOne<Ids>([&](const ports::ReadTx& tx) {
      return tx.orders().Oldest("acme", v1::ORDER_STATE_PENDING, after, limit);
    });
  };

  EXPECT_EQ(oldest("", 3), (Ids{"o2", "o3", "o4"}));
  EXPECT_EQ(oldest("o4", 3), (Ids{"o1"}));
  EXPECT_EQ(oldest("o5", 1), (Ids{"o2"}));
  EXPECT_EQ(oldest("o1", 3), Ids{});
}

TEST_F(OrderTablesTest, GivesTheHeadsOfOpenOrdersByState) {
  int number = 0;
  for (int state = 1; state <= v1::OrderState_MAX; ++state) {
    ASSERT_TRUE(Worked(Put(
        MakeOrder(kWeb, "o" + std::to_string(++number), static_cast<v1::OrderState>(state), 1))));
  }
  ASSERT_TRUE(Worked(Put(MakeOrder({"acme", "pos"}, "o99", v1::ORDER_STATE_NEW, 1))));

  const auto open = [&](std::string_view after, int limit) {
    std::vector<v1::OrderState> states;
    for (const ports::OrderHead& head : ReadOne<std::vector<ports::OrderHead>>(
             [&](const ports::ReadTx& tx) { return tx.orders().OpenHeads(kWeb, after, limit); })) {
      states.push_back(head.state);
    }
    return states;
  };

  EXPECT_EQ(open("", 100),
            (std::vector<v1::OrderState>{v1::ORDER_STATE_AWAITING_PAYMENT,
                                         v1::ORDER_STATE_DRAFT,
                                         v1::ORDER_STATE_NEW,
                                         v1::ORDER_STATE_PENDING,
                                         v1::ORDER_STATE_ON_HOLD,
                                         v1::ORDER_STATE_COLLECTING}));
  EXPECT_EQ(open("o3", 2),
            (std::vector<v1::OrderState>{v1::ORDER_STATE_PENDING, v1::ORDER_STATE_ON_HOLD}));
  EXPECT_EQ(open("o6", 2), std::vector<v1::OrderState>{});
}

// Any filter and any page size gives what sorting all orders by hand gives.
class OrderListTest : public OrderTablesTest {
 protected:
  static constexpr int kOrders = 300;
  static constexpr std::int64_t kNs = 1'000'000'000;

  void SetUp() override {
    OrderTablesTest::SetUp();
    ASSERT_TRUE(Worked(Write([this](ports::Tx& tx) -> Status {
      for (int i = 0; i < kOrders; ++i) {
        const ports::StoreKey store{Pick("m", 2), Pick("s", 2)};
        OrderRecord record = MakeOrder(store,
                                       "o" + std::to_string(random_.Below(kOrders)),
                                       RandomState(),
                                       static_cast<std::int64_t>(random_.Below(20)));
        record.order.set_order_number(Pick("n", 4));
        record.order.set_external_id("x" + std::to_string(i));
        SB_CHECK(tx.orders().Put(store.merchant, record));
        model_[record.order.name()] = record.order;
      }
      return Ok();
    })));
  }

  std::string Pick(std::string_view what, std::uint64_t end) {
    return std::string(what) + std::to_string(random_.Below(end));
  }
  v1::OrderState RandomState() { return static_cast<v1::OrderState>(1 + random_.Below(9)); }

  // Also one before all orders, and one after.
  std::int64_t RandomTime() { return static_cast<std::int64_t>(random_.Below(22)) * kNs - kNs; }

  OrderFilter RandomFilter() {
    OrderFilter filter;
    filter.merchant = random_.Below(2) == 0 ? "" : Pick("m", 3);
    filter.store = filter.merchant.empty() || random_.Below(2) == 0 ? "" : Pick("s", 2);
    filter.order_number = random_.Below(3) == 0 ? Pick("n", 4) : "";
    for (std::uint64_t n = random_.Below(4); n > 0; --n) {
      filter.states.push_back(RandomState());
    }
    if (random_.Below(2) == 0) {
      filter.create_from_ns = RandomTime();
    }
    if (random_.Below(2) == 0) {
      filter.create_before_ns = RandomTime();
    }
    return filter;
  }

  Ids Wanted(const OrderFilter& filter) {
    std::set<std::tuple<std::int64_t, std::string, std::string, std::string>> sorted;
    for (const auto& [name, order] : model_) {
      const auto key = *domain::ParseOrderName(name);
      const auto store = *domain::ParseStoreName(order.store());
      const bool fits =
          (filter.merchant.empty() || filter.merchant == key.merchant) &&
          (filter.store.empty() || filter.store == store.store) &&
          (filter.order_number.empty() || filter.order_number == order.order_number()) &&
          filter.create_from_ns <= order.create_time().seconds() * kNs &&
          order.create_time().seconds() * kNs < filter.create_before_ns &&
          (filter.states.empty() ||
           std::find(filter.states.begin(), filter.states.end(), order.state()) !=
               filter.states.end());
      if (fits) {
        sorted.emplace(order.create_time().seconds(), key.id, key.merchant, name);
      }
    }
    Ids names;
    for (auto at = sorted.rbegin(); at != sorted.rend(); ++at) {
      names.push_back(std::get<3>(*at));
    }
    return names;
  }

  testing::SeededRandom random_{11};
  std::map<std::string, v1::Order> model_;
};

TEST_F(OrderListTest, GivesWhatSortingByHandGivesPageByPage) {
  constexpr int kFilters = 200;

  for (int i = 0; i < kFilters; ++i) {
    const OrderFilter filter = RandomFilter();
    const int limit = static_cast<int>(1 + random_.Below(40));
    Ids found;
    domain::MerchantChild after;
    while (true) {
      const std::vector<v1::Order> page = List(filter, after, limit);
      for (const v1::Order& order : page) {
        found.push_back(order.name());
      }
      if (page.size() < static_cast<std::size_t>(limit)) {
        break;
      }
      after = *domain::ParseOrderName(page.back().name());
    }
    EXPECT_EQ(found, Wanted(filter)) << "filter " << i;
  }
}

TEST_F(OrderTablesTest, FindsWhatTheOpenOrdersOfAStoreClaimOfAProduct) {
  const auto put = [&](const ports::StoreKey& store,
                       const std::string& id,
                       v1::OrderState state,
                       std::vector<ports::Claim> claims) {
    OrderRecord record = MakeOrder(store, id, state, 5);
    record.order.set_order_number("no-" + id);
    record.claims = std::move(claims);
    ASSERT_TRUE(Worked(Put(record)));
  };
  const ports::Claim reserved{.product = "p1", .kind = ports::ClaimKind::kReserved, .quantity = 2};
  put(kWeb, "o1", v1::ORDER_STATE_NEW, {{"p2", ports::ClaimKind::kReserved, 9}, reserved});
  put(kWeb, "o2", v1::ORDER_STATE_COLLECTING, {{"p1", ports::ClaimKind::kPicked, 1}});
  put(kWeb, "o3", v1::ORDER_STATE_NEW, {{"p11", ports::ClaimKind::kReserved, 4}});
  put(kWeb, "o4", v1::ORDER_STATE_SHIPPED, {{"p1", ports::ClaimKind::kPicked, 3}});
  put(kPos, "o5", v1::ORDER_STATE_NEW, {reserved});

  const auto find = [](ports::ClaimKind kind, std::vector<v1::OrderState> states) {
    return ports::ClaimQuery{
        .store = kWeb, .product = "p1", .kind = kind, .states = std::move(states), .quantity = 100};
  };

  const ports::OrderClaims reserved_by =
      Find(find(ports::ClaimKind::kReserved, {v1::ORDER_STATE_NEW, v1::ORDER_STATE_ON_HOLD}), 100);
  const ports::OrderClaims picked_for =
      Find(find(ports::ClaimKind::kPicked, {v1::ORDER_STATE_COLLECTING}), 100);

  ASSERT_EQ(reserved_by.claims.size(), 1U);
  EXPECT_EQ(reserved_by.claims[0].order, "o1");
  EXPECT_EQ(reserved_by.claims[0].order_number, "no-o1");
  EXPECT_EQ(reserved_by.claims[0].kind, ports::ClaimKind::kReserved);
  EXPECT_EQ(reserved_by.claims[0].quantity, 2);
  EXPECT_EQ(reserved_by.looked_at, 2);
  ASSERT_EQ(picked_for.claims.size(), 1U);
  EXPECT_EQ(picked_for.claims[0].order, "o2");
}

TEST_F(OrderTablesTest, LooksForClaimsInNoMoreOrdersThanItMayAndThanItHasTo) {
  constexpr int kOrders = 5;
  for (int i = 0; i < kOrders; ++i) {
    OrderRecord record = MakeOrder(kWeb, fmt::format("o{}", i), v1::ORDER_STATE_NEW, i);
    record.claims = {{"p1", ports::ClaimKind::kReserved, 2}};
    ASSERT_TRUE(Worked(Put(record)));
  }
  ports::ClaimQuery wanted{.store = kWeb,
                           .product = "p1",
                           .kind = ports::ClaimKind::kReserved,
                           .states = {v1::ORDER_STATE_NEW, v1::ORDER_STATE_ON_HOLD},
                           .quantity = 2 * kOrders};

  EXPECT_EQ(Find(wanted, kOrders).claims.size(), 5U);
  EXPECT_EQ(Find(wanted, kOrders - 1).claims.size(), 4U);
  EXPECT_EQ(Find(wanted, 0).claims.size(), 0U);
  wanted.quantity = 4;
  EXPECT_EQ(Find(wanted, kOrders).looked_at, 2) << "what is claimed in all is found";
}

}  // namespace
}  // namespace storebridge::storage
