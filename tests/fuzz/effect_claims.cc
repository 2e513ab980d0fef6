#include "effect_claims.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "adapters/egress/request_check.h"
#include "claim.h"

namespace storebridge::fuzz {
namespace {

namespace cv1 = connector::v1;

// The server's own bounds: adapters/plugin_host/in_process_session.h, engine/session_driver.cc.
constexpr std::size_t kEffectBytesMax = std::size_t{4} << 20;
constexpr int kCallsMax = 16;
constexpr int kRecordsMax = 1'000;
constexpr std::int64_t kSleepMsMax = 60'000;

// Words of the standard library's exceptions. In a bad record they mean that the connector erred,
// not the store.
constexpr std::array<std::string_view, 12> kOwnFaults = {"vector::",
                                                         "basic_string",
                                                         "array::at",
                                                         "map::at",
                                                         "_Map_base::at",
                                                         "deque::",
                                                         "bad optional access",
                                                         "std::get",
                                                         "stoi",
                                                         "stol",
                                                         "stoul",
                                                         "stod"};

void ClaimMoney(const cv1::Money& money) {
  const bool is_small = std::abs(std::int64_t{money.nanos()}) < 1'000'000'000;
  const bool is_mixed =
      (money.units() > 0 && money.nanos() < 0) || (money.units() < 0 && money.nanos() > 0);
  Claim(is_small && !is_mixed, "units and nanos of money are of one sign, nanos below 10^9");
}

void ClaimOrder(const cv1::Order& order) {
  Claim(!order.external_id().empty(), "an order has an external_id");
  Claim(order.payment_state() != cv1::PAYMENT_STATE_UNSPECIFIED,
        "an order says whether it is paid");
  Claim(order.progress() != cv1::Order::PROGRESS_UNSPECIFIED, "an order says how far it is");
  for (const cv1::Money* money : {&order.items_total(),
                                  &order.shipping_total(),
                                  &order.discount_total(),
                                  &order.tax_total(),
                                  &order.grand_total(),
                                  &order.cash_on_delivery()}) {
    ClaimMoney(*money);
  }
  for (const cv1::OrderLine& line : order.lines()) {
    Claim(!line.external_id().empty(), "an order line has an external_id");
    ClaimMoney(line.unit_price());
    ClaimMoney(line.tax());
    ClaimMoney(line.discount());
  }
}

void ClaimBad(const cv1::BadRecord& bad) {
  Claim(!bad.message().empty(), "a bad record says what is wrong");
  for (const std::string_view fault : kOwnFaults) {
    Claim(!bad.message().starts_with(fault), "a bad record is the store's fault", bad.message());
  }
}

}  // namespace

EffectClaims::EffectClaims(ports::EgressProfile profile, const cv1::Begin& begin)
    : profile_(std::move(profile)) {
  for (const cv1::StockLevel& level : begin.stock().levels()) {
    open_refs_.insert(level.ref());
  }
  for (const cv1::Shipment& shipment : begin.shipments().shipments()) {
    open_refs_.insert(shipment.ref());
  }
}

cv1::Effect EffectClaims::Take(std::string_view bytes) {
  Claim(bytes.size() <= kEffectBytesMax, "an effect is small enough for the host");
  cv1::Effect effect;
  Claim(effect.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())),
        "an effect is a message, its texts are UTF-8");
  Claim(effect.has_done() == effect.calls().empty(), "an effect has calls, or is the last one");
  Claim(effect.calls_size() <= kCallsMax, "an effect has at most 16 calls");
  for (const cv1::Call& call : effect.calls()) {
    TakeCall(call);
  }
  if (effect.has_done()) {
    TakeDone(effect.done());
  }
  return effect;
}

void EffectClaims::TakeCall(const cv1::Call& call) {
  Claim(call.id() > last_call_id_, "ids of calls grow");
  last_call_id_ = call.id();
  switch (call.kind_case()) {
    case cv1::Call::kHttp:
      return TakeRequest(call.http());
    case cv1::Call::kEmit:
      return TakeEmit(call.emit());
    case cv1::Call::kSleep:
      return Claim(call.sleep().ms() >= 0 && call.sleep().ms() <= kSleepMsMax, "a sleep is short");
    case cv1::Call::kCompare:
      return;
    case cv1::Call::KIND_NOT_SET:
      break;
  }
  Claim(false, "a call is of a kind that the host knows");
}

void EffectClaims::TakeRequest(const cv1::HttpRequest& request) {
  egress::Url url;
  const auto refusal = egress::CheckRequest(profile_, request, url);
  Claim(!refusal, "the server would send the request", refusal ? refusal->message() : "");
  Claim(request.safety() != cv1::HttpRequest::SAFETY_UNSPECIFIED,
        "a request says whether it may be sent again");
  const bool is_signed =
      std::any_of(profile_.auth.begin(), profile_.auth.end(), [&](const auto& scheme) {
        return scheme.id() == request.auth();
      });
  Claim(is_signed, "a request names how it is signed", request.auth());
}

void EffectClaims::TakeEmit(const cv1::Emit& emit) {
  const int records =
      emit.orders_size() + emit.products_size() + emit.results_size() + emit.bad_size();
  Claim(records <= kRecordsMax, "an emit has at most 1000 records");
  for (const cv1::Order& order : emit.orders()) {
    ClaimOrder(order);
  }
  for (const cv1::Product& product : emit.products()) {
    Claim(!product.external_id().empty(), "a product has an external_id");
    ClaimMoney(product.price());
  }
  for (const cv1::BadRecord& bad : emit.bad()) {
    ClaimBad(bad);
  }
  for (const cv1::ItemResult& result : emit.results()) {
    Claim(open_refs_.erase(result.ref()) == 1, "what was pushed has one outcome", result.ref());
    Claim(result.has_accepted() || result.has_failure(), "an outcome is one");
  }
}

void EffectClaims::TakeDone(const cv1::Done& done) const {
  if (!done.has_failure()) {
    Claim(done.has_output(), "the end is one");
    Claim(open_refs_.empty(), "a push that ended well has an outcome for all of it");
    return;
  }
  const cv1::Failure& failure = done.failure();
  Claim(!failure.message().empty(), "a failure says what is wrong");
  Claim(failure.code() != cv1::Failure::CODE_CONNECTOR_BUG &&
            failure.code() != cv1::Failure::CODE_UNSPECIFIED,
        "a failure is none of the connector itself",
        failure.message());
}

}  // namespace storebridge::fuzz
