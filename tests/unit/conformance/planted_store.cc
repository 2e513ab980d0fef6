// A connector that is right, or has the one mistake that PLANT names.
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "storebridge/sdk.h"

namespace {

namespace sdk = storebridge::sdk;

enum class Plant {
  kNone,
  kCrashesOnHtml,
  kTakesAPageForTheEnd,
  kTellsRefusedAsAccepted,
  kStopsAtABadRecord,
  kPagesForEver,
  kCountsInAStatic,
  kSharesItsPage,
  kLogsTheMail,
  kAnswersUndeclared,
  kNamesNoShipment,
  kLeavesTheStore,
  kForgetsAnOutcome,
  kLeavesNoCursor,
  kMovesItsCursorEachPage,
  kRepeatsForEver,
  kRepeatsUntilOneIsAccepted,
  kSwallowsFailures,
  kMovesAPageAhead,
  kLogsTheFirstName,
  kWritesItsOwnCurrency,
  // No mistake, and other lines of its source.
  kIsEdited,
  // No mistake, but a cursor that counts pages.
  kCountsPages,
  // No mistake, but all levels in one write, and what the answer says of each is not read.
  kWritesABatch,
  // No mistake, but another connector than the one that was recorded.
  kSendsEachPageAtOnce,
};

constexpr Plant kPlant = Plant::PLANT;
constexpr int kPageSize = 2;
constexpr int kPagesMax = 6'000;
constexpr std::int64_t kPauseMs = 1'000;
constexpr std::int64_t kOverlapMs = 300'000;

#ifdef IS_EDITED
#line 1366
#endif

int static_count = 0;
int static_page = 0;

// Some of the mistakes are of all requests.
sdk::Request Asked(sdk::Request request) {
  if constexpr (kPlant == Plant::kCountsInAStatic) {
    request = std::move(request).Header("x-count", std::to_string(++static_count));
  }
  return std::move(request).Auth("token");
}

sdk::Order ReadOrder(const sdk::Json& json) {
  sdk::Order order;
  order.set_external_id(json.At("id").Id());
  order.set_number(json.At("number").Text());
  order.set_currency_code(kPlant == Plant::kWritesItsOwnCurrency ? "euro" : "EUR");
  order.set_payment_state(json.At("paid").Bool() ? sdk::PAYMENT_STATE_PAID
                                                 : sdk::PAYMENT_STATE_UNPAID);
  order.set_progress(sdk::Order::PROGRESS_OPEN);
  order.set_modified_ms(json.At("modified_at").TimeMs());
  order.mutable_shipping_address()->set_recipient(json.At("name").Text());
  order.mutable_shipping_address()->set_email(json.At("email").Text());
  for (const sdk::Json& item : json.At("lines").Items()) {
    order.add_lines()->set_external_id(item.At("id").Id());
  }
  return order;
}

sdk::Product ReadProduct(const sdk::Json& json) {
  sdk::Product product;
  product.set_external_id(json.At("id").Id());
  product.set_product_code(json.At("code").Text());
  return product;
}

template <typename Read>
auto ReadList(const sdk::Json& list, const Read& read) {
  if constexpr (kPlant == Plant::kStopsAtABadRecord) {
    sdk::Page<decltype(read(list))> page;
    for (const sdk::Json& item : list.Items()) {
      page.records.push_back(read(item));
    }
    return page;
  } else {
    return sdk::ReadEach(list, read, sdk::RecordKeys("id", "number"));
  }
}

// The list of a page; nothing when the mistake is to take it for the end.
std::optional<sdk::Json> ListOf(const sdk::Response& page) {
  if (kPlant == Plant::kCrashesOnHtml && page.Body().starts_with("<!DOCTYPE")) {
    std::abort();
  }
  if (kPlant == Plant::kSwallowsFailures && !page.has_answer()) {
    return std::nullopt;
  }
  try {
    return page.Json();
  } catch (const sdk::Failure&) {
    if (kPlant == Plant::kTakesAPageForTheEnd) {
      return std::nullopt;
    }
    throw;
  }
}

sdk::Task<sdk::Response> PageOf(sdk::Context& cx, std::string path, int number) {
  if constexpr (kPlant == Plant::kSharesItsPage) {
    static_page = number == 1 ? 1 : static_page + 1;
    number = static_page;
  }
  sdk::Request request = cx.Get(path).Query("page", number);
  if (path == "/api/orders" && !cx.Cursor().empty()) {
    request = std::move(request).Query("since", cx.Cursor());
  }
  sdk::Response page = co_await Asked(std::move(request)).Try();
  if (kPlant == Plant::kLeavesTheStore && page.has_answer() && page.status() == 404) {
    page = co_await cx.Get("https://elsewhere.example/api/" + path);
  }
  while (kPlant == Plant::kRepeatsForEver && !page.ok()) {
    co_await cx.Sleep(kPauseMs);
    page = co_await Asked(cx.Get(path).Query("page", number)).Try();
  }
  // Of the first page, so that no cursor moves.
  const bool is_swallowed =
      kPlant == Plant::kSwallowsFailures && path == "/api/orders" && number == 1;
  if (!page.has_answer() && !is_swallowed) {
    throw page.Problem();
  }
  co_return page;
}

sdk::Operation CheckAuth(sdk::Context& cx) {
  const sdk::Response store = co_await Asked(cx.Get("/api/store"));
  co_yield sdk::CheckPassed("credentials", "connected to " + store.Json().At("name").Text());
}

// A list that is not of records, though one has the id of a product: without it nothing is read.
sdk::Task<void> ReadWarehouse(sdk::Context& cx) {
  const sdk::Response answer = co_await Asked(cx.Get("/api/warehouses"));
  for (const sdk::Json& warehouse : answer.Json().Items()) {
    (void)warehouse.At("id").Id();
  }
}

sdk::Operation PullProducts(sdk::Context& cx) {
  co_await ReadWarehouse(cx);
  sdk::Pager pages(kPageSize);
  for (int number = 1;; ++number) {
    const sdk::Response page = co_await PageOf(cx, "/api/products", number);
    const std::optional<sdk::Json> list = ListOf(page);
    if (!list) {
      co_return;
    }
    if constexpr (kPlant == Plant::kPagesForEver) {
      if (number == 1) {
        co_yield ReadList(*list, ReadProduct);
      }
      if (list->size() < kPageSize) {
        co_return;
      }
    } else {
      co_yield ReadList(*list, ReadProduct);
      if (!pages.Next(page, list->size())) {
        co_return;
      }
    }
  }
}

// Its cursor is the number of a page of a list that begins with the oldest.
sdk::Task<void> PullOldestFirst(sdk::Context& cx) {
  int number = cx.Cursor().empty() ? 1 : std::stoi(cx.Cursor());
  sdk::Pager pages(kPageSize);
  for (;; ++number) {
    if (kPlant == Plant::kMovesAPageAhead) {
      co_yield sdk::Checkpoint(std::to_string(number + 1));
      co_await cx.Flush();
    }
    const sdk::Response page = co_await PageOf(cx, "/api/oldest", number);
    const sdk::Json list = page.Json();
    co_yield ReadList(list, ReadOrder);
    if (kPlant == Plant::kCountsPages) {
      // Its own bound, with several steps for each page.
      if (number > kPagesMax) {
        throw sdk::Failure(sdk::Code::kLimit, "the list does not end");
      }
      if (list.size() < kPageSize) {
        break;
      }
      co_yield sdk::Checkpoint(std::to_string(number + 1));
      co_await cx.Flush();
    } else if (!pages.Next(page, list.size())) {
      break;
    }
  }
}

sdk::Operation PullOrders(sdk::Context& cx) {
  if constexpr (kPlant == Plant::kMovesAPageAhead || kPlant == Plant::kCountsPages) {
    co_await PullOldestFirst(cx);
    co_return;
  }
  sdk::Watermark changed(cx, kOverlapMs);
  for (sdk::Pager pages(kPageSize);;) {
    const sdk::Response page = co_await PageOf(cx, "/api/orders", pages.number());
    const std::optional<sdk::Json> list = ListOf(page);
    if (!list) {
      break;
    }
    auto orders = ReadList(*list, ReadOrder);
    for (const sdk::Order& order : orders.records) {
      changed.See(order.modified_ms());
      if (kPlant == Plant::kLogsTheMail) {
        cx.Info("order of " + order.shipping_address().email());
      }
    }
    if (kPlant == Plant::kLogsTheFirstName && !orders.records.empty()) {
      const std::string name = orders.records[0].shipping_address().recipient();
      cx.Info("order of " + name.substr(0, name.find(' ')));
    }
    co_yield std::move(orders);
    if (kPlant == Plant::kSendsEachPageAtOnce) {
      co_await cx.Flush();
    }
    if (kPlant == Plant::kMovesItsCursorEachPage) {
      co_yield sdk::Checkpoint(changed.Cursor());
    }
    if (!pages.Next(page, list->size())) {
      break;
    }
  }
  if (kPlant != Plant::kLeavesNoCursor) {
    co_yield sdk::Checkpoint(changed.Cursor());
  }
}

sdk::Task<sdk::ItemResult> TellLevel(sdk::Context& cx, const sdk::StockLevel& level) {
  const sdk::Response answer =
      co_await Asked(cx.Put("/api/products/" + level.external_id() + "/stock"))
          .Idempotent()
          .JsonBody(sdk::JsonWriter().Object().Field("stock", level.quantity()).End());
  if (kPlant != Plant::kTellsRefusedAsAccepted) {
    answer.RequireOk();
  }
  co_return sdk::Accepted(level.ref());
}

// Waits until the store takes one of the levels.
sdk::Task<void> WaitForAWrite(sdk::Context& cx) {
  for (bool is_any = false; !is_any;) {
    for (const sdk::StockLevel& level : cx.StockInput().levels()) {
      const sdk::Response answer =
          co_await Asked(cx.Put("/api/products/" + level.external_id() + "/stock"))
              .Idempotent()
              .JsonBody(sdk::JsonWriter().Object().Field("stock", level.quantity()).End())
              .Try();
      is_any = is_any || answer.ok();
    }
    co_await cx.Sleep(kPauseMs);
  }
}

sdk::Task<void> PushBatch(sdk::Context& cx) {
  sdk::JsonWriter body;
  body.Object().Key("items").Array();
  for (const sdk::StockLevel& level : cx.StockInput().levels()) {
    body.Object().Field("id", level.external_id()).Field("stock", level.quantity()).End();
  }
  body.End().End();
  const sdk::Response answer =
      co_await Asked(cx.Post("/api/stock")).Idempotent().JsonBody(body).Try();
  for (const sdk::StockLevel& level : cx.StockInput().levels()) {
    if (answer.ok()) {
      co_yield sdk::Accepted(level.ref());
    } else {
      co_yield sdk::Refused(level.ref(), answer.Problem());
    }
  }
}

sdk::Operation PushStock(sdk::Context& cx) {
  if constexpr (kPlant == Plant::kWritesABatch) {
    co_await PushBatch(cx);
    co_return;
  }
  if constexpr (kPlant == Plant::kRepeatsUntilOneIsAccepted) {
    co_await WaitForAWrite(cx);
  }
  const auto tell = [&cx](const sdk::StockLevel& level) { return TellLevel(cx, level); };
  co_await sdk::PushEach(cx, cx.StockInput().levels(), tell);
}

sdk::Operation PushShipments(sdk::Context& cx) {
  for (const sdk::Shipment& shipment : cx.ShipmentInput().shipments()) {
    const std::string path = "/api/orders/" + shipment.external_order_id() + "/shipments";
    const sdk::Response there = co_await Asked(cx.Get(path));
    if (there.status() == 404) {
      co_yield sdk::Refused(shipment.ref(), there.Problem());
      continue;
    }
    bool is_there = false;
    for (const sdk::Json& known : there.Json().Items()) {
      is_there = is_there || known.OptionalText("marker") == shipment.ref();
    }
    if (is_there) {
      co_yield sdk::WasThere(shipment.ref());
      continue;
    }
    sdk::Request write =
        Asked(cx.Post(path))
            .Unsafe()
            .JsonBody(sdk::JsonWriter().Object().Field("marker", shipment.ref()).End());
    if (kPlant != Plant::kNamesNoShipment) {
      write = std::move(write).About(shipment.ref());
    }
    const sdk::Response answer = co_await std::move(write).Try();
    if (answer.ok()) {
      co_yield sdk::Accepted(shipment.ref());
    } else if (kPlant != Plant::kForgetsAnOutcome) {
      co_yield sdk::Refused(shipment.ref(), answer.Problem());
    }
    co_await cx.Flush();
  }
}

constexpr sdk::Registration WithPlanted(sdk::Registration registration) {
  return kPlant == Plant::kAnswersUndeclared ? registration.On("shipments.update", PushShipments)
                                             : registration;
}

}  // namespace

extern const sdk::Registration PLANTED_REGISTRATION;
constexpr sdk::Registration PLANTED_REGISTRATION =
    WithPlanted(sdk::Registration()
                    .On("auth.check", CheckAuth)
                    .On("products.pull", PullProducts)
                    .On("orders.pull", PullOrders)
                    .On("stock.push", PushStock)
                    .On("shipments.push", PushShipments));
