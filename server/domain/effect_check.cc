#include "domain/effect_check.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace storebridge::domain {
namespace {

namespace cv1 = connector::v1;

Error Bug(std::string message) {
  return Error{.code = Code::kInternal, .reason = "CONNECTOR_BUG", .message = std::move(message)};
}

}  // namespace

Status CheckEffect(const cv1::Effect& effect, const SessionPast& past) {
  if (effect.calls_size() == 0 && !effect.has_done()) {
    return Bug("the connector wants nothing and is not done");
  }
  if (effect.calls_size() > 0 && effect.has_done()) {
    return Bug("the connector is done and still wants calls");
  }
  if (past.was_cancelled && effect.calls_size() > 0) {
    return Bug("the connector went on after it was asked to stop");
  }
  if (effect.calls_size() > kCallsPerEffectMax || effect.logs_size() > kLogsPerEffectMax) {
    return Bug(fmt::format("an effect has {} calls and {} logs; {} and {} are allowed",
                           effect.calls_size(),
                           effect.logs_size(),
                           kCallsPerEffectMax,
                           kLogsPerEffectMax));
  }
  const auto emits = std::count_if(effect.calls().begin(),
                                   effect.calls().end(),
                                   [](const cv1::Call& call) { return call.has_emit(); });
  if (emits > 1) {
    return Bug("an effect has more than one Emit; the answer to one comes before the next");
  }
  std::uint64_t last = past.last_call_id;
  for (const cv1::Call& call : effect.calls()) {
    if (call.id() <= last) {
      return Bug("call ids do not grow");
    }
    last = call.id();
    const cv1::Emit& emit = call.emit();
    const int records =
        emit.orders_size() + emit.products_size() + emit.results_size() + emit.bad_size();
    if (call.has_emit() && records > kRecordsPerEmitMax) {
      return Bug(
          fmt::format("an Emit has {} records; {} are allowed", records, kRecordsPerEmitMax));
    }
  }
  return Ok();
}

ResultCheck::ResultCheck(const cv1::Begin& begin) {
  for (const cv1::StockLevel& level : begin.stock().levels()) {
    refs_.insert(level.ref());
  }
  for (const cv1::Shipment& shipment : begin.shipments().shipments()) {
    refs_.insert(shipment.ref());
  }
}

Status ResultCheck::Check(const cv1::ItemResult& result) {
  if (!refs_.contains(result.ref())) {
    return Bug(fmt::format("told an outcome of '{}', which was not pushed", result.ref()));
  }
  if (!told_.insert(result.ref()).second) {
    return Bug(fmt::format("told two outcomes of '{}'", result.ref()));
  }
  if (!result.has_accepted() && !result.has_failure()) {
    return Bug(fmt::format("told of '{}' neither accepted nor failure", result.ref()));
  }
  return Ok();
}

}  // namespace storebridge::domain
