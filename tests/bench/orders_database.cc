#include "bench/orders_database.h"

#include <fmt/format.h>

#include "adapters/runtime/system_clock.h"
#include "adapters/storage/storage.h"
#include "core/ids.h"
#include "support/manual_executor.h"

namespace storebridge::bench {
namespace {

constexpr std::size_t kOrdersPerWork = 1'000;
constexpr std::size_t kSampled = 1'000;
constexpr std::size_t kCancelledOneIn = 50;
// No numbers of the store's orders, and as texts behind all of them: a store counts on, so that the
// next order's place in an index by number is beside that of the last.
constexpr std::size_t kFirstNumber = 20'000'000;
constexpr const char* kMerchant = "bench";

Result<v1::Order> AnyOrder(ports::Storage& storage) {
  std::vector<v1::Order> orders;
  SB_CHECK(storage.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(orders, tx.orders().List({.merchant = kMerchant}, {}, 1));
    return Ok();
  }));
  if (orders.empty()) {
    return Error{
        .code = Code::kInternal, .reason = "BENCH_WRONG", .message = "no order was imported"};
  }
  return orders.front();
}

}  // namespace

Status OrdersDatabase::ImportOne(const Tools& tools, Store& store) {
  SB_CHECK(store.Show(1));
  SB_TRY(const std::unique_ptr<Server> server,
         Server::Start(tools, store.certificate(), {.data = data(), .is_new = true}));
  SB_CHECK(server->Connect("web", store, 0, store.Settings()));
  SB_TRY([[maybe_unused]] const v1::SyncRun products,
         server->platform().Run("web", v1::FLOW_PRODUCTS));
  SB_CHECK(server->SetAllStock(store.products(), 1'000'000));
  SB_TRY([[maybe_unused]] const v1::SyncRun orders, server->platform().Run("web", v1::FLOW_ORDERS));
  return server->WaitUntilIdle();
}

Status OrdersDatabase::Insert(std::size_t orders) {
  runtime::SystemClock clock;
  testing::ManualExecutor executor;
  SB_TRY(const std::unique_ptr<ports::Storage> storage,
         storage::OpenStorage(
             {.path = data() + "/storebridge.db", .inline_mode = true}, executor, clock, nullptr));
  SB_TRY(const v1::Order original, AnyOrder(*storage));
  const std::int64_t newest_ms = clock.NowMs() - 1'000;
  for (std::size_t done = 0; done < orders;) {
    const std::size_t end = std::min(orders, done + kOrdersPerWork);
    Status status = Ok();
    storage->Submit(
        [&](ports::Tx& tx) -> Status {
          for (std::size_t i = done; i < end; ++i) {
            const std::int64_t ms = newest_ms - static_cast<std::int64_t>(orders - i) * 1'000;
            ports::OrderRecord record{.order = original, .content_hash = i};
            v1::Order& order = record.order;
            order.set_name(fmt::format(
                "merchants/{}/orders/{}", kMerchant, EncodeId(MakeTimeOrderedId(ms, i))));
            order.set_order_number(std::to_string(kFirstNumber + i));
            order.set_external_id(order.order_number());
            // The store does not have them: open ones would be asked for.
            order.set_state(i % kCancelledOneIn == 0 ? v1::ORDER_STATE_CANCELLED
                                                     : v1::ORDER_STATE_SHIPPED);
            order.mutable_create_time()->set_seconds(ms / 1'000);
            SB_CHECK(tx.orders().Put(kMerchant, record));
            if (i % std::max<std::size_t>(orders / kSampled, 1) == 0) {
              sample_.push_back(order.name());
            }
          }
          return Ok();
        },
        [&](Status ended) { status = std::move(ended); });
    executor.RunAll();
    SB_CHECK(status);
    done = end;
  }
  return Ok();
}

Result<std::unique_ptr<OrdersDatabase>> OrdersDatabase::Build(const Tools& tools,
                                                              Store& store,
                                                              std::size_t orders) {
  std::unique_ptr<OrdersDatabase> database(new OrdersDatabase);
  SB_CHECK(database->ImportOne(tools, store));
  SB_CHECK(database->Insert(orders));
  return database;
}

}  // namespace storebridge::bench
