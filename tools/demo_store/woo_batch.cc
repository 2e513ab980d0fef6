#include "woo_batch.h"

#include "payloads.h"
#include "php_json.h"

namespace storebridge::demo_store {
namespace {

constexpr std::size_t kBatchMax = 100;

const json::array& ItemsOf(const json::object& fields, std::string_view name) {
  static const json::array kNone;
  const json::value* items = fields.if_contains(name);
  return items != nullptr && items->is_array() ? items->get_array() : kNone;
}

json::object Shown(Id id, ItemResult result) {
  if (!result.error) {
    return std::move(result.payload);
  }
  return {{"id", id}, {"error", ErrorPayload(*result.error)}};
}

Id IdOf(const json::value& item) {
  if (item.is_int64()) {
    return item.get_int64();
  }
  return item.is_object() ? IntOr(item.get_object(), "id", 0) : 0;
}

const json::object& ObjectOf(const json::value& item) {
  static const json::object kEmpty;
  return item.is_object() ? item.get_object() : kEmpty;
}

}  // namespace

Answer RunBatch(Call& call, const BatchActions& actions) {
  const json::array& creates = ItemsOf(call.fields(), "create");
  const json::array& updates = ItemsOf(call.fields(), "update");
  const json::array& deletes = ItemsOf(call.fields(), "delete");
  if (creates.size() + updates.size() + deletes.size() > kBatchMax) {
    return ErrorAnswer({413,
                        "woocommerce_rest_request_entity_too_large",
                        "Unable to accept more than 100 items for this request.",
                        {}});
  }
  json::object answer;
  json::array shown;
  for (const json::value& item : creates) {
    shown.push_back(Shown(0, actions.create(ObjectOf(item))));
  }
  if (!creates.empty()) {
    answer["create"] = std::exchange(shown, {});
  }
  for (const json::value& item : updates) {
    shown.push_back(Shown(IdOf(item), actions.update(IdOf(item), ObjectOf(item))));
  }
  if (!updates.empty()) {
    answer["update"] = std::exchange(shown, {});
  }
  for (const json::value& item : deletes) {
    shown.push_back(Shown(IdOf(item), actions.remove(IdOf(item))));
  }
  if (!deletes.empty()) {
    answer["delete"] = std::exchange(shown, {});
  }
  // `_fields` looks at the answer's own members, so that `_fields=id` leaves nothing (measured).
  const auto fields = call.request.query.List("_fields");
  return JsonAnswer(200, fields.empty() ? answer : PickFields(answer, fields));
}

}  // namespace storebridge::demo_store
