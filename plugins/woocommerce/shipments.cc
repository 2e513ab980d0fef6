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

// A shipment, its order as the store shows it now, and what follows from both.
struct Job {
  const sdk::Shipment* shipment = nullptr;
  std::string path;
  sdk::Json order;
  // The order has to be set to completed by us.
  bool completes = false;
  // The customer has to be told by the fulfillment or note: nothing else will.
  bool notifies = false;
};

bool IsCompleted(const Store& store, const std::string& status) {
  return store.statuses().KindOf(status) == StatusKind::kCompleted;
}

Job MakeJob(sdk::Context& cx,
            const Store& store,
            const sdk::Shipment& shipment,
            std::string path,
            sdk::Json order) {
  Job job;
  job.shipment = &shipment;
  job.path = std::move(path);
  job.order = std::move(order);
  const std::string status = job.order.At("status").Text();
  job.completes = shipment.completes_order() && !IsCompleted(store, status);
  // Setting an order to completed sends WooCommerce's own mail, unless the merchant has switched it
  // off. One mail is enough.
  const bool is_mailed_anyway = job.completes && !cx.HasCapability(kCompletedMailOff);
  job.notifies = shipment.notify_customer() && !is_mailed_anyway;
  return job;
}

// A write would revive an order that is over.
void RequireShippable(const Store& store, const Job& job) {
  const std::string status = job.order.At("status").Text();
  if (store.statuses().KindOf(status) == StatusKind::kOver) {
    throw sdk::Failure(sdk::Code::kConflict,
                       "order " + job.shipment->external_order_id() + " is " + status +
                           " in WooCommerce and takes no shipment; if the goods did leave, set "
                           "its status in WooCommerce by hand");
  }
}

// Writes to the order itself; true when the answer shows what was asked for.
sdk::Task<bool> WriteOrder(const Store& store, const Job& job, std::string body) {
  const sdk::Response response = co_await store.Put(job.path)
                                     .JsonBody(std::string_view(body))
                                     .Idempotent()
                                     .About(job.shipment->ref());
  const sdk::Json order = ReadAnswer(response);
  const std::string status = order.OptionalText("status");
  if (job.completes && !status.empty() && !IsCompleted(store, status)) {
    throw sdk::Failure(sdk::Code::kConflict,
                       "order " + job.shipment->external_order_id() +
                           " was to be completed, but WooCommerce keeps it '" + status +
                           "'; a plugin may forbid it");
  }
  co_return !job.completes || IsCompleted(store, status);
}

// The outcome of a shipment, a part of which may have been there before: with its parcels of then.
sdk::ItemResult Told(const std::string& ref,
                     const std::string& id,
                     bool is_confirmed,
                     bool was_there) {
  sdk::ItemResult result = is_confirmed ? sdk::Confirmed(ref, id) : sdk::Accepted(ref, id);
  result.mutable_accepted()->set_was_there(was_there);
  return result;
}

std::optional<std::string> FindFulfillment(const sdk::Json& answer, const std::string& ref) {
  for (const sdk::Json& fulfillment : FulfillmentsIn(answer)) {
    if (MetaText(fulfillment, kMarkerKey) == ref) {
      return fulfillment.At("id").Id();
    }
  }
  return std::nullopt;
}

sdk::Task<sdk::ItemResult> TellByFulfillment(const Store& store,
                                             const Job& job,
                                             const sdk::Json& existing) {
  const std::string& ref = job.shipment->ref();
  std::optional<std::string> id = FindFulfillment(existing, ref);
  if (id && !job.completes) {
    co_return sdk::WasThere(ref, *id);
  }
  RequireShippable(store, job);
  bool is_confirmed = true;
  const bool was_there = id.has_value();
  if (!was_there) {
    const std::string body = FulfillmentBody(*job.shipment, job.notifies);
    const sdk::Response response = co_await store.Post(job.path + "/fulfillments")
                                       .JsonBody(std::string_view(body))
                                       .Unsafe()
                                       .About(ref);
    const sdk::Json answer = ReadAnswer(response);
    const sdk::Json made = FulfillmentIn(answer);
    id = made.At("id").Id();
    is_confirmed = IsFulfilled(made);
  }
  if (job.completes) {
    const bool is_shown = co_await WriteOrder(store, job, R"({"status":"completed"})");
    is_confirmed = is_confirmed && is_shown;
  }
  co_return Told(ref, *id, is_confirmed, was_there);
}

sdk::Task<std::string> AddNote(const Store& store, const Job& job) {
  sdk::JsonWriter body;
  body.Object().Field("note", NoteText(*job.shipment));
  body.Field("customer_note", job.notifies).End();
  const sdk::Response response =
      co_await store.Post(job.path + "/notes").JsonBody(body).Unsafe().About(job.shipment->ref());
  const sdk::Json note = ReadAnswer(response);
  co_return note.At("id").Id();
}

sdk::Task<sdk::ItemResult> TellByNote(const Store& store, const Job& job, const sdk::Json& notes) {
  const std::string& ref = job.shipment->ref();
  std::optional<std::string> id = FindNote(notes, *job.shipment);
  const bool has_marker = HasMarker(job.order, *job.shipment);
  if (has_marker && !job.completes) {
    co_return sdk::WasThere(ref, id.value_or(""));
  }
  RequireShippable(store, job);
  const bool was_there = id || has_marker;
  if (!was_there) {
    id = co_await AddNote(store, job);
  }
  // Also where somebody else has completed the order: its tracking code belongs to it.
  const std::string body = OrderMetaBody(job.order, *job.shipment, job.completes);
  const bool is_shown = co_await WriteOrder(store, job, body);
  co_return Told(ref, id.value_or(""), is_shown, was_there);
}

sdk::Task<sdk::ItemResult> Tell(sdk::Context& cx,
                                const Store& store,
                                const sdk::Shipment& shipment) {
  const std::string path = OrderPath(shipment);
  bool by_fulfillment = cx.HasCapability(kFulfillments) && shipment.lines_size() > 0;
  std::vector<sdk::Request> requests;
  requests.push_back(store.Get(path).Query("_fields", "id,number,status,meta_data"));
  requests.push_back(store.Get(path + (by_fulfillment ? "/fulfillments" : "/notes")));
  std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
  const sdk::Json order = ReadAnswer(answers.at(0));
  const Job job = MakeJob(cx, store, shipment, path, order);
  if (by_fulfillment && ErrorCodeOf(answers.at(1)) == "rest_no_route") {
    // Switched off since the check.
    by_fulfillment = false;
    answers.at(1) = co_await store.Get(path + "/notes");
  }
  const sdk::Json existing = ReadAnswer(answers.at(1));
  if (by_fulfillment) {
    co_return co_await TellByFulfillment(store, job, existing);
  }
  co_return co_await TellByNote(store, job, existing);
}

}  // namespace

sdk::Operation PushShipments(sdk::Context& cx) {
  const Store store(cx);
  const auto tell = [&](const sdk::Shipment& shipment) { return Tell(cx, store, shipment); };
  co_await sdk::PushEach(cx, cx.ShipmentInput().shipments(), tell);
}

}  // namespace woocommerce
