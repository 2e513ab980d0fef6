#include <algorithm>
#include <cstdlib>
#include <utility>

#include "sim/planted/planted_refit.h"

// The planted bugs of the way out.
namespace storebridge::sim {
namespace {

bool IsStockWrite(const egress::WireRequest& request) {
  return request.method != "GET" && request.body != nullptr &&
         request.body->find("\"stock_quantity\"") != std::string::npos;
}

// Leaves out `"stock_quantity":0`.
std::string WithoutZeros(std::string body) {
  static constexpr std::string_view kZero = "\"stock_quantity\":0";
  for (std::size_t at = body.find(kZero); at != std::string::npos; at = body.find(kZero, at)) {
    const std::size_t end = at + kZero.size();
    if (end < body.size() && body[end] >= '0' && body[end] <= '9') {
      at = end;
      continue;
    }
    if (body[end] == ',') {
      body.erase(at, kZero.size() + 1);
    } else {
      body.erase(at > 0 && body[at - 1] == ',' ? at - 1 : at, kZero.size() + 1);
      body.insert(at > 0 ? at - 1 : at, "}");
    }
  }
  return body;
}

// The number of a parameter of a URL, and where its text stands; 0 without one.
std::int64_t ParameterOf(const std::string& url, const std::string& name, std::size_t& at) {
  at = std::min(url.find("?" + name + "="), url.find("&" + name + "="));
  return at == std::string::npos ? 0
                                 : std::strtoll(url.c_str() + at + name.size() + 2, nullptr, 10);
}

// Counts the position of a page from a list that has meanwhile moved by one.
std::string MovedByOne(std::string url) {
  std::size_t at = 0;
  const std::int64_t per_page = ParameterOf(url, "per_page", at);
  const std::int64_t page = ParameterOf(url, "page", at);
  if (page < 2 || per_page < 1) {
    return url;
  }
  const std::string old = "page=" + std::to_string(page);
  const std::string moved = "offset=" + std::to_string((page - 1) * per_page + 1);
  return url.replace(at + 1, old.size(), moved);
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
      request.url = MovedByOne(std::move(request.url));
    }
    if (bug_ == PlantedBug::kAsksTwice && request.method == "GET") {
      inner_->Start(request, [](const egress::WireOutcome& /*outcome*/) {});
    }
    return inner_->Start(std::move(request), std::move(done));
  }
  void Cancel(Id id) override { inner_->Cancel(id); }

 private:
  std::unique_ptr<egress::HttpTransport> inner_;
  PlantedBug bug_;
};

}  // namespace

std::unique_ptr<egress::HttpTransport> PlantedRefit::WrapTransport(
    std::unique_ptr<egress::HttpTransport> inner) {
  return std::make_unique<PlantedTransport>(std::move(inner), bug_);
}

}  // namespace storebridge::sim
