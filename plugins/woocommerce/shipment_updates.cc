#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api.h"
#include "fulfillment.h"
#include "operations.h"
#include "shipping_notes.h"

namespace woocommerce {
namespace {

std::optional<sdk::Json> FindFulfillment(const sdk::Json& answer, const sdk::Shipment& shipment) {
  for (const sdk::Json& fulfillment : FulfillmentsIn(answer)) {
    if (MetaText(fulfillment, kMarkerKey) == shipment.ref()) {
      return fulfillment;
    }
  }
  return std::nullopt;
}

// WooCommerce mails its customer at each update: what it shows already is not written again.
sdk::Task<sdk::ItemResult> UpdateFulfillment(const Store& store,
                                             const sdk::Shipment& shipment,
                                             const std::string& path,
                                             const sdk::Json& fulfillment) {
  const std::string id = fulfillment.At("id").Id();
  if (!IdOf(id)) {
    throw sdk::Failure(sdk::Code::kPermanent,
                       "fulfillment '" + sdk::HeadOf(id, kShownNameMax) + "' of order " +
                           shipment.external_order_id() +
                           " cannot be one of WooCommerce: its ids are numbers");
  }
  if (ShowsTracking(fulfillment, shipment)) {
    co_return sdk::WasThere(shipment.ref(), id);
  }
  const std::string body = UpdateBody(fulfillment, shipment, shipment.notify_customer());
  const sdk::Response response = co_await store.Put(path + "/fulfillments/" + id)
                                     .JsonBody(std::string_view(body))
                                     .Unsafe()
                                     .About(shipment.ref());
  const sdk::Json answer = ReadAnswer(response);
  const bool is_shown = ShowsTracking(FulfillmentIn(answer), shipment);
  co_return is_shown ? sdk::Confirmed(shipment.ref(), id) : sdk::Accepted(shipment.ref(), id);
}

// The note of before stays: WooCommerce cannot change one, and the customer may have read it.
sdk::Task<sdk::ItemResult> UpdateNote(const Store& store,
                                      const sdk::Shipment& shipment,
                                      const std::string& path,
                                      const sdk::Json& order,
                                      const sdk::Json& notes) {
  const bool is_noted = IsUpdateNoted(notes, shipment);
  if (!HasMarker(order, shipment) && !is_noted) {
    throw sdk::Failure(sdk::Code::kNotFound,
                       "order " + shipment.external_order_id() +
                           " has no shipment of ours in WooCommerce any more");
  }
  if (!is_noted) {
    sdk::JsonWriter body;
    body.Object().Field("note", UpdateNoteText(shipment));
    body.Field("customer_note", shipment.notify_customer()).End();
    const sdk::Response response =
        co_await store.Post(path + "/notes").JsonBody(body).Unsafe().About(shipment.ref());
    ReadAnswer(response);
  }
  const std::string body = OrderMetaBody(order, shipment, false);
  const sdk::Response response =
      co_await store.Put(path).JsonBody(std::string_view(body)).Idempotent().About(shipment.ref());
  ReadAnswer(response);
  co_return sdk::Confirmed(shipment.ref(), shipment.external_id());
}

sdk::Task<sdk::ItemResult> Update(sdk::Context& cx,
                                  const Store& store,
                                  const sdk::Shipment& shipment) {
  const std::string path = OrderPath(shipment);
  std::vector<sdk::Request> requests;
  requests.push_back(store.Get(path).Query("_fields", "id,number,status,meta_data"));
  requests.push_back(store.Get(path + "/notes"));
  const bool may_be_fulfillment = cx.HasCapability(kFulfillments);
  if (may_be_fulfillment) {
    requests.push_back(store.Get(path + "/fulfillments"));
  }
  const std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
  const sdk::Json order = ReadAnswer(answers.at(0));
  // Switched off since the check: only what was told by a note can be found then.
  if (may_be_fulfillment && ErrorCodeOf(answers.at(2)) != "rest_no_route") {
    const sdk::Json fulfillments = ReadAnswer(answers.at(2));
    const std::optional<sdk::Json> ours = FindFulfillment(fulfillments, shipment);
    if (ours) {
      co_return co_await UpdateFulfillment(store, shipment, path, *ours);
    }
  }
  const sdk::Json notes = ReadAnswer(answers.at(1));
  co_return co_await UpdateNote(store, shipment, path, order, notes);
}

}  // namespace

sdk::Operation UpdateShipments(sdk::Context& cx) {
  const Store store(cx);
  const auto update = [&](const sdk::Shipment& shipment) { return Update(cx, store, shipment); };
  co_await sdk::PushEach(cx, cx.ShipmentInput().shipments(), update);
}

}  // namespace woocommerce
