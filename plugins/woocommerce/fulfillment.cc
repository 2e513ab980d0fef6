#include "fulfillment.h"

#include <set>

namespace woocommerce {
namespace {

constexpr std::size_t kTextMax = 1000;

void AddMeta(sdk::JsonWriter* body, std::string_view key, std::string_view value) {
  if (!value.empty()) {
    body->Object().Field("key", key).Field("value", value).End();
  }
}

void AddItems(sdk::JsonWriter* body, const sdk::Shipment& shipment) {
  body->Object().Field("key", "_items").Key("value").Array();
  for (const sdk::ShipmentLine& line : shipment.lines()) {
    const std::optional<std::int64_t> id = IdOf(line.external_line_id());
    if (!id) {
      throw sdk::Failure(sdk::Code::kPermanent,
                         "order line '" + sdk::HeadOf(line.external_line_id(), 100) +
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
  sdk::JsonWriter body;
  body.Object().Field("status", "fulfilled").Field("is_fulfilled", true);
  body.Field("notify_customer", notify_customer).Key("meta_data").Array();
  AddItems(&body, shipment);
  AddMeta(&body, "_tracking_number", TrackingCodesOf(shipment));
  AddMeta(&body, "_tracking_url", TrackingUrlOf(shipment));
  // `_shipment_provider` names one of WooCommerce's own carriers; any other name needs both.
  if (const std::string carriers = CarriersOf(shipment); !carriers.empty()) {
    AddMeta(&body, "_shipment_provider", "other");
    AddMeta(&body, "_provider_name", carriers);
  }
  AddMeta(&body, kMarkerKey, shipment.ref());
  body.End().End();
  return body.Text();
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

std::string CarriersOf(const sdk::Shipment& shipment) {
  std::set<std::string> seen;
  std::string carriers;
  for (const sdk::Parcel& parcel : shipment.parcels()) {
    if (!parcel.carrier().empty() && seen.insert(parcel.carrier()).second) {
      carriers += (carriers.empty() ? "" : ", ") + parcel.carrier();
    }
  }
  return sdk::HeadOf(carriers, kTextMax);
}

}  // namespace woocommerce
