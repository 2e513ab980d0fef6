#include "shipping_notes.h"

#include "fulfillment.h"

namespace woocommerce {
namespace {

constexpr std::size_t kMetaMax = 10'000;

std::string MarkerOf(const sdk::Shipment& shipment) {
  return "[" + shipment.ref() + "]";
}

// Adds `text` to a list with commas, unless it is in it.
std::string With(const std::string& list, const std::string& text) {
  const std::string padded = ", " + list + ",";
  if (text.empty() || padded.find(", " + text + ",") != std::string::npos) {
    return list;
  }
  return list.empty() ? text : list + ", " + text;
}

void AddMeta(sdk::JsonWriter* body, std::string_view key, const std::string& value) {
  if (!value.empty()) {
    body->Object().Field("key", key).Field("value", sdk::HeadOf(value, kMetaMax)).End();
  }
}

}  // namespace

std::string NoteText(const sdk::Shipment& shipment) {
  std::string text = "Shipped.";
  for (const sdk::Parcel& parcel : shipment.parcels()) {
    for (const std::string* part :
         {&parcel.carrier(), &parcel.tracking_code(), &parcel.tracking_url()}) {
      text += part->empty() ? "" : ' ' + *part;
    }
    text += '.';
  }
  return text + ' ' + MarkerOf(shipment);
}

std::optional<std::string> FindNote(const sdk::Json& notes, const sdk::Shipment& shipment) {
  const std::string marker = MarkerOf(shipment);
  for (const sdk::Json& note : notes.Items()) {
    if (note.OptionalText("note").find(marker) != std::string::npos) {
      return note.At("id").Id();
    }
  }
  return std::nullopt;
}

std::string OrderMetaBody(const sdk::Json& order,
                          const sdk::Shipment& shipment,
                          bool set_completed) {
  sdk::JsonWriter body;
  body.Object();
  if (set_completed) {
    body.Field("status", "completed");
  }
  std::string codes = MetaText(order, "_tracking_number");
  std::string urls = MetaText(order, "_tracking_url");
  std::string carriers = MetaText(order, "_tracking_provider");
  for (const sdk::Parcel& parcel : shipment.parcels()) {
    codes = With(codes, parcel.tracking_code());
    urls = With(urls, parcel.tracking_url());
    carriers = With(carriers, parcel.carrier());
  }
  body.Key("meta_data").Array();
  AddMeta(&body, "_tracking_number", codes);
  AddMeta(&body, "_tracking_url", urls);
  AddMeta(&body, "_tracking_provider", carriers);
  AddMeta(&body, kMarkerKey, With(MetaText(order, kMarkerKey), shipment.ref()));
  body.End().End();
  return body.Text();
}

}  // namespace woocommerce
