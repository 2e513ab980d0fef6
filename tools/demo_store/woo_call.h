#pragma once

#include <vector>

#include <boost/json/value.hpp>

#include "api_error.h"
#include "counters.h"
#include "http_types.h"
#include "store_state.h"

namespace storebridge::demo_store {

/// One authorised API call on its way to a handler.
struct Call {
  StoreState& state;
  Counters& counters;
  const Request& request;
  std::vector<Id> ids;  ///< The numbers in the path, in order.
  json::value body;     ///< The parsed JSON body, null without one.

  /// The body as an object; an empty one when it is anything else.
  const json::object& fields() const {
    static const json::object kEmpty;
    return body.is_object() ? body.get_object() : kEmpty;
  }
};

using CallHandler = Answer (*)(Call&);

// Products and variations.
Answer ListProducts(Call& call);
Answer GetProduct(Call& call);
Answer CreateProduct(Call& call);
Answer UpdateProduct(Call& call);
Answer DeleteProduct(Call& call);
Answer BatchProducts(Call& call);
Answer ListVariations(Call& call);
Answer ListAllVariations(Call& call);
Answer GetVariation(Call& call);
Answer UpdateVariation(Call& call);
Answer BatchVariations(Call& call);

// Orders, their notes and refunds.
Answer ListOrders(Call& call);
Answer GetOrder(Call& call);
Answer CreateOrder(Call& call);
Answer UpdateOrder(Call& call);
Answer BatchOrders(Call& call);
Answer ListNotes(Call& call);
Answer CreateNote(Call& call);
Answer ListRefunds(Call& call);
Answer ReportOrderTotals(Call& call);

// Order fulfilments, present only when the feature is on.
Answer ListFulfillments(Call& call);
Answer CreateFulfillment(Call& call);
Answer GetFulfillment(Call& call);
Answer UpdateFulfillment(Call& call);
Answer DeleteFulfillment(Call& call);

// Webhooks.
Answer ListWebhooks(Call& call);
Answer GetWebhook(Call& call);
Answer CreateWebhook(Call& call);
Answer UpdateWebhook(Call& call);
Answer DeleteWebhook(Call& call);

// The site itself.
Answer ShowSystemStatus(Call& call);
Answer ShowCurrency(Call& call);
Answer ListGeneralSettings(Call& call);
Answer ShowCompletedMail(Call& call);

}  // namespace storebridge::demo_store
