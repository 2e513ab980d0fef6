#include <optional>
#include <string>
#include <vector>

#include "graphql.h"
#include "operations.h"

namespace vendure {
namespace {

constexpr std::size_t kCarriersMax = 200;
constexpr std::size_t kTrackingBytesMax = 255;

// Free text of a fulfilment that customers can see in the shop; the only place of a core Vendure
// for a marker of ours that is written in the same step.
std::string MethodOf(const sdk::Shipment& shipment) {
  const std::string carriers = sdk::CarriersOf(shipment, kCarriersMax);
  return (carriers.empty() ? std::string("Warehouse") : carriers) + " [" + shipment.ref() + "]";
}

std::string TrackingOf(const sdk::Shipment& shipment) {
  std::string codes;
  for (const sdk::Parcel& parcel : shipment.parcels()) {
    if (!parcel.tracking_code().empty()) {
      codes += (codes.empty() ? "" : ", ") + parcel.tracking_code();
    }
  }
  return sdk::HeadOf(codes, kTrackingBytesMax);
}

sdk::Task<sdk::Json> ReadState(sdk::Context& cx, const std::string& order_id) {
  sdk::JsonWriter variables;
  variables.Object().Field("id", order_id).End();
  const sdk::Json data = co_await Query(
      cx,
      "query($id: ID!) { order(id: $id) { id code state fulfillments { id state method } } }",
      variables,
      Repeat::kSafe);
  const sdk::Json order = data.At("order");
  if (order.IsNull()) {
    throw sdk::Failure(sdk::Code::kNotFound,
                       "Vendure has no order of id " + order_id + " any more");
  }
  co_return order;
}

std::optional<sdk::Json> FindOurs(const sdk::Json& order, const sdk::Shipment& shipment) {
  const std::string marker = "[" + shipment.ref() + "]";
  for (const sdk::Json& fulfillment : order.OptionalItems("fulfillments")) {
    const bool is_ours = fulfillment.OptionalText("method").find(marker) != std::string::npos;
    if (is_ours && fulfillment.OptionalText("state") != "Cancelled") {
      return fulfillment;
    }
  }
  return std::nullopt;
}

// Vendure would take a fulfilment of an unpaid order, or of one that is being modified: the state
// is ours to look at.
void RequireShippable(const sdk::Json& order) {
  const std::string state = order.At("state").Text();
  if (state == "Modifying" || state == "ArrangingAdditionalPayment") {
    throw sdk::Failure(sdk::Code::kTransient,
                       "order " + order.At("code").Text() +
                           " is being modified in Vendure; it is told when that is done");
  }
  if (state != "PaymentSettled" && state != "PartiallyShipped" && state != "PartiallyDelivered") {
    throw sdk::Failure(
        sdk::Code::kConflict,
        "order " + order.At("code").Text() + " is " + state + " in Vendure and takes no shipment");
  }
}

sdk::Failure Refusal(const sdk::Json& result) {
  std::string text = "Vendure refuses the shipment: " + result.OptionalText("message") + " (" +
                     result.OptionalText("errorCode") + ")";
  for (const char* more : {"transitionError", "fulfillmentHandlerError"}) {
    if (const std::string detail = result.OptionalText(more); !detail.empty()) {
      text += ": " + detail;
    }
  }
  return sdk::Failure(sdk::Code::kConflict, std::move(text));
}

sdk::Task<std::string> Create(sdk::Context& cx, const sdk::Shipment& shipment) {
  constexpr std::string_view kMutation =
      "mutation($i: FulfillOrderInput!) { addFulfillmentToOrder(input: $i) { __typename ... on "
      "Fulfillment { id state } "
      "... on ErrorResult { errorCode message } ... on CreateFulfillmentError { "
      "fulfillmentHandlerError } "
      "... on FulfillmentStateTransitionError { transitionError } } }";
  sdk::JsonWriter variables;
  variables.Object().Key("i").Object().Key("lines").Array();
  for (const sdk::ShipmentLine& line : shipment.lines()) {
    variables.Object()
        .Field("orderLineId", line.external_line_id())
        .Field("quantity", line.quantity())
        .End();
  }
  variables.End()
      .Key("handler")
      .Object()
      .Field("code", "manual-fulfillment")
      .Key("arguments")
      .Array();
  variables.Object().Field("name", "method").Field("value", MethodOf(shipment)).End();
  variables.Object().Field("name", "trackingCode").Field("value", TrackingOf(shipment)).End();
  variables.End().End().End().End();
  const sdk::Json data = co_await Query(cx, kMutation, variables, Repeat::kUnsafe, shipment.ref());
  const sdk::Json result = data.At("addFulfillmentToOrder");
  if (result.At("__typename").Text() != "Fulfillment") {
    throw Refusal(result);
  }
  co_return result.At("id").Id();
}

// Gives whether Vendure shows it as shipped afterwards.
sdk::Task<bool> MarkShipped(sdk::Context& cx,
                            const sdk::Shipment& shipment,
                            const std::string& fulfillment_id) {
  constexpr std::string_view kMutation =
      "mutation($id: ID!) { transitionFulfillmentToState(id: $id, state: \"Shipped\") { __typename "
      "... on Fulfillment { id state } "
      "... on FulfillmentStateTransitionError { errorCode message transitionError fromState } } }";
  sdk::JsonWriter variables;
  variables.Object().Field("id", fulfillment_id).End();
  const sdk::Json data =
      co_await Query(cx, kMutation, variables, Repeat::kIdempotent, shipment.ref());
  const sdk::Json result = data.At("transitionFulfillmentToState");
  const std::string from = result.OptionalText("fromState");
  if (from == "Shipped" || from == "Delivered") {
    co_return true;
  }
  if (result.At("__typename").Text() != "Fulfillment") {
    throw Refusal(result);
  }
  co_return result.OptionalText("state") == "Shipped";
}

sdk::Task<sdk::ItemResult> Tell(sdk::Context& cx, const sdk::Shipment& shipment) {
  const sdk::Json order = co_await ReadState(cx, shipment.external_order_id());
  const std::optional<sdk::Json> ours = FindOurs(order, shipment);
  std::string id;
  if (!ours) {
    RequireShippable(order);
    id = co_await Create(cx, shipment);
  } else {
    id = ours->At("id").Id();
    if (ours->At("state").Text() != "Pending") {
      co_return sdk::WasThere(shipment.ref(), id);
    }
  }
  const bool is_shown = co_await MarkShipped(cx, shipment, id);
  sdk::ItemResult result =
      is_shown ? sdk::Confirmed(shipment.ref(), id) : sdk::Accepted(shipment.ref(), id);
  result.mutable_accepted()->set_was_there(ours.has_value());
  co_return result;
}

}  // namespace

sdk::Operation PushShipments(sdk::Context& cx) {
  const auto tell = [&cx](const sdk::Shipment& shipment) { return Tell(cx, shipment); };
  co_await sdk::PushEach(cx, cx.ShipmentInput().shipments(), tell);
}

}  // namespace vendure
