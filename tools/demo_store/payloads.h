#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "store_state.h"

namespace storebridge::demo_store {

/// Build the REST representations of the shop's things, field by field as the platform shows them.
json::object ProductPayload(const StoreState& state, const Product& product);
json::object VariationPayload(const StoreState& state, const Product& variation);
json::object OrderPayload(const StoreState& state, const Order& order);
json::object NotePayload(const StoreState& state, const Note& note);
json::object RefundPayload(const StoreState& state, const Order& order, const Refund& refund);
json::object FulfillmentPayload(const StoreState& state,
                                const Order& order,
                                const Fulfillment& fulfillment);

/// Writes a time as fulfilments have it: `2026-11-03 10:15:00`, the shop's own.
std::string SiteTime(const StoreState& state, Seconds time);

/// Reads an address from `given` over what is there; unknown members are ignored.
void ApplyAddress(const json::object& given, Address& address);

/// Updates `meta` as the REST API does: by id, else the first row of the key, whose others go. A
/// null value removes the row, an empty one stays.
void ApplyMeta(StoreState& state, const json::array& given, json::array& meta);

/// Keeps only the asked fields; `billing.country` reaches into a member.
json::object PickFields(const json::object& whole, const std::vector<std::string>& fields);

/// Returns the serialised payload of a product, variation or order, cut to `fields` when asked,
/// from its cache when it can.
const std::string& PayloadText(const StoreState& state,
                               const Product& product,
                               const std::string& fields);
const std::string& PayloadText(const StoreState& state,
                               const Order& order,
                               const std::string& fields);

/// What a list shows behind a record that stands in it twice; empty for the others.
std::string SecondText(const StoreState& state, const Product& product, const std::string& fields);
std::string SecondText(const StoreState& state, const Order& order, const std::string& fields);

}  // namespace storebridge::demo_store
