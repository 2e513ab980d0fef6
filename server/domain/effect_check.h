#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "core/result.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::domain {

constexpr int kCallsPerEffectMax = 16;
constexpr int kRecordsPerEmitMax = 1000;
constexpr int kLogsPerEffectMax = 100;

// What of a session's past its next effect is judged by.
struct SessionPast {
  // The last Call.id; 0 when there was none.
  std::uint64_t last_call_id = 0;
  bool was_cancelled = false;
};

// Whether an effect keeps the contract. kInternal says what the connector did wrong.
Status CheckEffect(const connector::v1::Effect& effect, const SessionPast& past);

// What a push is told of its records: at most one outcome of each, and of no others.
class ResultCheck {
 public:
  explicit ResultCheck(const connector::v1::Begin& begin);

  // kInternal says what the connector did wrong.
  Status Check(const connector::v1::ItemResult& result);

 private:
  std::set<std::string> refs_;
  std::set<std::string> told_;
};

}  // namespace storebridge::domain
