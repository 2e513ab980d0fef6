#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "checks.h"
#include "faults.h"
#include "lost_records.h"
#include "recorded_store.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;
using End = Outcome::End;

// Requests of a recording whose answers are made wrong, evenly among all of them.
constexpr std::size_t kRequestsMax = 40;

constexpr const char* kEnds = "ends after any answer";
constexpr const char* kLoses = "loses no record";
constexpr const char* kTells = "tells one outcome of each";

// What was found by all faults together.
struct Found {
  std::vector<Finding> endings;
  std::vector<Finding> losses;
  std::vector<Finding> silences;
  std::size_t sessions = 0;
  std::size_t requests = 0;
  std::size_t pull_sessions = 0;
  std::size_t pushes_that_end_well = 0;
};

bool IsWrite(const cv1::HttpRequest& request) {
  return request.safety() != cv1::HttpRequest::SAFETY_SAFE;
}

std::string PlaceOf(const Evidence& evidence, std::size_t number) {
  return fmt::format("{}, request {}: {}",
                     evidence.recording.name,
                     number + 1,
                     ShownRequest(evidence.good.requests[number].request));
}

std::string WithoutOutcome(const cv1::Begin& begin, const Outcome& outcome) {
  std::set<std::string> told;
  for (const cv1::ItemResult& result : outcome.results) {
    told.insert(result.ref());
  }
  for (const cv1::StockLevel& level : begin.stock().levels()) {
    if (!told.contains(level.ref())) {
      return level.ref();
    }
  }
  for (const cv1::Shipment& shipment : begin.shipments().shipments()) {
    if (!told.contains(shipment.ref())) {
      return shipment.ref();
    }
  }
  return "";
}

// What a run with a fault in request `number` did wrong.
void Judge(const Evidence& evidence,
           std::size_t number,
           const Fault& fault,
           const Outcome& outcome,
           Found* found) {
  const std::string where = PlaceOf(evidence, number);
  const std::string changed = "its answer is " + fault.name;
  if (outcome.end == End::kDead || outcome.end == End::kEndless) {
    found->endings.push_back({.where = where,
                              .changed = changed,
                              .did = outcome.problem,
                              .should = "end with a Failure that says what was wrong"});
    return;
  }
  if (evidence.recording.is_pull()) {
    const std::vector<RecordId> missing = MissingRecords(evidence.good, outcome);
    const std::string why = WhyLost(evidence, outcome, number, missing);
    const bool is_swallowed = fault.is_failure && outcome.is_well() && !missing.empty() &&
                              outcome.unknown_requests == 0 && !evidence.recording.is_retry();
    if (is_swallowed) {
      found->losses.push_back({.where = where,
                               .changed = changed,
                               .did = fmt::format("ended well without {}, and nobody sees why",
                                                  ShownRecords(missing)),
                               .should = "end with the Failure, or tell a BadRecord of each: what "
                                         "could not be read is not the end of a list"});
    } else if (!why.empty() && !(fault.is_not_found && missing.size() == 1)) {
      found->losses.push_back(
          {.where = where,
           .changed = changed,
           .did = fmt::format(
               "{}; {} did not come, and {}", outcome.Shown(), ShownRecords(missing), why),
           .should = "end with a Failure, and move the cursor only past what was read"});
    }
  }
  if (evidence.recording.is_push() && outcome.is_well()) {
    ++found->pushes_that_end_well;
    const std::string ref = WithoutOutcome(evidence.recording.begin, outcome);
    if (!ref.empty()) {
      found->silences.push_back({.where = where,
                                 .changed = changed,
                                 .did = "ended well and told no outcome of '" + ref + "'",
                                 .should = "tell one of each, accepted or refused"});
    }
  }
}

void TryRequest(Bench& bench, const Evidence& evidence, std::size_t number, Found* found) {
  for (const Fault& fault : Faults()) {
    if (fault.is_of_writes && !IsWrite(evidence.good.requests[number].request)) {
      continue;
    }
    Plan plan{.what = fmt::format("the answer to request {} is {}", number + 1, fault.name)};
    // Who asks the same again gets the same: a store that is right at once hides an endless loop.
    std::string wrong;
    plan.change = [&](std::size_t now, const cv1::HttpRequest& request, cv1::Completion* answer) {
      if (now == number) {
        wrong = KeyOf(request);
      }
      if (now >= number && KeyOf(request) == wrong) {
        *answer = fault.make(*answer);
      }
    };
    const Outcome outcome = bench.Run(evidence, std::move(plan));
    if (outcome.end == End::kNotRun) {
      return;
    }
    ++found->sessions;
    found->pull_sessions += evidence.recording.is_pull() ? 1U : 0U;
    Judge(evidence, number, fault, outcome, found);
  }
}

}  // namespace

std::vector<Row> CheckFaults(Bench& bench) {
  Found found;
  for (const Evidence* evidence : bench.Good()) {
    for (const std::size_t number :
         Sample(evidence->good.requests.size(), FewerOf(*evidence, kRequestsMax))) {
      ++found.requests;
      TryRequest(bench, *evidence, number, &found);
    }
    const std::string ref = WithoutOutcome(evidence->recording.begin, evidence->good);
    if (!ref.empty()) {
      found.silences.push_back({.where = evidence->recording.name,
                                .did = "ended well and told no outcome of '" + ref + "'",
                                .should = "tell one of each, accepted or refused"});
    }
  }
  std::vector<Row> rows;
  rows.push_back(found.requests == 0
                     ? MakeUnshownRow(kEnds, true, "no recording with a request ends well")
                     : MakeRow(kEnds,
                               fmt::format("{} wrong answers to {} (at most {} of a recording)",
                                           found.sessions,
                                           Counted(found.requests, "request"),
                                           kRequestsMax),
                               std::move(found.endings)));
  rows.push_back(bench.Pulls().empty()
                     ? MakeUnshownRow(kLoses, bench.DeclaresPull(), "record a pull")
                     : MakeRow(kLoses,
                               Counted(found.pull_sessions, "wrong answer") + " in pulls",
                               std::move(found.losses)));
  rows.push_back(bench.Pushes().empty()
                     ? MakeUnshownRow(kTells, bench.DeclaresPush(), "record a push")
                     : MakeRow(kTells,
                               std::to_string(found.pushes_that_end_well) +
                                   " pushes that ended well in spite of a wrong answer",
                               std::move(found.silences)));
  return rows;
}

}  // namespace storebridge::conformance
