#include "fulfillment.h"

#include <functional>
#include <map>

namespace woocommerce {
namespace {

constexpr std::size_t kTextMax = 1000;
// More than an answer may have.
constexpr std::size_t kRowBytesMax = std::size_t{16} << 20;

constexpr std::string_view kNumber = "_tracking_number";
constexpr std::string_view kUrl = "_tracking_url";
constexpr std::string_view kProvider = "_shipment_provider";
constexpr std::string_view kProviderName = "_provider_name";

// Ids of the rows of a fulfillment by their keys.
using RowIds = std::map<std::string, std::int64_t, std::less<>>;

std::int64_t RowIdOf(const sdk::Json& row) {
  return IdOf(TextIn(row, "id")).value_or(0);
}

// Of a key that has several rows there is none: WooCommerce leaves one of them when the key is
// written without an id.
RowIds RowIdsOf(const sdk::Json& fulfillment) {
  RowIds ids;
  for (const sdk::Json& row : fulfillment.OptionalItems("meta_data")) {
    const auto [known, is_first] = ids.emplace(TextIn(row, "key"), RowIdOf(row));
    known->second = is_first ? known->second : 0;
  }
  return ids;
}

// WooCommerce passes over rows without an id when it makes a fulfillment; 0 is a new one, or the
// one that its key has.
sdk::JsonWriter& BeginMeta(sdk::JsonWriter* body, std::string_view key, std::int64_t id = 0) {
  return body->Object().Field("id", id).Field("key", key).Key("value");
}

void AddMeta(sdk::JsonWriter* body,
             std::string_view key,
             std::string_view value,
             const RowIds& ids = {}) {
  if (!value.empty()) {
    const auto known = ids.find(key);
    BeginMeta(body, key, known == ids.end() ? 0 : known->second).Value(value).End();
  }
}

void AddTracking(sdk::JsonWriter* body, const sdk::Shipment& shipment, const RowIds& ids = {}) {
  AddMeta(body, kNumber, TrackingCodesOf(shipment), ids);
  AddMeta(body, kUrl, TrackingUrlOf(shipment), ids);
  // The provider names one of WooCommerce's own carriers; any other name needs both.
  if (const std::string carriers = sdk::CarriersOf(shipment, kTextMax); !carriers.empty()) {
    AddMeta(body, kProvider, "other", ids);
    AddMeta(body, kProviderName, carriers, ids);
  }
}

sdk::JsonWriter BeginBody(bool notify_customer) {
  sdk::JsonWriter body;
  body.Object().Field("status", "fulfilled").Field("is_fulfilled", true);
  body.Field("notify_customer", notify_customer).Key("meta_data").Array();
  return body;
}

void AddItems(sdk::JsonWriter* body, const sdk::Shipment& shipment) {
  BeginMeta(body, "_items").Array();
  for (const sdk::ShipmentLine& line : shipment.lines()) {
    const std::optional<std::int64_t> id = IdOf(line.external_line_id());
    if (!id) {
      throw sdk::Failure(sdk::Code::kPermanent,
                         "order line '" + sdk::HeadOf(line.external_line_id(), kShownNameMax) +
                             "' cannot be one of WooCommerce: its ids are numbers");
    }
    body->Object().Field("item_id", *id).Field("qty", line.quantity()).End();
  }
  body->End().End();
}

}  // namespace

std::vector<sdk::Json> FulfillmentsIn(const sdk::Json& answer) {
  if (answer.IsObject()) {
    return answer.At("fulfillments").Items();
  }
  return answer.Items();
}

sdk::Json FulfillmentIn(const sdk::Json& answer) {
  const std::optional<sdk::Json> wrapped = answer.Find("fulfillment");
  return wrapped && wrapped->IsObject() ? *wrapped : answer;
}

bool IsFulfilled(const sdk::Json& fulfillment) {
  // A row of the database: "1" when it is read back, true when it was just made.
  const std::optional<sdk::Json> flag = fulfillment.Find("is_fulfilled");
  const std::string text = flag ? TextOf(*flag) : std::string();
  return text == "1" || text == "true";
}

std::string FulfillmentBody(const sdk::Shipment& shipment, bool notify_customer) {
  sdk::JsonWriter body = BeginBody(notify_customer);
  AddItems(&body, shipment);
  AddTracking(&body, shipment);
  AddMeta(&body, kMarkerKey, shipment.ref());
  body.End().End();
  return body.Text();
}

std::string UpdateBody(const sdk::Json& fulfillment,
                       const sdk::Shipment& shipment,
                       bool notify_customer) {
  sdk::JsonWriter body = BeginBody(notify_customer);
  for (const sdk::Json& row : fulfillment.OptionalItems("meta_data")) {
    const std::string key = TextIn(row, "key");
    const std::optional<sdk::Json> value = row.IsObject() ? row.Find("value") : std::nullopt;
    const bool is_tracking =
        key == kNumber || key == kUrl || key == kProvider || key == kProviderName;
    if (value && !is_tracking) {
      BeginMeta(&body, key, RowIdOf(row)).Raw(value->Dump(kRowBytesMax)).End();
    }
  }
  AddTracking(&body, shipment, RowIdsOf(fulfillment));
  body.End().End();
  return body.Text();
}

bool ShowsTracking(const sdk::Json& fulfillment, const sdk::Shipment& shipment) {
  return MetaText(fulfillment, kNumber) == TrackingCodesOf(shipment) &&
         MetaText(fulfillment, kUrl) == TrackingUrlOf(shipment) &&
         MetaText(fulfillment, kProviderName) == sdk::CarriersOf(shipment, kTextMax);
}

std::string TrackingCodesOf(const sdk::Shipment& shipment) {
  std::string codes;
  for (const sdk::Parcel& parcel : shipment.parcels()) {
    if (!parcel.tracking_code().empty()) {
      codes += (codes.empty() ? "" : ", ") + parcel.tracking_code();
    }
  }
  return sdk::HeadOf(codes, kTextMax);
}

std::string TrackingUrlOf(const sdk::Shipment& shipment) {
  for (const sdk::Parcel& parcel : shipment.parcels()) {
    if (!parcel.tracking_url().empty()) {
      return parcel.tracking_url();
    }
  }
  return {};
}

}  // namespace woocommerce
