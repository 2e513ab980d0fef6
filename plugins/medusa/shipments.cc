#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operations.h"
#include "order_record.h"
#include "stock_location.h"

namespace medusa {
namespace {

// Of the fulfilment's metadata: Medusa has no field for it.
constexpr std::string_view kCarrier = "carrier";
constexpr std::size_t kCarrierMax = 200;
// What an order is asked for with, also where it is the answer to a change of it.
constexpr std::string_view kFields =
    "id,display_id,status,fulfillments.id,fulfillments.metadata,fulfillments.shipped_at,"
    "fulfillments.canceled_at";
// Of the refusal while the merchant edits the order, or a claim, an exchange, a return or a
// transfer of it is not finished.
constexpr std::string_view kEditWords = "existing active order change";

// Our fulfilment of an order; a null when it has none.
sdk::Json FindOurs(const sdk::Json& order, const sdk::Shipment& shipment) {
  for (const sdk::Json& fulfillment : ListIn(order, "fulfillments")) {
    const bool is_ours =
        TextIn(MemberOf(fulfillment, "metadata"), kShipmentMarker) == shipment.ref();
    if (is_ours && TextIn(fulfillment, "canceled_at").empty()) {
      return fulfillment;
    }
  }
  return sdk::Json();
}

bool IsShipped(const sdk::Json& fulfillment) {
  return !TextIn(fulfillment, "shipped_at").empty();
}

sdk::Failure Refusal(const sdk::Response& response) {
  const sdk::Failure problem = ProblemOf(response);
  if (problem.message().find(kEditWords) != std::string::npos) {
    return sdk::Failure(sdk::Code::kTransient,
                        "an edit, a claim, an exchange, a return or a transfer of the order is not "
                        "finished in Medusa; it is told when that is done");
  }
  return problem.code() == sdk::Code::kPermanent
             ? sdk::Failure(sdk::Code::kConflict,
                            problem.message() +
                                "; where a fulfilment that is not ours has these pieces, cancel "
                                "it in Medusa, then call RetryIssue")
             : problem;
}

sdk::Task<sdk::Json> ReadOrderState(sdk::Context& cx, std::string id) {
  const sdk::Response response =
      co_await Get(cx, PathOf("/orders", id)).Query("fields", kFields).Try();
  if (IsGone(response)) {
    throw sdk::Failure(sdk::Code::kNotFound, "Medusa has no order of id " + id + " any more");
  }
  co_return ReadAnswer(response).At("order");
}

sdk::JsonWriter& AddLines(const sdk::Shipment& shipment, sdk::JsonWriter& body) {
  body.Key("items").Array();
  for (const sdk::ShipmentLine& line : shipment.lines()) {
    body.Object().Field("id", line.external_line_id()).Field("quantity", line.quantity()).End();
  }
  return body.End().Field("no_notification", !shipment.notify_customer());
}

// Medusa takes the same twice when it comes at the same moment, so it is never sent again without a
// look.
sdk::Task<sdk::Json> Create(sdk::Context& cx,
                            const sdk::Shipment& shipment,
                            const std::string& location) {
  sdk::JsonWriter body;
  AddLines(shipment, body.Object()).Field("location_id", location).Key("metadata").Object();
  body.Field(kShipmentMarker, shipment.ref());
  if (const std::string carriers = sdk::CarriersOf(shipment, kCarrierMax); !carriers.empty()) {
    body.Field(kCarrier, carriers);
  }
  body.End().End();
  const std::string path = PathOf("/orders", shipment.external_order_id()) + "/fulfillments";
  const sdk::Response response = co_await Post(cx, path)
                                     .Query("fields", kFields)
                                     .JsonBody(body)
                                     .Unsafe()
                                     .About(shipment.ref())
                                     .Try();
  if (!response.ok()) {
    throw Refusal(response);
  }
  const sdk::Json order = response.Json().At("order");
  sdk::Json ours = FindOurs(order, shipment);
  if (ours.IsNull()) {
    throw sdk::Failure(sdk::Code::kTransient,
                       "Medusa took the fulfilment of order " + shipment.external_order_id() +
                           " and does not show it")
        .Ambiguous();
  }
  co_return ours;
}

// Gives whether Medusa shows it as shipped afterwards.
sdk::Task<bool> MarkShipped(sdk::Context& cx,
                            const sdk::Shipment& shipment,
                            const std::string& fulfillment_id) {
  sdk::JsonWriter body;
  AddLines(shipment, body.Object()).Key("labels").Array();
  for (const sdk::Parcel& parcel : shipment.parcels()) {
    // All three have to be there.
    body.Object()
        .Field("tracking_number", parcel.tracking_code())
        .Field("tracking_url", parcel.tracking_url())
        .Field("label_url", "")
        .End();
  }
  body.End().End();
  const std::string path =
      PathOf(PathOf("/orders", shipment.external_order_id()) + "/fulfillments", fulfillment_id) +
      "/shipments";
  // A second one is refused and changes nothing.
  const sdk::Response response = co_await Post(cx, path)
                                     .Query("fields", kFields)
                                     .JsonBody(body)
                                     .Idempotent()
                                     .About(shipment.ref())
                                     .Try();
  if (response.ok()) {
    co_return IsShipped(FindOurs(response.Json().At("order"), shipment));
  }
  if (!response.has_answer()) {
    throw response.Problem();
  }
  const sdk::Json order = co_await ReadOrderState(cx, shipment.external_order_id());
  if (!IsShipped(FindOurs(order, shipment))) {
    throw Refusal(response);
  }
  co_return true;
}

// Medusa would take a fulfilment of an order that is not paid: what is shipped here was paid, and
// only a cancelled one is refused by it. With the fulfilment it has lowered its stock, so from then
// on a failure leaves it open what it has.
sdk::Task<sdk::ItemResult> Tell(sdk::Context& cx,
                                const sdk::Shipment& shipment,
                                const std::string& location) {
  const sdk::Json order = co_await ReadOrderState(cx, shipment.external_order_id());
  sdk::Json ours = FindOurs(order, shipment);
  const bool was_there = !ours.IsNull();
  if (!was_there) {
    ours = co_await Create(cx, shipment, location);
  }
  const std::string id = ours.At("id").Id();
  if (IsShipped(ours)) {
    co_return sdk::WasThere(shipment.ref(), id);
  }
  bool is_shown = false;
  std::optional<sdk::Failure> problem;
  try {
    is_shown = co_await MarkShipped(cx, shipment, id);
  } catch (const sdk::Failure& failure) {
    problem = sdk::Failure(failure).Ambiguous();
  }
  if (problem) {
    throw sdk::Failure(*problem);
  }
  sdk::ItemResult result =
      is_shown ? sdk::Confirmed(shipment.ref(), id) : sdk::Accepted(shipment.ref(), id);
  result.mutable_accepted()->set_was_there(was_there);
  co_return result;
}

}  // namespace

sdk::Operation PushShipments(sdk::Context& cx) {
  const std::string location = co_await RequireLocation(cx);
  const auto tell = [&](const sdk::Shipment& shipment) { return Tell(cx, shipment, location); };
  co_await sdk::PushEach(cx, cx.ShipmentInput().shipments(), tell);
}

}  // namespace medusa
