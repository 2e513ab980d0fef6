// What does not get slower when there is more: the API and imports at a million orders.
#include <fmt/format.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "bench/bare_server.h"
#include "bench/figures.h"
#include "bench/order_calls.h"
#include "bench/orders_database.h"
#include "day_kit/call.h"
#include "storebridge/v1/order_service.grpc.pb.h"

namespace storebridge::bench {
namespace {

constexpr std::size_t kInFlight = 64;
constexpr int kPageSize = 50;
constexpr std::size_t kPageMost = 500;
// Number of the first order of bench_store.
constexpr std::size_t kFirstOrder = 100'000;
constexpr std::size_t kGoods = 200;
constexpr int kPagesPerRound = 100;

// Time of one page of ListOrders at a place, in microseconds; the median of many.
Result<double> PageTime(const std::string& address, const std::string& token, int pages) {
  v1::OrderService::Stub stub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  v1::ListOrdersRequest request;
  request.set_parent("merchants/bench");
  request.set_page_size(kPageSize);
  request.set_page_token(token);
  std::vector<double> times;
  for (int i = 0; i < pages; ++i) {
    const auto began = std::chrono::steady_clock::now();
    SB_TRY(const v1::ListOrdersResponse page,
           day::Call<v1::ListOrdersResponse>(stub, &v1::OrderService::Stub::ListOrders, request));
    times.push_back(MicrosecondsSince(began));
    if (page.orders_size() != kPageSize) {
      return Error{.code = Code::kInternal,
                   .reason = "BENCH_WRONG",
                   .message = fmt::format("a page has {} orders", page.orders_size())};
    }
  }
  return SpreadOf(times)->median;
}

// The token of a page near the end: all pages before it are read.
Result<std::string> DeepToken(const std::string& address, std::size_t orders) {
  v1::OrderService::Stub stub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  v1::ListOrdersRequest request;
  request.set_parent("merchants/bench");
  request.set_page_size(static_cast<int>(kPageMost));
  const std::size_t deep = orders - orders / 10;
  for (std::size_t seen = 0; seen + kPageMost <= deep; seen += kPageMost) {
    SB_TRY(const v1::ListOrdersResponse page,
           day::Call<v1::ListOrdersResponse>(stub, &v1::OrderService::Stub::ListOrders, request));
    request.set_page_token(page.next_page_token());
  }
  return request.page_token();
}

Result<std::vector<Row>> ApiRows(const Tools& tools,
                                 const OrdersDatabase& database,
                                 std::size_t orders) {
  SB_TRY(const std::unique_ptr<Server> server,
         Server::Start(tools, "", {.is_fast = true, .data = database.data()}));
  v1::OrderService::Stub stub(server->platform().channel());
  v1::GetOrderRequest request;
  request.set_name(database.sample().front());
  SB_TRY(const v1::Order order,
         day::Call<v1::Order>(stub, &v1::OrderService::Stub::GetOrder, request));
  SB_TRY(const std::unique_ptr<BareServer> bare,
         BareServer::Start(tools, order.SerializeAsString()));
  SB_TRY(const std::string deep, DeepToken(server->address(), orders));
  const std::chrono::milliseconds length(tools.is_smoke ? 50 : 2'000);
  const int pages = tools.is_smoke ? 3 : kPagesPerRound;
  Rounds gets;
  Rounds lists;
  for (int round = 0; round < tools.rounds; ++round) {
    SB_TRY(const double ours,
           GetOrderRate(server->address(), database.sample(), kInFlight, length));
    SB_TRY(const double theirs,
           GetOrderRate(bare->address(), database.sample(), kInFlight, length));
    gets.ours.push_back(ours);
    gets.beside.push_back(theirs);
    SB_TRY(const double first, PageTime(server->address(), "", pages));
    SB_TRY(const double later, PageTime(server->address(), deep, pages));
    lists.ours.push_back(later);
    lists.beside.push_back(first);
  }
  return std::vector<Row>{
      MakeRow({fmt::format("GetOrder, {} in flight, {} orders", kInFlight, orders),
               "calls/s",
               "a bare callback server with the same bytes",
               {.text = "at least 0.7 of it", .ratio = 0.7, .is_least = true}},
              gets),
      MakeRow({fmt::format("ListOrders, page of {}, after 90 % of {} orders", kPageSize, orders),
               "us",
               "the first page",
               {.text = "at most 1.2x", .ratio = 1.2}},
              lists)};
}

// CPU per order of the next `orders` orders that the store shows.
Result<double> ImportMore(Server& server, Store& store, std::size_t shown, std::size_t orders) {
  SB_CHECK(store.Show(shown + orders));
  SB_TRY(const double before, CpuMicroseconds(server.pid()));
  // A run that began by itself may take some of them: what counts is that all are here.
  SB_TRY([[maybe_unused]] const v1::SyncRun run, server.platform().Run("web", v1::FLOW_ORDERS));
  SB_TRY(const double after, CpuMicroseconds(server.pid()));
  for (const std::size_t number : {shown, shown + orders - 1}) {
    SB_TRY([[maybe_unused]] const v1::Order order,
           server.platform().GetOrder(std::to_string(kFirstOrder + number)));
  }
  return (after - before) / static_cast<double>(orders);
}

// One round over a database: a server starts, takes some orders to get warm, then those that count.
Result<double> GrowOnce(const Tools& tools,
                        const OrdersDatabase& database,
                        Store& store,
                        std::size_t& shown) {
  const std::size_t orders = tools.is_smoke ? 20 : 2'000;
  // The store is that of the other databases, too, and of some knows more.
  SB_CHECK(store.Show(shown));
  SB_TRY(const std::unique_ptr<Server> server,
         Server::Start(tools, store.certificate(), {.is_fast = true, .data = database.data()}));
  SB_CHECK(server->WaitUntilIdle());
  SB_TRY([[maybe_unused]] const double warm, ImportMore(*server, store, shown, orders / 2));
  shown += orders / 2;
  SB_TRY(const double cpu, ImportMore(*server, store, shown, orders));
  shown += orders;
  return cpu;
}

}  // namespace

Result<std::vector<Row>> MeasureLargeDatabase(const Tools& tools) {
  const std::vector<std::size_t> sizes =
      tools.is_smoke ? std::vector<std::size_t>{10, 1'000}
                     : std::vector<std::size_t>{1'000, 10'000, 100'000, 1'000'000};
  SB_TRY(const std::unique_ptr<Store> store,
         Store::Start(tools, {.orders = 60'000, .products = kGoods}));
  std::vector<std::unique_ptr<OrdersDatabase>> databases;
  std::vector<std::size_t> shown(sizes.size(), 1);
  std::vector<Rounds> growth(sizes.size());
  for (const std::size_t size : sizes) {
    SB_TRY(std::unique_ptr<OrdersDatabase> database, OrdersDatabase::Build(tools, *store, size));
    databases.push_back(std::move(database));
  }
  SB_TRY(std::vector<Row> rows, ApiRows(tools, *databases.back(), sizes.back()));
  for (int round = 0; round < tools.rounds; ++round) {
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if (i == 0 && round > 0) {
        // It would grow by as much as it had.
        SB_TRY(databases[i], OrdersDatabase::Build(tools, *store, sizes[i]));
        shown[i] = 1;
      }
      SB_TRY(const double cpu, GrowOnce(tools, *databases[i], *store, shown[i]));
      growth[i].ours.push_back(cpu);
    }
  }
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    growth[i].beside = i == 0 ? std::vector<double>() : growth[0].ours;
    rows.push_back(
        MakeRow({fmt::format("import: CPU per order with {} orders in the database", sizes[i]),
                 "us",
                 i == 0 ? "" : fmt::format("with {}", sizes[0]),
                 i == 0 ? Reach{.text = "-"} : Reach{.text = "at most 1.3x", .ratio = 1.3}},
                growth[i]));
  }
  return rows;
}

}  // namespace storebridge::bench
