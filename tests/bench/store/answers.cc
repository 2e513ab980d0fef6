#include "bench/store/answers.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <utility>

#include <fmt/format.h>

namespace storebridge::bench {
namespace {

constexpr std::size_t kPageDefault = 10;
// Connectors and peers ask for pages of this size; the number of pages is said in them.
constexpr std::size_t kPageMax = 100;

std::int64_t NumberIn(std::string_view text, std::int64_t otherwise) {
  std::int64_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::int64_t QueryNumber(std::string_view query, std::string_view name, std::int64_t otherwise) {
  return NumberIn(QueryValue(query, name), otherwise);
}

// Seconds of `2026-01-31T12:00:00`; -1 for anything else.
std::int64_t SecondsOf(const std::string& text) {
  std::tm parts{};
  if (std::sscanf(text.c_str(),
                  "%d-%d-%dT%d:%d:%d",
                  &parts.tm_year,
                  &parts.tm_mon,
                  &parts.tm_mday,
                  &parts.tm_hour,
                  &parts.tm_min,
                  &parts.tm_sec) != 6) {
    return -1;
  }
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return timegm(&parts);
}

// Stores say their time in each answer, and connectors go by it.
std::string DateNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[64];
  const std::size_t length = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return std::string(text, length);
}

void Reply(std::string_view status,
           std::string_view before,
           std::string_view body,
           std::string_view after,
           std::string& out,
           std::size_t total = 0) {
  fmt::format_to(std::back_inserter(out),
                 "HTTP/1.1 {}\r\nDate: {}\r\nContent-Type: application/json; charset=UTF-8\r\n"
                 "X-WP-Total: {}\r\nX-WP-TotalPages: {}\r\nContent-Length: {}\r\n\r\n",
                 status,
                 DateNow(),
                 total,
                 (total + kPageMax - 1) / kPageMax,
                 before.size() + body.size() + after.size());
  out += before;
  out += body;
  out += after;
}

void ReplyText(std::string_view body, std::string& out) {
  Reply("200 OK", "", body, "", out);
}

// `total`: how many records the list has on all its pages.
void ReplyList(std::string_view rows, std::string& out, std::size_t total = 0) {
  Reply("200 OK", "[", rows, "]", out, total);
}

int HexOf(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The member with a number in an object of a batch, from `at` on.
std::int64_t Member(std::string_view text, std::string_view name, std::size_t at) {
  const std::size_t found = text.find(name, at);
  return found == std::string_view::npos ? -1 : NumberIn(text.substr(found + name.size()), -1);
}

}  // namespace

std::string QueryValue(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) != name) {
      continue;
    }
    std::string value;
    const std::string_view raw = pair.substr(std::min(equals + 1, pair.size()));
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] == '%' && i + 2 < raw.size() && HexOf(raw[i + 1]) >= 0 && HexOf(raw[i + 2]) >= 0) {
        value += static_cast<char>(HexOf(raw[i + 1]) * 16 + HexOf(raw[i + 2]));
        i += 2;
      } else {
        value += raw[i];
      }
    }
    return value;
  }
  return {};
}

Answers::Answers(Goods goods, std::int64_t first_order_s)
    : goods_(std::move(goods)), first_order_s_(first_order_s) {}

// The orders of a list of ids, in its order.
std::string Answers::Included(const Rows& rows, std::string_view ids) const {
  std::string found;
  while (!ids.empty()) {
    const std::size_t end = std::min(ids.find(','), ids.size());
    const std::int64_t index = NumberIn(ids.substr(0, end), 0) - kFirstOrderId;
    ids.remove_prefix(std::min(end + 1, ids.size()));
    if (index >= 0 && static_cast<std::size_t>(index) < visible_orders_) {
      found += found.empty() ? "" : ",";
      found += rows.Slice(static_cast<std::size_t>(index), static_cast<std::size_t>(index) + 1);
    }
  }
  return found;
}

void Answers::List(const Rows& rows,
                   std::size_t visible,
                   std::string_view query,
                   std::string& out) {
  const auto size = static_cast<std::size_t>(
      std::max<std::int64_t>(QueryNumber(query, "per_page", kPageDefault), 1));
  const auto page =
      static_cast<std::size_t>(std::max<std::int64_t>(QueryNumber(query, "page", 1), 1));
  const auto offset =
      static_cast<std::size_t>(std::max<std::int64_t>(QueryNumber(query, "offset", 0), 0));
  std::size_t unchanged = 0;
  if (const std::int64_t after_s = SecondsOf(QueryValue(query, "modified_after")); after_s >= 0) {
    unchanged = static_cast<std::size_t>(std::max<std::int64_t>(after_s + 1 - first_order_s_, 0));
  }
  const std::size_t first = unchanged + (page - 1) * size + offset;
  ReplyList(rows.Slice(first, std::min(first + size, visible)),
            out,
            visible - std::min(unchanged, visible));
}

void Answers::Orders(std::string_view query, std::string& out) {
  ++counts_.order_requests;
  const std::string fields = QueryValue(query, "_fields");
  const bool wants_all = fields.empty() || fields.find("line_items") != std::string::npos;
  const Rows& rows = wants_all ? goods_.orders : goods_.marks;
  if (const std::string ids = QueryValue(query, "include"); !ids.empty()) {
    return ReplyList(Included(rows, ids), out);
  }
  List(rows, visible_orders_, query, out);
}

// `{"update":[{"id":1,"manage_stock":true,"stock_quantity":5},...]}`
void Answers::Batch(std::string_view body, std::string& out) {
  std::string items;
  for (std::size_t at = body.find("\"id\":"); at != std::string_view::npos;
       at = body.find("\"id\":", at + 1)) {
    fmt::format_to(std::back_inserter(items),
                   R"({}{{"id":{},"manage_stock":true,"stock_quantity":{}}})",
                   items.empty() ? "" : ",",
                   Member(body, "\"id\":", at),
                   Member(body, "\"stock_quantity\":", at));
    ++counts_.stock_levels;
  }
  if (!items.empty()) {
    ++counts_.stock_requests;
    counts_.last_stock_ns = std::chrono::steady_clock::now().time_since_epoch().count();
  }
  Reply("200 OK", R"({"update":[)", items, "]}", out);
}

void Answers::Counts(std::string& out) {
  const StoreCounts seen = std::exchange(counts_, {});
  ReplyText(fmt::format(R"({{"requests":{},"order_requests":{},"product_requests":{},)"
                        R"("stock_requests":{},"stock_levels":{},"last_stock_ns":{}}})",
                        seen.requests,
                        seen.order_requests,
                        seen.product_requests,
                        seen.stock_requests,
                        seen.stock_levels,
                        seen.last_stock_ns),
            out);
}

void Answers::Answer(const HttpRequest& request, std::string& out) {
  const std::string_view path = request.path;
  if (path == "/bench/counts") {
    return Counts(out);
  }
  if (path == "/bench/show") {
    visible_orders_ = static_cast<std::size_t>(QueryNumber(request.query, "orders", 0));
    return ReplyText("{}", out);
  }
  ++counts_.requests;
  if (path.ends_with("/batch")) {
    return Batch(request.body, out);
  }
  if (path.ends_with("/orders")) {
    return Orders(request.query, out);
  }
  if (path.ends_with("/products")) {
    ++counts_.product_requests;
    const bool is_delta = !QueryValue(request.query, "modified_after").empty();
    return List(goods_.products, is_delta ? 0 : goods_.products.size(), request.query, out);
  }
  if (path.ends_with("/variations")) {
    ++counts_.product_requests;
    return List(goods_.variations, goods_.variations.size(), request.query, out);
  }
  if (path.ends_with("/woocommerce_currency")) {
    return ReplyText(R"({"id":"woocommerce_currency","value":"EUR"})", out);
  }
  if (path.ends_with("/settings/general")) {
    return ReplyText(R"([{"id":"woocommerce_currency","value":"EUR"},)"
                     R"({"id":"woocommerce_calc_taxes","value":"no"}])",
                     out);
  }
  if (path.find("/settings/") != std::string_view::npos) {
    return ReplyText("[]", out);
  }
  Reply("404 Not Found",
        R"({"code":"rest_no_route","message":"No route was found matching the URL and request )",
        R"(method.","data":{"status":404}})",
        "",
        out);
}

}  // namespace storebridge::bench
