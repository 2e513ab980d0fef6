#include "storebridge/sdk/reading.h"

namespace storebridge::sdk::internal {
namespace {

// The member as text, as far as it can be read.
std::string TextOf(const Json& json, std::string_view key) {
  if (key.empty() || !json.IsObject()) {
    return {};
  }
  const std::optional<Json> member = json.Find(key);
  if (!member || !(member->IsString() || member->IsNumber())) {
    return {};
  }
  return member->Scalar();
}

}  // namespace

BadRecord MakeBad(const Json& json,
                  std::string_view message,
                  bool is_order,
                  const RecordKeys& keys) {
  const std::string id = TextOf(json, keys.id());
  const std::string_view label_key =
      keys.label().empty() ? std::string_view(is_order ? "number" : "sku") : keys.label();
  const std::string label = TextOf(json, label_key);
  std::string text(message);
  if (id.empty() && !keys.source().empty()) {
    text = keys.source() + ": " + text;
  }
  return is_order ? BadOrder(id, label, text) : BadProduct(id, label, text);
}

}  // namespace storebridge::sdk::internal
