#include "storebridge/sdk/reading.h"

#include "storebridge/sdk/time.h"

namespace storebridge::sdk {

std::string TextIn(const Json& row, std::string_view key) {
  const std::optional<Json> member = row.IsObject() ? row.Find(key) : std::nullopt;
  return member && (member->IsString() || member->IsNumber()) ? member->Scalar() : std::string();
}

std::int64_t TimeIn(const Json& row, std::string_view key) {
  return ParseTime(TextIn(row, key)).value_or(0);
}

namespace internal {

BadRecord MakeBad(const Json& json,
                  std::string_view message,
                  bool is_order,
                  const RecordKeys& keys) {
  const std::string id = TextIn(json, keys.id());
  const std::string_view label_key =
      keys.label().empty() ? std::string_view(is_order ? "number" : "sku") : keys.label();
  const std::string label = TextIn(json, label_key);
  std::string text(message);
  if (id.empty() && !keys.source().empty()) {
    text = keys.source() + ": " + text;
  }
  return is_order ? BadOrder(id, label, text) : BadProduct(id, label, text);
}

}  // namespace internal
}  // namespace storebridge::sdk
