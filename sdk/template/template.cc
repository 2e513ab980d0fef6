// The smallest connector that does something. Copy the folder, rename, and replace the API by that
// of your store.
#include <optional>

#include "storebridge/sdk.h"

namespace {

namespace sdk = storebridge::sdk;

constexpr std::int64_t kOverlapMs = 300000;

sdk::Order ReadOrder(const sdk::Json& json) {
  const std::string currency = json.At("currency").Text();
  sdk::Order order;
  order.set_external_id(json.At("id").Id());
  order.set_number(json.At("number").Text());
  order.set_store_state(json.At("state").Text());
  const bool is_paid = json.At("paid").Bool();
  order.set_payment_state(is_paid ? sdk::PAYMENT_STATE_PAID : sdk::PAYMENT_STATE_UNPAID);
  order.set_progress(order.store_state() == "sent" ? sdk::Order::PROGRESS_COMPLETED
                                                   : sdk::Order::PROGRESS_OPEN);
  order.set_stock_taken(true);
  order.set_placed_ms(json.At("placed_at").TimeMs());
  order.set_modified_ms(json.At("modified_at").TimeMs());
  order.set_currency_code(currency);
  *order.mutable_grand_total() = json.At("total").Amount(currency);
  const sdk::Json to = json.At("ship_to");
  order.mutable_shipping_address()->set_recipient(to.At("name").Text());
  order.mutable_shipping_address()->add_lines(to.At("street").Text());
  order.mutable_shipping_address()->set_postal_code(to.At("zip").Text());
  order.mutable_shipping_address()->set_city(to.At("city").Text());
  order.mutable_shipping_address()->set_region_code(to.At("country").Text());
  order.mutable_shipping_address()->set_email(to.OptionalText("email"));
  for (const sdk::Json& item : json.At("lines").Items()) {
    sdk::OrderLine* line = order.add_lines();
    line->set_external_id(item.At("id").Id());
    line->set_product_code(item.OptionalText("code"));
    line->set_title(item.At("title").Text());
    line->set_quantity(item.At("quantity").Int());
    *line->mutable_unit_price() = item.At("price").Amount(currency);
  }
  return order;
}

sdk::Product ReadProduct(const sdk::Json& json) {
  sdk::Product product;
  product.set_external_id(json.At("id").Id());
  product.set_product_code(json.OptionalText("code"));
  product.set_title(json.At("title").Text());
  *product.mutable_price() = json.At("price").Amount(json.At("currency").Text());
  product.set_is_active(json.At("active").Bool());
  if (const auto stock = json.OptionalInt("stock")) {
    product.set_stock_quantity(*stock);
  }
  return product;
}

sdk::Operation CheckAuth(sdk::Context& cx) {
  sdk::Response store = co_await cx.Get("/api/store").Auth("token").Try();
  if (store.ok()) {
    co_yield sdk::CheckPassed("credentials", "connected to " + store.Json().At("name").Text());
    co_return;
  }
  const sdk::Failure problem = store.Problem();
  if (problem.code() != sdk::Code::kAuth) {
    throw sdk::Failure(problem);
  }
  co_yield sdk::CheckFailed("credentials", problem.message(), "Enter a valid API token.");
}

sdk::Operation PullProducts(sdk::Context& cx) {
  // A retry names the products that it wants.
  const auto read = [&cx](const sdk::Json& json) {
    return cx.Wants(json.At("id").Id()) ? std::optional(ReadProduct(json)) : std::nullopt;
  };
  for (sdk::Pager pages(100);;) {
    sdk::Response page =
        co_await cx.Get("/api/products").Auth("token").Query("page", pages.number());
    const sdk::Json list = page.Json();
    co_yield sdk::ReadEach(list, read, sdk::RecordKeys("id", "code"));
    if (!pages.Next(page, list.size())) {
      co_return;
    }
  }
}

sdk::Operation PullOrders(sdk::Context& cx) {
  sdk::Watermark changed(cx, kOverlapMs);
  // A retry names the orders that it wants; they may be older than the cursor.
  const bool is_retry = !cx.PullInput().only_external_ids().empty();
  const std::string since = sdk::FormatTime(is_retry ? 0 : changed.since_ms());
  const auto read = [&cx](const sdk::Json& json) {
    return cx.Wants(json.At("id").Id()) ? std::optional(ReadOrder(json)) : std::nullopt;
  };
  for (sdk::Pager pages(100);;) {
    sdk::Response page = co_await cx.Get("/api/orders")
                             .Auth("token")
                             .Query("modified_since", since)
                             .Query("page", pages.number());
    changed.SetClock(page);
    const sdk::Json list = page.Json();
    auto orders = sdk::ReadEach(list, read, sdk::RecordKeys("id", "number"));
    for (const sdk::Order& order : orders.records) {
      changed.See(order.modified_ms());
    }
    co_yield std::move(orders);
    if (!pages.Next(page, list.size())) {
      break;
    }
  }
  if (is_retry) {
    co_return;  // A cursor would hide the orders that were left out.
  }
  // Only now: an order that moved between pages while we read must be read again if we stop half
  // way.
  co_yield sdk::Checkpoint(changed.Cursor());
}

}  // namespace

STOREBRIDGE_CONNECTOR(template_store)
    .On("auth.check", CheckAuth)
    .On("products.pull", PullProducts)
    .On("orders.pull", PullOrders);
