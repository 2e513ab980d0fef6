#include "engine/read_only_egress.h"

#include <chrono>
#include <utility>

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

// Refused requests have ids that no other has.
constexpr ports::Egress::RequestId kRefusedBit = ports::Egress::RequestId{1} << 63;

// Whether it changes nothing, by its connector's word; by POST a GraphQL query is sent.
bool IsReading(const cv1::HttpRequest& request) {
  return request.safety() == cv1::HttpRequest::SAFETY_SAFE &&
         (request.method() == "GET" || request.method() == "HEAD" || request.method() == "POST");
}

ports::EgressAnswer Refusal(const cv1::HttpRequest& request) {
  ports::EgressAnswer answer;
  cv1::Failure& failure = answer.failure.emplace();
  failure.set_code(cv1::Failure::CODE_PERMANENT);
  failure.set_message("Nothing was sent: a preview changes nothing in the store, and " +
                      request.method() + " may.");
  return answer;
}

}  // namespace

ports::Egress::RequestId ReadOnlyEgress::Send(std::shared_ptr<const ports::EgressProfile> profile,
                                              cv1::HttpRequest request,
                                              Done done) {
  if (IsReading(request)) {
    return inner_.Send(std::move(profile), std::move(request), std::move(done));
  }
  const RequestId id = kRefusedBit | ++last_refused_;
  refused_[id] =
      executor_.PostAfter(std::chrono::milliseconds(0),
                          [this, id, done = std::move(done), answer = Refusal(request)]() mutable {
                            refused_.erase(id);
                            done(std::move(answer));
                          });
  return id;
}

void ReadOnlyEgress::Cancel(RequestId request) {
  const auto found = refused_.find(request);
  if (found == refused_.end()) {
    return inner_.Cancel(request);
  }
  executor_.Cancel(found->second);
  refused_.erase(found);
}

}  // namespace storebridge::engine
