#include "shipping_notes.h"

#include "fulfillment.h"

namespace woocommerce {
namespace {

constexpr std::size_t kMetaMax = 10'000;

std::string MarkerOf(const sdk::Shipment& shipment) {
  return "[" + shipment.ref() + "]";
}

// Of a change of its parcels.
std::string UpdateMarkerOf(const sdk::Shipment& shipment) {
  return "[" + shipment.ref() + "/" + std::to_string(shipment.revision()) + "]";
}

std::string ParcelsText(const sdk::Shipment& shipment) {
  std::string text;
  for (const sdk::Parcel& parcel : shipment.parcels()) {
    std::string parts;
    for (const std::string* part :
         {&parcel.carrier(), &parcel.tracking_code(), &parcel.tracking_url()}) {
      parts += part->empty() ? "" : ' ' + *part;
    }
    text += parts.empty() ? "" : parts + '.';
  }
  return text;
}

std::optional<std::string> FindMarked(const sdk::Json& notes, const std::string& marker) {
  for (const sdk::Json& note : notes.Items()) {
    if (note.OptionalText("note").find(marker) != std::string::npos) {
      return note.At("id").Id();
    }
  }
  return std::nullopt;
}

// Takes `text` out of a list with commas.
std::string Without(const std::string& list, const std::string& text) {
  const std::string padded = ", " + list + ", ";
  const std::size_t at = padded.find(", " + text + ", ");
  if (text.empty() || at == std::string::npos) {
    return list;
  }
  std::string rest = padded.substr(0, at) + padded.substr(at + text.size() + 2);
  return rest.size() <= 4 ? std::string() : rest.substr(2, rest.size() - 4);
}

// Adds `text` to a list with commas, unless it is in it.
std::string With(const std::string& list, const std::string& text) {
  const std::string padded = ", " + list + ",";
  if (text.empty() || padded.find(", " + text + ",") != std::string::npos) {
    return list;
  }
  return list.empty() ? text : list + ", " + text;
}

// Keeps a value with the order; an empty one only where another has to go.
void AddMeta(sdk::JsonWriter* body,
             const sdk::Json& order,
             std::string_view key,
             const std::string& value) {
  if (!value.empty() || !MetaText(order, key).empty()) {
    body->Object().Field("key", key).Field("value", sdk::HeadOf(value, kMetaMax)).End();
  }
}

}  // namespace

std::string NoteText(const sdk::Shipment& shipment) {
  return "Shipped." + ParcelsText(shipment) + ' ' + MarkerOf(shipment);
}

std::optional<std::string> FindNote(const sdk::Json& notes, const sdk::Shipment& shipment) {
  return FindMarked(notes, MarkerOf(shipment));
}

std::string UpdateNoteText(const sdk::Shipment& shipment) {
  const std::string parcels = ParcelsText(shipment);
  return "Tracking changed." + (parcels.empty() ? std::string(" None.") : parcels) + ' ' +
         UpdateMarkerOf(shipment);
}

bool IsUpdateNoted(const sdk::Json& notes, const sdk::Shipment& shipment) {
  if (FindMarked(notes, UpdateMarkerOf(shipment))) {
    return true;
  }
  const bool is_first_update = !FindMarked(notes, "[" + shipment.ref() + "/");
  return is_first_update && FindMarked(notes, NoteText(shipment)).has_value();
}

bool HasMarker(const sdk::Json& order, const sdk::Shipment& shipment) {
  const std::string markers = ", " + MetaText(order, kMarkerKey) + ",";
  return markers.find(", " + shipment.ref() + ",") != std::string::npos;
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
  for (const sdk::Parcel& parcel : shipment.outdated_parcels()) {
    codes = Without(codes, parcel.tracking_code());
    urls = Without(urls, parcel.tracking_url());
  }
  for (const sdk::Parcel& parcel : shipment.parcels()) {
    codes = With(codes, parcel.tracking_code());
    urls = With(urls, parcel.tracking_url());
    carriers = With(carriers, parcel.carrier());
  }
  body.Key("meta_data").Array();
  AddMeta(&body, order, "_tracking_number", codes);
  AddMeta(&body, order, "_tracking_url", urls);
  AddMeta(&body, order, "_tracking_provider", carriers);
  AddMeta(&body, order, kMarkerKey, With(MetaText(order, kMarkerKey), shipment.ref()));
  body.End().End();
  return body.Text();
}

}  // namespace woocommerce
