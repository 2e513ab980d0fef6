#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api.h"
#include "operations.h"

namespace woocommerce {
namespace {

// OAuth 1.0a is refused past 15 minutes; the watermark of orders wants less.
constexpr std::int64_t kSkewMaxMs = std::int64_t{5} * 60 * 1000;
constexpr std::string_view kRightsAction =
    "Make the key under WooCommerce > Settings > Advanced > REST API for a user who is a shop "
    "manager or administrator, with the permission Read/Write.";

// The value of a setting, as `GET /settings/GROUP/ID` gives it.
std::string SettingIn(const sdk::Response& response) {
  const std::optional<sdk::Json> body =
      response.ok() ? response.ErrorJson() : std::optional<sdk::Json>();
  const std::optional<sdk::Json> value =
      body && body->IsObject() ? body->Find("value") : std::optional<sdk::Json>();
  return value ? TextOf(*value) : std::string();
}

bool IsList(const sdk::Response& response) {
  const std::optional<sdk::Json> body =
      response.ok() ? response.ErrorJson() : std::optional<sdk::Json>();
  return body && body->IsArray();
}

bool IsAuthProblem(const sdk::Response& response) {
  return !response.ok() && ProblemOf(response).code() == sdk::Code::kAuth;
}

// What the first request says about address and credentials.
std::vector<sdk::Check> ReachChecks(const sdk::Response& products) {
  std::vector<sdk::Check> checks;
  const std::string code = ErrorCodeOf(products);
  if (IsAuthProblem(products)) {
    checks.push_back(sdk::CheckPassed("address", "a store answers at base_url"));
    const std::string text = ProblemOf(products).message();
    checks.push_back(sdk::CheckFailed(
        "credentials",
        text,
        code == "woocommerce_rest_cannot_view"
            ? "The key is not accepted: over plain http set auth to oauth1; over https see that "
              "the web server hands the Authorization header to PHP. " +
                  std::string(kRightsAction)
            : "Enter the consumer key and secret again, or make new ones. " +
                  std::string(kRightsAction)));
    return checks;
  }
  if (IsList(products)) {
    checks.push_back(sdk::CheckPassed("address", "a WooCommerce store answers at base_url"));
    checks.push_back(sdk::CheckPassed("credentials", "the store accepts the key"));
    return checks;
  }
  if (code == "rest_no_route") {
    checks.push_back(sdk::CheckFailed("address",
                                      "WordPress answers, but WooCommerce's API is not there",
                                      "Switch the plugin WooCommerce on, version 3.5 or later."));
  } else if (products.ok() || (products.has_answer() && products.status() == 404)) {
    checks.push_back(sdk::CheckFailed(
        "address",
        "the answer is a page, not WooCommerce's API",
        "Check base_url, set Settings > Permalinks in WordPress to anything but Plain, and see "
        "that no maintenance page or firewall is in front of /wp-json/."));
  } else {
    const sdk::Failure problem = ProblemOf(products);
    const bool may_pass = products.has_answer() || problem.code() == sdk::Code::kTransient;
    checks.push_back(sdk::CheckFailed(
        "address",
        problem.message(),
        may_pass ? "Check base_url and whether the store is up and can be reached from here."
                 : "Do what the message says, or correct base_url."));
  }
  return checks;
}

sdk::Check ClockCheck(const sdk::Response& response, std::int64_t now_ms) {
  const std::optional<std::int64_t> theirs = response.DateMs();
  if (!theirs) {
    return sdk::CheckPassed("clock", "the store does not say its time");
  }
  const std::int64_t skew_ms = *theirs - now_ms;
  if (skew_ms > kSkewMaxMs || skew_ms < -kSkewMaxMs) {
    return sdk::CheckFailed("clock",
                            "the store's clock differs by " + std::to_string(skew_ms / 1000) +
                                " seconds from the one here",
                            "Set both clocks by NTP: signatures and changed-since questions "
                            "depend on them.");
  }
  return sdk::CheckPassed("clock", "the store's clock is right");
}

sdk::Check RightsCheck(std::string_view name,
                       const sdk::Response& response,
                       std::string_view what) {
  if (response.ok() ||
      (!IsAuthProblem(response) && response.has_answer() && response.status() < 500)) {
    return sdk::CheckPassed(name, what);
  }
  return sdk::CheckFailed(name, ProblemOf(response).message(), kRightsAction);
}

sdk::Check CurrencyCheck(const sdk::Response& response) {
  if (const std::string currency = SettingIn(response); !currency.empty()) {
    return sdk::CheckPassed("currency", "prices are in " + currency);
  }
  return sdk::CheckFailed("currency",
                          "the key may not read the settings: currency and units are not known",
                          kRightsAction);
}

// Statuses of the shop that have no meaning here.
std::vector<std::string> UnlistedIn(const sdk::Response& totals, const OrderStatuses& statuses) {
  std::vector<std::string> unlisted;
  for (const sdk::Json& row : totals.Json().Items()) {
    const std::string status = TextIn(row, "slug");
    if (!status.empty() && statuses.KindOf(status) == StatusKind::kUnlisted) {
      unlisted.push_back(status);
    }
  }
  return unlisted;
}

// `orders` is the answer to a list of the statuses that are open here: WooCommerce refuses the
// whole list for one that it does not know.
sdk::Check StatusesCheck(const sdk::Response& orders,
                         const sdk::Response& totals,
                         const OrderStatuses& statuses) {
  constexpr std::string_view kName = "order_statuses";
  if (ErrorCodeOf(orders) == "rest_invalid_param") {
    return sdk::CheckFailed(kName,
                            ProblemOf(orders).message(),
                            "Correct paid_statuses and unpaid_statuses: they name a status that "
                            "the shop does not have.");
  }
  if (!IsList(totals)) {
    // Nothing else needs the right to read reports.
    return sdk::CheckPassed(kName, "the shop does not say which statuses it has");
  }
  const std::vector<std::string> unlisted = UnlistedIn(totals, statuses);
  if (unlisted.empty()) {
    return sdk::CheckPassed(kName, "each status of the shop has a meaning here");
  }
  return sdk::CheckFailed(
      kName,
      "statuses of plugins that no setting names: " + sdk::HeadOf(Joined(unlisted), 500) +
          "; an order in one of them is sent when it has a payment date, and waits otherwise",
      "Name each in paid_statuses (to be sent), unpaid_statuses (waits) or completed_statuses "
      "(the shop has sent it).");
}

// Capabilities by what the routes answer: versions 7.9 to 11 differ in these.
std::vector<sdk::Capability> CapabilitiesFrom(const sdk::Response& products,
                                              const sdk::Response& fulfillments,
                                              const sdk::Response& variations,
                                              const sdk::Response& mail) {
  std::vector<sdk::Capability> found;
  for (const sdk::Json& product : products.Json().Items()) {
    // Present and empty is enough; Find() would take null for absent.
    for (const auto& [name, value] : product.Members()) {
      if (name == "global_unique_id") {
        found.emplace_back(std::string(kEan));
      }
    }
  }
  const bool is_no_route = ErrorCodeOf(fulfillments) == "rest_no_route";
  const bool has_route =
      fulfillments.ok() || (fulfillments.has_answer() && !is_no_route &&
                            !ErrorCodeOf(fulfillments).empty() && fulfillments.status() < 500);
  if (has_route && !IsAuthProblem(fulfillments)) {
    found.emplace_back(std::string(kFulfillments));
  }
  if (IsList(variations)) {
    found.emplace_back(std::string(kVariationsEndpoint));
  }
  if (SettingIn(mail) == "no") {
    found.emplace_back(std::string(kCompletedMailOff));
  }
  return found;
}

// An order to ask about; 1 will do where there is none, because the route answers before the id is
// looked at.
std::string AnyOrderIn(const sdk::Response& orders) {
  const std::optional<sdk::Json> body =
      orders.ok() ? orders.ErrorJson() : std::optional<sdk::Json>();
  if (body && body->IsArray() && body->size() > 0) {
    if (std::string id = TextIn(body->At(std::size_t{0}), "id"); IdOf(id)) {
      return id;
    }
  }
  return "1";
}

}  // namespace

sdk::Operation CheckAuth(sdk::Context& cx) {
  const Store store(cx);
  store.statuses().RequireSense();
  const sdk::Response products = co_await store.Get("/products").Query("per_page", 1).Try();
  bool is_reachable = true;
  for (sdk::Check& check : ReachChecks(products)) {
    is_reachable = is_reachable && check.ok();
    co_yield std::move(check);
  }
  if (!is_reachable) {
    co_return;
  }
  co_yield ClockCheck(products, cx.NowMs());
  sdk::JsonWriter nothing;
  nothing.Object().Key("update").Array().End().End();
  std::vector<sdk::Request> requests;
  requests.push_back(store.Get("/orders")
                         .Query("status", Joined(store.statuses().Open()))
                         .Query("per_page", 1)
                         .Query("_fields", "id"));
  requests.push_back(store.Get("/variations").Query("per_page", 1).Query("_fields", "id"));
  requests.push_back(store.Get("/settings/general/woocommerce_currency"));
  requests.push_back(store.Get("/settings/email_customer_completed_order/enabled"));
  // Writes nothing, but needs the right to write.
  requests.push_back(store.Post("/products/batch").JsonBody(nothing).Safe());
  requests.push_back(store.Get("/reports/orders/totals"));
  const std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
  const sdk::Response& orders = answers.at(0);
  co_yield RightsCheck("orders", orders, "orders can be read");
  co_yield StatusesCheck(orders, answers.at(5), store.statuses());
  co_yield RightsCheck("write", answers.at(4), "the key may write");
  co_yield CurrencyCheck(answers.at(2));
  const std::string path = "/orders/" + AnyOrderIn(orders) + "/fulfillments";
  const sdk::Response fulfillments = co_await store.Get(path).Try();
  for (sdk::Capability& capability :
       CapabilitiesFrom(products, fulfillments, answers.at(1), answers.at(3))) {
    co_yield std::move(capability);
  }
}

}  // namespace woocommerce
