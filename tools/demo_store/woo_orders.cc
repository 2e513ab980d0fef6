#include <algorithm>
#include <array>

#include "checkout.h"
#include "listing.h"
#include "payloads.h"
#include "php_json.h"
#include "woo_batch.h"
#include "woo_call.h"

namespace storebridge::demo_store {
namespace {

constexpr std::array kStatuses{"pending",
                               "processing",
                               "on-hold",
                               "completed",
                               "cancelled",
                               "refunded",
                               "failed",
                               "checkout-draft"};

std::vector<std::string> StatusesOf(const StoreState& state) {
  std::vector<std::string> all(kStatuses.begin(), kStatuses.end());
  const std::vector<std::string>& more = state.settings.plugin_statuses;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

bool IsKnownStatus(const StoreState& state, const std::string& status) {
  const std::vector<std::string> all = StatusesOf(state);
  return std::find(all.begin(), all.end(), status) != all.end();
}

std::string StatusChoices(const StoreState& state) {
  std::string out;
  for (const std::string& status : StatusesOf(state)) {
    out += (out.empty() ? "" : ", ") + status;
  }
  return out;
}

ApiError InvalidId(int status) {
  return {status, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.", {}};
}

ApiError NoSuchOrder() {
  return {404, "woocommerce_rest_order_invalid_id", "Invalid order ID.", {}};
}

Answer ShowOrder(Call& call, int status, const Order& order) {
  ListQuery query;
  if (const auto error = ReadListQuery(call.state, call.request.query, query)) {
    return ErrorAnswer(*error);
  }
  Answer answer;
  answer.status = status;
  answer.body = PayloadText(call.state, order, query.fields);
  return answer;
}

std::optional<ApiError> CheckFields(const StoreState& state, const json::object& given) {
  const json::value* status = given.if_contains("status");
  if (status != nullptr &&
      (!status->is_string() || !IsKnownStatus(state, TextOr(given, "status", "")))) {
    return InvalidParam("status", "status is not one of " + StatusChoices(state) + ".");
  }
  const json::value* meta = given.if_contains("meta_data");
  if (meta != nullptr && !meta->is_array()) {
    return InvalidParam("meta_data", "meta_data is not of type array.");
  }
  return std::nullopt;
}

/// Writes the plain fields and tells whether there were any.
bool ApplyFields(StoreState& state, const json::object& given, Order& order) {
  bool changed = false;
  for (const char* name : {"billing", "shipping"}) {
    const json::value* address = given.if_contains(name);
    if (address != nullptr && address->is_object()) {
      ApplyAddress(address->get_object(),
                   std::string_view(name) == "billing" ? order.billing : order.shipping);
      changed = true;
    }
  }
  if (const json::value* meta = given.if_contains("meta_data")) {
    ApplyMeta(state, meta->get_array(), order.meta_data);
    changed = true;
  }
  const std::string note = TextOr(given, "customer_note", order.customer_note);
  const std::string transaction = TextOr(given, "transaction_id", order.transaction_id);
  changed = changed || note != order.customer_note || transaction != order.transaction_id;
  order.customer_note = note;
  order.transaction_id = transaction;
  return changed;
}

std::optional<ApiError> Update(Call& call, Order& order, const json::object& given) {
  if (const auto error = CheckFields(call.state, given)) {
    return error;
  }
  StoreState& state = call.state;
  const bool changed = ApplyFields(state, given, order);
  if (changed || state.IsNew()) {
    state.TouchOrder(order);
  }
  if (BoolOr(given, "set_paid", false)) {
    state.MarkPaid(order);
  }
  if (given.contains("status")) {
    state.SetStatus(order, TextOr(given, "status", ""));
  }
  call.counters.CountWrite();
  return std::nullopt;
}

struct Created {
  Order* order = nullptr;
  std::optional<ApiError> error;
};

Created Create(Call& call, const json::object& given) {
  if (const auto error = CheckFields(call.state, given)) {
    return {nullptr, error};
  }
  std::vector<CartLine> cart;
  const json::value* lines = given.if_contains("line_items");
  for (const json::value& item :
       lines != nullptr && lines->is_array() ? lines->get_array() : json::array()) {
    const json::object line = item.is_object() ? item.get_object() : json::object();
    const Id variation = IntOr(line, "variation_id", 0);
    const Id id = variation != 0 ? variation : IntOr(line, "product_id", 0);
    const Product* product = call.state.FindProduct(id);
    if (product == nullptr) {
      return {nullptr,
              ApiError{400,
                       "woocommerce_rest_required_product_reference",
                       "Product ID or SKU is required.",
                       {}}};
    }
    cart.push_back({product, std::max<std::int64_t>(1, IntOr(line, "quantity", 1))});
  }
  Address ship_to;
  const char* source = given.contains("shipping") ? "shipping" : "billing";
  if (const json::value* address = given.if_contains(source);
      address != nullptr && address->is_object()) {
    ApplyAddress(address->get_object(), ship_to);
  }
  Order order = PriceCart(call.state, cart, ship_to, 0);
  ApplyFields(call.state, given, order);
  order.payment_method = TextOr(given, "payment_method", "");
  order.payment_title = TextOr(given, "payment_method_title", "");
  Order* added = call.state.AddOrder(std::move(order));
  if (BoolOr(given, "set_paid", false)) {
    call.state.MarkPaid(*added);
  }
  if (given.contains("status")) {
    call.state.SetStatus(*added, TextOr(given, "status", ""));
  }
  call.counters.CountWrite();
  return {added, std::nullopt};
}

}  // namespace

Answer ListOrders(Call& call) {
  ListQuery query;
  if (const auto error = ReadListQuery(call.state, call.request.query, query)) {
    return ErrorAnswer(*error);
  }
  for (const std::string& status : query.statuses) {
    if (!IsKnownStatus(call.state, status) && status != "trash") {
      return ErrorAnswer(InvalidParam(
          "status", "status[0] is not one of any, trash, " + StatusChoices(call.state) + "."));
    }
  }
  const auto found = Select(call.state, query, call.state.orders(), [&query](const Order& order) {
    const auto& wanted = query.statuses;
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), order.status) != wanted.end();
  });
  return Page(call.state, call.request, query, found);
}

Answer ReportOrderTotals(Call& call) {
  json::array rows;
  for (const std::string& status : StatusesOf(call.state)) {
    std::int64_t total = 0;
    call.state.orders().Each([&](const Order& order) { total += order.status == status ? 1 : 0; });
    rows.push_back({{"slug", status}, {"name", status}, {"total", total}});
  }
  return JsonAnswer(200, rows);
}

Answer GetOrder(Call& call) {
  const Order* order = call.state.FindOrder(call.ids[0]);
  return order == nullptr ? ErrorAnswer(InvalidId(404)) : ShowOrder(call, 200, *order);
}

Answer CreateOrder(Call& call) {
  const Created created = Create(call, call.fields());
  return created.error ? ErrorAnswer(*created.error) : ShowOrder(call, 201, *created.order);
}

Answer UpdateOrder(Call& call) {
  Order* order = call.state.FindOrder(call.ids[0]);
  if (order == nullptr) {
    return ErrorAnswer(InvalidId(400));
  }
  const auto error = Update(call, *order, call.fields());
  return error ? ErrorAnswer(*error) : ShowOrder(call, 200, *order);
}

Answer BatchOrders(Call& call) {
  BatchActions actions;
  actions.create = [&call](const json::object& given) {
    const Created created = Create(call, given);
    return created.error ? ItemResult{{}, created.error}
                         : ItemResult{OrderPayload(call.state, *created.order), std::nullopt};
  };
  actions.update = [&call](Id id, const json::object& given) {
    Order* order = call.state.FindOrder(id);
    if (order == nullptr) {
      return ItemResult{{}, InvalidId(400)};
    }
    auto error = Update(call, *order, given);
    return error ? ItemResult{{}, error}
                 : ItemResult{OrderPayload(call.state, *order), std::nullopt};
  };
  actions.remove = [](Id) {
    return ItemResult{{},
                      ApiError{400,
                               "woocommerce_rest_cannot_delete",
                               "The demo store keeps its orders; cancel them instead.",
                               {}}};
  };
  return RunBatch(call, actions);
}

Answer ListNotes(Call& call) {
  const Order* order = call.state.FindOrder(call.ids[0]);
  if (order == nullptr) {
    return ErrorAnswer(NoSuchOrder());
  }
  const std::string* type = call.request.query.Find("type");
  json::array out;
  for (auto note = order->notes.rbegin(); note != order->notes.rend(); ++note) {
    if (type == nullptr || *type == "any" || (*type == "customer") == note->customer) {
      out.push_back(NotePayload(call.state, *note));
    }
  }
  return JsonAnswer(200, out);
}

Answer CreateNote(Call& call) {
  Order* order = call.state.FindOrder(call.ids[0]);
  if (order == nullptr) {
    return ErrorAnswer(NoSuchOrder());
  }
  const std::string text = TextOr(call.fields(), "note", "");
  if (text.empty()) {
    return ErrorAnswer(
        {400, "rest_missing_callback_param", "Missing parameter(s): note", {{"0", "note"}}});
  }
  const Note& note = call.state.AddNote(
      *order,
      {.author = "demo", .text = text, .customer = BoolOr(call.fields(), "customer_note", false)});
  call.counters.CountWrite();
  return JsonAnswer(201, NotePayload(call.state, note));
}

Answer ListRefunds(Call& call) {
  const Order* order = call.state.FindOrder(call.ids[0]);
  if (order == nullptr) {
    return ErrorAnswer({404, "woocommerce_rest_invalid_order_id", "Invalid order ID.", {}});
  }
  json::array out;
  for (auto refund = order->refunds.rbegin(); refund != order->refunds.rend(); ++refund) {
    out.push_back(RefundPayload(call.state, *order, *refund));
  }
  return JsonAnswer(200, out);
}

}  // namespace storebridge::demo_store
