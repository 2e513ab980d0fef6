#include "woo_model.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <set>
#include <utility>
#include <vector>

namespace storebridge::testing {
namespace {

using Row = std::pair<std::int64_t, WooModel::Order>;

std::set<std::string> SetOf(const std::string& list) {
  std::set<std::string> parts;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    parts.insert(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::int64_t NumberOr(const std::string& text, std::int64_t fallback) {
  return text.empty() ? fallback : std::strtoll(text.c_str(), nullptr, 10);
}

std::int64_t SecondOf(const std::string& text) {
  std::tm parts{};
  strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  return timegm(&parts);
}

bool IsMeant(const Row& row, const std::string& url) {
  const std::set<std::string> statuses = SetOf(QueryOf(url, "status"));
  const std::set<std::string> include = SetOf(QueryOf(url, "include"));
  const std::string after = QueryOf(url, "modified_after");
  const bool is_any = statuses.contains("any") && row.second.status != "trash";
  return (is_any || statuses.contains(row.second.status)) &&
         (include.empty() || include.contains(std::to_string(row.first))) &&
         (after.empty() || row.second.modified_s > SecondOf(after));
}

}  // namespace

std::string ShownOrder(std::int64_t id, const WooModel::Order& order) {
  std::string shown = OrderJson(id, order.status, order.modified_s);
  const std::string_view none = "[]}";
  return shown.replace(
      shown.size() - none.size(), none.size(), boost::json::serialize(order.meta_data) + "}");
}

connector::v1::Completion WooModel::Answer(const connector::v1::HttpRequest& request) {
  if (between) {
    between();
  }
  const std::string path = PathOf(request.url());
  const std::string base = "/wp-json/wc/v3/orders";
  if (path.starts_with(base + "/")) {
    const std::string rest = path.substr(base.size() + 1);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    return AnswerOrder(request, NumberOr(rest.substr(0, end), 0), rest.substr(end));
  }
  if (path != base) {
    return HttpAnswer(404, R"({"code":"rest_no_route","message":"No route"})");
  }
  return List(request.url());
}

connector::v1::Completion WooModel::List(const std::string& url) const {
  std::vector<Row> rows;
  for (const Row row : orders) {
    if (IsMeant(row, url)) {
      rows.push_back(row);
    }
  }
  if (QueryOf(url, "orderby") == "modified") {
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
      return a.second.modified_s < b.second.modified_s;
    });
  }
  const std::int64_t take = NumberOr(QueryOf(url, "per_page"), 10);
  if (take > 100) {
    return HttpAnswer(400, R"({"code":"rest_invalid_param","message":"per_page"})");
  }
  const std::int64_t page = NumberOr(QueryOf(url, "page"), 1);
  const std::int64_t skip = NumberOr(QueryOf(url, "offset"), (page - 1) * take);
  std::string body;
  for (std::int64_t i = skip; i < std::min<std::int64_t>(skip + take, std::ssize(rows)); ++i) {
    const Row& row = rows[static_cast<std::size_t>(i)];
    body += (body.empty() ? "" : ",") + ShownOrder(row.first, row.second);
  }
  return HttpAnswer(200, "[" + body + "]", now_s * 1000);
}

std::string WooTime(std::int64_t second) {
  const std::time_t time = second;
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return std::string(text.data(), size);
}

std::string OrderJson(std::int64_t id, const std::string& status, std::int64_t modified_s) {
  const std::string number = std::to_string(id);
  const bool is_paid = status == "processing" || status == "completed";
  return R"({"id":)" + number + R"(,"number":")" + number + R"(","status":")" + status +
         R"(","currency":"EUR","date_created_gmt":"2026-11-18T10:00:00","date_modified_gmt":")" +
         WooTime(modified_s) + R"(","date_paid_gmt":)" +
         (is_paid ? R"("2026-11-18T10:00:05")" : "null") +
         R"(,"discount_total":"0.00","discount_tax":"0.00","shipping_total":"4.76",)"
         R"("shipping_tax":"1.14","total":"36.90","total_tax":"7.14",)"
         R"("billing":{"first_name":"Åsa","last_name":"Mäkinen","company":"","address_1":"Hämeenkatu 1",)"
         R"("address_2":"","city":"Tampere","state":"","postcode":"33100","country":"FI",)"
         R"("email":"asa@example.com","phone":"+358401234567"},)"
         R"("shipping":{"first_name":"","last_name":"","company":"","address_1":"","address_2":"",)"
         R"("city":"","state":"","postcode":"","country":"","phone":""},)"
         R"("payment_method":"bacs","customer_note":"","line_items":[{"id":)" +
         std::to_string(id * 10) +
         R"(,"name":"Villasukat","product_id":71,"variation_id":0,"quantity":2,"subtotal":"25.00",)"
         R"("subtotal_tax":"6.00","total":"25.00","total_tax":"6.00","sku":"VS-1","meta_data":[]}],)"
         R"("shipping_lines":[{"id":1,"method_id":"flat_rate","method_title":"Posti"}],)"
         R"("fee_lines":[],"coupon_lines":[],"refunds":[],"meta_data":[]})";
}

}  // namespace storebridge::testing
