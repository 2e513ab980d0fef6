#include "payloads.h"

#include <algorithm>

#include "php_json.h"
#include "text.h"

namespace storebridge::demo_store {
namespace {

json::object Render(const StoreState& state, const Product& product) {
  return product.kind == ProductKind::kVariation ? VariationPayload(state, product)
                                                 : ProductPayload(state, product);
}

json::object Render(const StoreState& state, const Order& order) {
  return OrderPayload(state, order);
}

template <class Thing>
json::object Fields(const StoreState& state, const Thing& thing, const std::string& fields) {
  json::object whole = Render(state, thing);
  return fields.empty() ? whole : PickFields(whole, Split(fields, ','));
}

template <class Thing>
const std::string& CachedText(const StoreState& state,
                              const Thing& thing,
                              const std::string& fields) {
  PayloadCache& cache = thing.cache;
  if (const Poison* poison = state.poisons.Find(thing.id); poison != nullptr && !poison->twice) {
    cache.Clear();
    cache.partial = SpoiledText(*poison, Fields(state, thing, fields));
    return cache.partial;
  }
  if (fields.empty()) {
    if (cache.whole.empty()) {
      cache.whole = PhpJson(Render(state, thing));
    }
    return cache.whole;
  }
  if (cache.fields != fields) {
    cache.partial = PhpJson(Fields(state, thing, fields));
    cache.fields = fields;
  }
  return cache.partial;
}

template <class Thing>
std::string SecondOf(const StoreState& state, const Thing& thing, const std::string& fields) {
  const Poison* poison = state.poisons.Find(thing.id);
  return poison == nullptr || !poison->twice ? std::string()
                                             : SpoiledText(*poison, Fields(state, thing, fields));
}

void PickOne(const json::object& whole, std::string_view field, json::object& out) {
  const std::size_t dot = field.find('.');
  const std::string_view head = field.substr(0, dot);
  const json::value* member = whole.if_contains(head);
  if (member == nullptr) {
    return;
  }
  if (dot == std::string_view::npos || !member->is_object()) {
    out[head] = *member;
    return;
  }
  json::value& nested = out[head];
  if (!nested.is_object()) {
    nested = json::object();
  }
  PickOne(member->get_object(), field.substr(dot + 1), nested.get_object());
}

json::array::iterator FindMeta(json::array& meta, Id id, const std::string& key) {
  return std::find_if(meta.begin(), meta.end(), [&](const json::value& row) {
    const json::object& object = row.get_object();
    return id != 0 ? IntOr(object, "id", 0) == id : TextOr(object, "key", "") == key;
  });
}

}  // namespace

void ApplyAddress(const json::object& given, Address& address) {
  const auto take = [&given](std::string_view name, std::string& field) {
    field = TextOr(given, name, field);
  };
  take("first_name", address.first_name);
  take("last_name", address.last_name);
  take("company", address.company);
  take("address_1", address.address_1);
  take("address_2", address.address_2);
  take("city", address.city);
  take("state", address.state);
  take("postcode", address.postcode);
  take("country", address.country);
  take("email", address.email);
  take("phone", address.phone);
}

void ApplyMeta(StoreState& state, const json::array& given, json::array& meta) {
  for (const json::value& item : given) {
    if (!item.is_object()) {
      continue;
    }
    const json::object& row = item.get_object();
    const std::string key = TextOr(row, "key", "");
    const json::value value = row.contains("value") ? row.at("value") : json::value();
    const Id id = IntOr(row, "id", 0);
    auto found = FindMeta(meta, id, key);
    if (id == 0 || found == meta.end()) {
      // One row is left of a key that is written by its name, none of one that gets a new id.
      const auto first_gone = found == meta.end() ? meta.begin() : found + 1;
      meta.erase(std::remove_if(first_gone,
                                meta.end(),
                                [&](const json::value& other) {
                                  return TextOr(other.get_object(), "key", "") == key;
                                }),
                 meta.end());
      found = FindMeta(meta, id, key);
    }
    if (value.is_null()) {
      if (found != meta.end()) {
        meta.erase(found);
      }
    } else if (found != meta.end()) {
      found->get_object()["value"] = value;
    } else if (!key.empty()) {
      meta.push_back(json::object({{"id", state.NextSmallId()}, {"key", key}, {"value", value}}));
    }
  }
}

json::object PickFields(const json::object& whole, const std::vector<std::string>& fields) {
  json::object out;
  for (const std::string& field : fields) {
    PickOne(whole, field, out);
  }
  return out;
}

const std::string& PayloadText(const StoreState& state,
                               const Product& product,
                               const std::string& fields) {
  return CachedText(state, product, fields);
}

const std::string& PayloadText(const StoreState& state,
                               const Order& order,
                               const std::string& fields) {
  return CachedText(state, order, fields);
}

std::string SecondText(const StoreState& state, const Product& product, const std::string& fields) {
  return SecondOf(state, product, fields);
}

std::string SecondText(const StoreState& state, const Order& order, const std::string& fields) {
  return SecondOf(state, order, fields);
}

}  // namespace storebridge::demo_store
