#include "woo_api.h"

#include <algorithm>
#include <array>

#include <boost/json/parse.hpp>

#include "php_json.h"
#include "woo_call.h"

namespace storebridge::demo_store {
namespace {

/// Which shops have a route.
enum class Since { kAlways, kNewOnly, kFulfillments };
/// The platform takes POST, PUT and PATCH alike where something is edited.
enum class Verb { kGet, kPost, kEdit, kDelete };

struct Route {
  Verb verb;
  std::string_view pattern;
  CallHandler handler;
  Since since = Since::kAlways;
};

constexpr std::array kRoutes{
    Route{Verb::kGet, "/products", ListProducts},
    Route{Verb::kPost, "/products", CreateProduct},
    Route{Verb::kEdit, "/products/batch", BatchProducts},
    Route{Verb::kGet, "/products/{id}", GetProduct},
    Route{Verb::kEdit, "/products/{id}", UpdateProduct},
    Route{Verb::kDelete, "/products/{id}", DeleteProduct},
    Route{Verb::kGet, "/products/{id}/variations", ListVariations},
    Route{Verb::kEdit, "/products/{id}/variations/batch", BatchVariations},
    Route{Verb::kGet, "/products/{id}/variations/{id}", GetVariation},
    Route{Verb::kEdit, "/products/{id}/variations/{id}", UpdateVariation},
    Route{Verb::kGet, "/variations", ListAllVariations, Since::kNewOnly},
    Route{Verb::kGet, "/orders", ListOrders},
    Route{Verb::kPost, "/orders", CreateOrder},
    Route{Verb::kEdit, "/orders/batch", BatchOrders},
    Route{Verb::kGet, "/orders/{id}", GetOrder},
    Route{Verb::kEdit, "/orders/{id}", UpdateOrder},
    Route{Verb::kGet, "/orders/{id}/notes", ListNotes},
    Route{Verb::kPost, "/orders/{id}/notes", CreateNote},
    Route{Verb::kGet, "/orders/{id}/refunds", ListRefunds},
    Route{Verb::kGet, "/orders/{id}/fulfillments", ListFulfillments, Since::kFulfillments},
    Route{Verb::kPost, "/orders/{id}/fulfillments", CreateFulfillment, Since::kFulfillments},
    Route{Verb::kGet, "/orders/{id}/fulfillments/{id}", GetFulfillment, Since::kFulfillments},
    Route{Verb::kEdit, "/orders/{id}/fulfillments/{id}", UpdateFulfillment, Since::kFulfillments},
    Route{Verb::kDelete, "/orders/{id}/fulfillments/{id}", DeleteFulfillment, Since::kFulfillments},
    Route{Verb::kGet, "/webhooks", ListWebhooks},
    Route{Verb::kPost, "/webhooks", CreateWebhook},
    Route{Verb::kGet, "/webhooks/{id}", GetWebhook},
    Route{Verb::kEdit, "/webhooks/{id}", UpdateWebhook},
    Route{Verb::kDelete, "/webhooks/{id}", DeleteWebhook},
    Route{Verb::kGet, "/reports/orders/totals", ReportOrderTotals},
    Route{Verb::kGet, "/system_status", ShowSystemStatus},
    Route{Verb::kGet, "/data/currencies/current", ShowCurrency},
    Route{Verb::kGet, "/settings/general", ListGeneralSettings},
    Route{Verb::kGet, "/settings/general/{name}", ListGeneralSettings},
    Route{Verb::kGet, "/settings/email_customer_completed_order/enabled", ShowCompletedMail},
};

bool Takes(Verb verb, std::string_view method) {
  switch (verb) {
    case Verb::kGet:
      return method == "GET" || method == "HEAD";
    case Verb::kPost:
      return method == "POST";
    case Verb::kEdit:
      return method == "POST" || method == "PUT" || method == "PATCH";
    case Verb::kDelete:
      return method == "DELETE";
  }
  return false;
}

bool Has(const StoreState& state, Since since) {
  switch (since) {
    case Since::kAlways:
      return true;
    case Since::kNewOnly:
      return state.IsNew();
    case Since::kFulfillments:
      return state.HasFulfillments();
  }
  return false;
}

std::string_view TakeSegment(std::string_view& path) {
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

/// Matches segment by segment; `{id}` takes a number and `{name}` anything.
bool Matches(std::string_view pattern, std::string_view path, std::vector<Id>& ids) {
  ids.clear();
  while (!pattern.empty() && !path.empty()) {
    const std::string_view want = TakeSegment(pattern);
    const std::string_view have = TakeSegment(path);
    if (want == "{id}") {
      const auto id = ParseInt(have);
      if (!id || *id < 0) {
        return false;
      }
      ids.push_back(*id);
    } else if (want != have && want != "{name}") {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

Answer Refusal(const std::string& code, const std::string& message) {
  return ErrorAnswer({401, code, message, {}});
}

Answer NoRoute() {
  return ErrorAnswer(
      {404, "rest_no_route", "No route was found matching the URL and request method.", {}});
}

/// What the platform says when no key came along.
Answer NotAllowed(const Route& route) {
  const bool one = route.pattern.ends_with("}");
  const std::string prefix = "woocommerce_rest_cannot_";
  switch (route.verb) {
    case Verb::kGet:
      return Refusal(
          prefix + "view",
          one ? "Sorry, you cannot view this resource." : "Sorry, you cannot list resources.");
    case Verb::kPost:
      return Refusal(prefix + "create", "Sorry, you are not allowed to create resources.");
    case Verb::kEdit:
      return one ? Refusal(prefix + "edit", "Sorry, you are not allowed to edit this resource.")
                 : Refusal(prefix + "batch",
                           "Sorry, you are not allowed to batch manipulate this resource.");
    case Verb::kDelete:
      return Refusal(prefix + "delete", "Sorry, you are not allowed to delete this resource.");
  }
  return NoRoute();
}

Answer WrongPermissions(const char* kind) {
  return Refusal("woocommerce_rest_authentication_error",
                 std::string("The API key provided does not have ") + kind + " permissions.");
}

/// The route as the index shows it, with the platform's placeholders.
std::string IndexName(std::string_view pattern) {
  std::string out = "/wc/v3";
  while (!pattern.empty()) {
    const std::string_view segment = TakeSegment(pattern);
    out += segment == "{id}"
               ? "/(?P<id>[\\d]+)"
               : (segment == "{name}" ? "/(?P<id>[\\w-]+)" : "/" + std::string(segment));
  }
  return out;
}

json::array MethodsOf(Verb verb) {
  switch (verb) {
    case Verb::kGet:
      return {"GET"};
    case Verb::kPost:
      return {"POST"};
    case Verb::kEdit:
      return {"POST", "PUT", "PATCH"};
    case Verb::kDelete:
      return {"DELETE"};
  }
  return {};
}

}  // namespace

WooApi::Outcome WooApi::Handle(const Request& request) {
  constexpr std::string_view kRoot = "/wp-json";
  constexpr std::string_view kWoo = "/wc/v3";
  std::string path = request.path;
  if (const std::string* plain = request.query.Find("rest_route")) {
    path = std::string(kRoot) + *plain;
  }
  const std::string_view rest = std::string_view(path).substr(std::min(kRoot.size(), path.size()));
  if (rest.empty() || rest == "/") {
    return {ShowIndex(false), "/wp-json"};
  }
  if (rest == kWoo) {
    return {ShowIndex(true), "/wp-json/wc/v3"};
  }
  if (!rest.starts_with(kWoo) || rest[kWoo.size()] != '/') {
    return {NoRoute(), ""};
  }
  return HandleWoo(request, rest.substr(kWoo.size()));
}

WooApi::Outcome WooApi::HandleWoo(const Request& request, std::string_view path) {
  const WooAuth::Verdict verdict = auth_.Check(request, state_.Now());
  std::vector<Id> ids;
  const Route* found = nullptr;
  for (const Route& route : kRoutes) {
    if (Takes(route.verb, request.method) && Has(state_, route.since) &&
        Matches(route.pattern, path, ids)) {
      found = &route;
      break;
    }
  }
  const std::string name = found == nullptr ? "" : std::string(found->pattern);
  if (!verdict.error.empty()) {
    return {Refusal("woocommerce_rest_authentication_error", verdict.error), name};
  }
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (reads && verdict.permissions == KeyPermissions::kWrite) {
    return {WrongPermissions("read"), name};
  }
  if (!reads && verdict.permissions == KeyPermissions::kRead) {
    return {WrongPermissions("write"), name};
  }
  if (found == nullptr) {
    return {NoRoute(), ""};
  }
  if (verdict.permissions == KeyPermissions::kNone) {
    return {NotAllowed(*found), name};
  }
  Call call{state_, counters_, request, std::move(ids), nullptr};
  if (!request.body.empty()) {
    boost::system::error_code error;
    call.body = json::parse(request.body, error);
    if (error) {
      return {ErrorAnswer({400, "rest_invalid_json", "Invalid JSON body passed.", {}}), name};
    }
  }
  return {found->handler(call), name};
}

Answer WooApi::ShowIndex(bool only_woo) const {
  json::object routes;
  for (const Route& route : kRoutes) {
    if (!Has(state_, route.since)) {
      continue;
    }
    json::value& entry = routes[IndexName(route.pattern)];
    if (entry.is_null()) {
      entry = {{"namespace", "wc/v3"}, {"methods", json::array()}, {"endpoints", json::array()}};
    }
    for (const json::value& method : MethodsOf(route.verb)) {
      entry.at("methods").as_array().push_back(method);
    }
  }
  if (only_woo) {
    return JsonAnswer(200, json::object({{"namespace", "wc/v3"}, {"routes", routes}}));
  }
  return JsonAnswer(
      200,
      json::object(
          {{"name", "Saaristo & Fjäll"},
           {"description", "Demo store"},
           {"url", state_.base_url},
           {"home", state_.base_url},
           {"gmt_offset", std::to_string(state_.options().utc_offset_hours)},
           {"timezone_string", ""},
           {"namespaces",
            json::array({"oembed/1.0", "wc/v1", "wc/v2", "wc/v3", "wc/store/v1", "wp/v2"})},
           {"authentication", json::array()},
           {"routes", routes}}));
}

}  // namespace storebridge::demo_store
