#include "counters.h"

#include <algorithm>
#include <utility>

namespace storebridge::demo_store {
namespace {

namespace json = boost::json;

/// Hides the value of `name` in a request target.
std::string Redact(std::string target, std::string_view name) {
  const std::size_t start = target.find(std::string(name) + "=");
  if (start == std::string::npos) {
    return target;
  }
  const std::size_t value = start + name.size() + 1;
  const std::size_t end = std::min(target.find('&', value), target.size());
  return target.replace(value, end - value, "...");
}

template <class Map>
json::object ToJson(const Map& counts) {
  json::object out;
  for (const auto& [name, count] : counts) {
    out[name] = count;
  }
  return out;
}

}  // namespace

void Counters::Record(const Request& request,
                      const std::string& route,
                      const Answer& answer,
                      Seconds now,
                      const std::string& misbehaviour) {
  ++requests_;
  ++by_route_[request.method + " " + route];
  ++by_status_[answer.delivery == Delivery::kLost ? "none" : std::to_string(answer.status)];
  last_.push_back({now,
                   request.method,
                   Redact(request.target, "consumer_secret"),
                   route,
                   request.body.substr(0, kKeptBody),
                   misbehaviour,
                   answer.status});
  if (last_.size() > kKeptRequests) {
    last_.pop_front();
  }
}

void Counters::CountStockVersion(Id product, std::int64_t quantity) {
  StockVersions& stock = stock_[product];
  ++stock.count;
  stock.last = quantity;
}

StockVersions Counters::StockOf(Id product) const {
  const auto found = stock_.find(product);
  return found == stock_.end() ? StockVersions{} : found->second;
}

json::object Counters::Summary() const {
  json::object largest;
  for (const std::int64_t length_ms : RequestWindows::kLengthsMs) {
    largest[std::to_string(length_ms)] = windows_.Largest(length_ms);
  }
  return {{"requests", requests_},
          {"by_route", ToJson(by_route_)},
          {"by_status", ToJson(by_status_)},
          {"writes", writes_},
          {"stock_writes", stock_writes_},
          {"largest_windows", std::move(largest)}};
}

json::array Counters::LastRequests(std::size_t most) const {
  json::array out;
  const std::size_t skip = last_.size() > most ? last_.size() - most : 0;
  for (std::size_t i = skip; i < last_.size(); ++i) {
    const Entry& entry = last_[i];
    out.push_back({{"at_gmt", FormatDate(entry.at)},
                   {"method", entry.method},
                   {"target", entry.target},
                   {"route", entry.route},
                   {"status", entry.status},
                   {"body", entry.body},
                   {"misbehaviour", entry.misbehaviour}});
  }
  return out;
}

}  // namespace storebridge::demo_store
