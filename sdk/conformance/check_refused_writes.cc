#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "checks.h"
#include "faults.h"
#include "words.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

// By what a store would know a pushed record.
std::vector<std::string> NamesOf(const cv1::Begin& begin, const std::string& ref) {
  for (const cv1::StockLevel& level : begin.stock().levels()) {
    if (level.ref() == ref) {
      return {ref, level.external_id(), level.product_code()};
    }
  }
  for (const cv1::Shipment& shipment : begin.shipments().shipments()) {
    if (shipment.ref() == ref) {
      return {ref, shipment.external_order_id(), shipment.external_id()};
    }
  }
  return {ref};
}

bool IsSafe(const MadeRequest& made) {
  return made.request.safety() == cv1::HttpRequest::SAFETY_SAFE;
}

bool IsAnsweredRead(const MadeRequest& made) {
  return IsSafe(made) && made.status >= 200 && made.status < 300;
}

// A write about the record, none of which was accepted; null when there is none.
const MadeRequest* WriteAbout(const Outcome& outcome, const std::vector<std::string>& names) {
  for (const MadeRequest& made : outcome.requests) {
    const std::string text =
        made.request.url() + " " + made.request.body() + " " + made.request.ref();
    const bool is_named = std::any_of(
        names.begin(), names.end(), [&](const auto& name) { return HasWord(text, name); });
    if (!IsSafe(made) && is_named) {
      return &made;
    }
  }
  return nullptr;
}

// Whether the store can have shown it: as there before, or as there after the write.
bool IsSeen(const Outcome& outcome, const cv1::Accepted& accepted, const MadeRequest* write) {
  const MadeRequest* const begin = outcome.requests.data();
  const MadeRequest* const end = begin + outcome.requests.size();
  if (accepted.was_there()) {
    return std::any_of(begin, end, IsAnsweredRead);
  }
  return accepted.confirmed() && std::any_of(write + 1, end, IsAnsweredRead);
}

void Judge(const Evidence& evidence,
           const Fault& refusal,
           const Outcome& outcome,
           std::vector<Finding>* findings) {
  if (outcome.end == Outcome::End::kDead || outcome.end == Outcome::End::kEndless) {
    findings->push_back({.where = evidence.recording.name,
                         .changed = "every write is answered by " + refusal.name,
                         .did = outcome.problem,
                         .should = "refuse each record and end, or end with a Failure"});
    return;
  }
  for (const cv1::ItemResult& result : outcome.results) {
    if (!result.has_accepted()) {
      continue;
    }
    const MadeRequest* const write =
        WriteAbout(outcome, NamesOf(evidence.recording.begin, result.ref()));
    if (write == nullptr || IsSeen(outcome, result.accepted(), write)) {
      continue;
    }
    findings->push_back(
        {.where = fmt::format("{}: {}", evidence.recording.name, ShownRequest(write->request)),
         .changed = "every write is answered by " + refusal.name,
         .did = fmt::format("told '{}' as accepted", result.ref()),
         .should = "refuse it: RequireOk() or Json() throw for an answer that is not 2xx"});
  }
}

}  // namespace

std::vector<Row> CheckRefusedWrites(Bench& bench) {
  constexpr const char* kClaim = "tells no success too early";
  std::vector<Finding> findings;
  std::size_t sessions = 0;
  std::size_t writes = 0;
  for (const Evidence* evidence : bench.Pushes()) {
    for (const Fault& refusal : Refusals()) {
      Plan plan{.what = "every write is answered by " + refusal.name};
      plan.change = [&](std::size_t, const cv1::HttpRequest& request, cv1::Completion* answer) {
        if (request.safety() != cv1::HttpRequest::SAFETY_SAFE) {
          *answer = refusal.make(*answer);
          ++writes;
        }
      };
      const Outcome outcome = bench.Run(*evidence, std::move(plan));
      ++sessions;
      Judge(*evidence, refusal, outcome, &findings);
    }
  }
  if (writes == 0) {
    return {
        MakeUnshownRow(kClaim, bench.DeclaresPush(), "no recording has a write; record a push")};
  }
  return {MakeRow(
      kClaim,
      fmt::format("{} refused in {}", Counted(writes, "write"), Counted(sessions, "session")),
      std::move(findings))};
}

}  // namespace storebridge::conformance
