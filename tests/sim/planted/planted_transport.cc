#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "sim/planted/planted_refit.h"

// The planted bugs of the way out.
namespace storebridge::sim {
namespace {

bool IsStockWrite(const egress::WireRequest& request) {
  return request.method != "GET" && request.body != nullptr &&
         request.body->find("\"stock_quantity\"") != std::string::npos;
}

// The store's ids of products in a call that writes stock.
std::set<std::string> ProductsIn(const egress::WireRequest& request) {
  static constexpr std::string_view kId = "\"id\":";
  std::set<std::string> ids;
  if (!request.url.path.ends_with("/batch")) {
    ids.insert(request.url.path);
  }
  for (std::size_t at = request.body->find(kId); at != std::string::npos;
       at = request.body->find(kId, at + 1)) {
    const std::size_t from = at + kId.size();
    ids.insert(request.body->substr(from, request.body->find_first_of(",}", from) - from));
  }
  return ids;
}

bool IsOfTheSameProduct(const egress::WireRequest& a, const egress::WireRequest& b) {
  const std::set<std::string> ids = ProductsIn(a);
  const std::set<std::string> others = ProductsIn(b);
  return std::any_of(
      others.begin(), others.end(), [&](const std::string& id) { return ids.contains(id); });
}

// Leaves out `"stock_quantity":0`, with the comma behind it or that before the last member.
std::string WithoutZeros(std::string body) {
  static constexpr std::string_view kZero = "\"stock_quantity\":0";
  for (std::size_t at = body.find(kZero); at != std::string::npos; at = body.find(kZero, at)) {
    std::size_t end = at + kZero.size();
    if (end < body.size() && body[end] >= '0' && body[end] <= '9') {
      at = end;
      continue;
    }
    if (end < body.size() && body[end] == ',') {
      ++end;
    } else if (at > 0 && body[at - 1] == ',') {
      --at;
    }
    body.erase(at, end - at);
  }
  return body;
}

// The number of a parameter, and where its text stands, after the mark before it; 0 without one.
std::int64_t ParameterOf(const std::string& marked, const std::string& name, std::size_t& at) {
  at = marked.find("&" + name + "=");
  return at == std::string::npos ? 0
                                 : std::strtoll(marked.c_str() + at + name.size() + 2, nullptr, 10);
}

// Counts the position of a page from a list that has meanwhile moved by one.
std::string MovedByOne(std::string query) {
  const std::string marked = "&" + query;
  std::size_t at = 0;
  const std::int64_t per_page = ParameterOf(marked, "per_page", at);
  const std::int64_t page = ParameterOf(marked, "page", at);
  if (page < 2 || per_page < 1) {
    return query;
  }
  const std::string old = "page=" + std::to_string(page);
  const std::string moved = "offset=" + std::to_string((page - 1) * per_page + 1);
  return query.replace(at, old.size(), moved);
}

class PlantedTransport final : public egress::HttpTransport {
 public:
  PlantedTransport(std::unique_ptr<egress::HttpTransport> inner, PlantedBug bug)
      : inner_(std::move(inner)), bug_(bug) {}

  Id Start(egress::WireRequest request, Done done) override {
    if (bug_ == PlantedBug::kZeroNotSent && IsStockWrite(request)) {
      request.body = std::make_shared<const std::string>(WithoutZeros(*request.body));
    }
    if (bug_ == PlantedBug::kPageDrift && request.method == "GET") {
      request.url.query = MovedByOne(std::move(request.url.query));
    }
    if (bug_ == PlantedBug::kAsksTwice && request.method == "GET") {
      inner_->Start(request, [](const egress::WireOutcome& /*outcome*/) {});
    }
    if (bug_ == PlantedBug::kStaleStockOvertakes && IsStockWrite(request)) {
      return StartWithStale(std::move(request), std::move(done));
    }
    return inner_->Start(std::move(request), std::move(done));
  }
  void Cancel(Id id) override { inner_->Cancel(id); }

 private:
  Id StartWithStale(egress::WireRequest request, Done done) {
    const std::optional<egress::WireRequest> stale = stale_ && IsOfTheSameProduct(*stale_, request)
                                                         ? std::exchange(stale_, std::nullopt)
                                                         : std::nullopt;
    if (!stale_ && !stale) {
      stale_ = request;
    }
    const Id id = inner_->Start(std::move(request), std::move(done));
    if (stale) {
      inner_->Start(*stale, [](const egress::WireOutcome& /*outcome*/) {});
    }
    return id;
  }

  std::unique_ptr<egress::HttpTransport> inner_;
  PlantedBug bug_;
  // A stock value that was sent, and waits to be sent again.
  std::optional<egress::WireRequest> stale_;
};

}  // namespace

std::unique_ptr<egress::HttpTransport> PlantedRefit::WrapTransport(
    std::unique_ptr<egress::HttpTransport> inner) {
  return std::make_unique<PlantedTransport>(std::move(inner), bug_);
}

}  // namespace storebridge::sim
