#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "checks.h"
#include "faults.h"
#include "lost_records.h"
#include "recorded_store.h"
#include "recording.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;
using End = Outcome::End;

// Requests of a recording whose answers are made wrong, evenly among all of them.
constexpr std::size_t kRequestsMax = 40;

// A pull of one page has no page that could be wrong behind a right one.
constexpr std::size_t kRequestsMin = 2;
constexpr std::size_t kShownCursorMax = 60;

constexpr const char* kEnds = "ends after any answer";
constexpr const char* kLoses = "loses no record";
constexpr const char* kTells = "tells one outcome of each";

// What was found by all faults together.
struct Found {
  std::vector<Finding> endings;
  std::vector<Finding> losses;
  std::vector<Finding> silences;
  std::size_t sessions = 0;
  // Whose answers were made wrong, and all.
  std::size_t requests = 0;
  std::size_t recorded_requests = 0;
  std::size_t pull_sessions = 0;
  std::size_t pushes_that_end_well = 0;
};

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

// Whether a pull shows what becomes of its cursor, or of a full list, when a page is wrong.
bool ShowsLosses(const Evidence& evidence) {
  const Recording& recording = evidence.recording;
  const bool has_consequence = recording.operation() != "products.pull" ||
                               recording.begin.pull().full() || !evidence.good.cursors.empty();
  return recording.is_pull() && !recording.is_retry() && has_consequence &&
         !evidence.good.records.empty() && evidence.good.requests.size() >= kRequestsMin;
}

// Of the records that did not come, those that the next run does not bring either, from the cursor
// that was left, as the server would begin it. Nothing when it asks what was not recorded.
std::optional<std::vector<RecordId>> LostToTheNext(Bench& bench,
                                                   const Evidence& evidence,
                                                   const Outcome& outcome,
                                                   const std::vector<RecordId>& missing) {
  const bool is_full = evidence.recording.begin.pull().full();
  if (missing.empty() || outcome.cursors.empty() || is_full || evidence.recording.is_retry()) {
    return std::nullopt;
  }
  const Outcome next = bench.Run(
      evidence, {.what = "the run after a wrong answer", .cursor = outcome.cursors.back().cursor});
  if (next.end == End::kNotRun) {
    return std::vector<RecordId>();  // Nothing is certain.
  }
  if (!next.is_well() || next.unknown_requests > 0) {
    return std::nullopt;
  }
  const std::vector<RecordId> without = MissingRecords(evidence.good, next);
  std::vector<RecordId> lost;
  std::set_intersection(
      missing.begin(), missing.end(), without.begin(), without.end(), std::back_inserter(lost));
  return lost;
}

// A run in which the answer to request `number` was wrong.
struct FaultyRun {
  const Evidence& evidence;
  std::size_t number;
  const Fault& fault;
  const Outcome& outcome;
};

// What a pull has lost for ever by it.
void JudgeLosses(Bench& bench, const FaultyRun& run, Found* found) {
  const auto& [evidence, number, fault, outcome] = run;
  std::vector<RecordId> missing = MissingRecords(evidence.good, outcome);
  Finding finding{.where = PlaceOf(evidence, number), .changed = "its answer is " + fault.name};
  const bool is_swallowed = fault.is_failure && outcome.is_well() && !missing.empty() &&
                            outcome.unknown_requests == 0 && !evidence.recording.is_retry();
  if (is_swallowed) {
    finding.did = fmt::format("ended well without {}, and nobody sees why", ShownRecords(missing));
    finding.should =
        "end with the Failure, or tell a BadRecord of each: what could not be read is not the end "
        "of a list";
    found->losses.push_back(std::move(finding));
    return;
  }
  const bool is_open_set = evidence.recording.operation() == "orders.pull" &&
                           bench.manifest().order_feed() == cv1::ORDER_FEED_OPEN_SET;
  if (is_open_set) {
    return;  // Its cursor finds no orders, and it compares them all again.
  }
  std::string why = WhyLost(evidence, outcome, number, missing);
  if (std::optional<std::vector<RecordId>> lost =
          LostToTheNext(bench, evidence, outcome, missing)) {
    missing = *std::move(lost);
    why = missing.empty() ? ""
                          : fmt::format(
                                "the next run, from its cursor '{}', does not bring {} "
                                "either",
                                outcome.cursors.back().cursor.substr(0, kShownCursorMax),
                                missing.size() == 1 ? "it" : "them");
  }
  if (why.empty() || (fault.is_not_found && missing.size() == 1)) {
    return;
  }
  finding.did =
      fmt::format("{}; {} did not come, and {}", outcome.Shown(), ShownRecords(missing), why);
  const bool is_full = outcome.is_well() && evidence.recording.begin.pull().full();
  finding.should = is_full ? "end with a Failure, unless the store says in words of its own that "
                             "they are gone: any 404 is not that"
                           : "end with a Failure, and move the cursor only past what was read";
  found->losses.push_back(std::move(finding));
}

// What it did wrong.
void Judge(Bench& bench, const FaultyRun& run, Found* found) {
  const auto& [evidence, number, fault, outcome] = run;
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
    JudgeLosses(bench, run, found);
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
    found->pull_sessions += ShowsLosses(evidence) ? 1U : 0U;
    Judge(bench, {evidence, number, fault, outcome}, found);
  }
}

// Which pulls would show a loss and are not recorded; empty when all are.
std::string UnshownPulls(const Bench& bench) {
  std::vector<std::string> unshown;
  for (const char* operation : {"products.pull", "orders.pull"}) {
    const std::vector<const Evidence*> pulls = bench.Pulls();
    const bool is_shown = std::any_of(pulls.begin(), pulls.end(), [&](const Evidence* evidence) {
      return evidence->recording.operation() == operation && ShowsLosses(*evidence);
    });
    if (bench.Declares(operation) && !is_shown) {
      unshown.emplace_back(operation);
    }
  }
  return unshown.empty() ? ""
                         : fmt::format(
                               "{}: record a pull of more than one page; products.pull "
                               "with --full",
                               fmt::join(unshown, ", "));
}

Row Losses(const Bench& bench, const Found& found) {
  std::string unshown = UnshownPulls(bench);
  if (!bench.DeclaresPull()) {
    return MakeUnshownRow(kLoses, false, "");
  }
  const Verdict verdict = unshown.empty() ? Verdict::kOk : Verdict::kNotShown;
  return MakeRow(kLoses,
                 unshown.empty() ? Counted(found.pull_sessions, "wrong answer") + " in pulls"
                                 : std::move(unshown),
                 found.losses,
                 verdict);
}

}  // namespace

std::vector<Row> CheckFaults(Bench& bench) {
  Found found;
  for (const Evidence* evidence : bench.Good()) {
    found.recorded_requests += evidence->good.requests.size();
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
  rows.push_back(
      found.requests == 0
          ? MakeUnshownRow(kEnds, true, "no recording with a request ends well")
          : MakeRow(kEnds,
                    fmt::format("{} wrong answers to {} (at most {} of a recording)",
                                found.sessions,
                                CountedOf(found.requests, found.recorded_requests, "request"),
                                kRequestsMax),
                    std::move(found.endings)));
  rows.push_back(Losses(bench, found));
  rows.push_back(bench.Pushes().empty()
                     ? MakeUnshownRow(kTells, bench.DeclaresPush(), "record a push")
                     : MakeRow(kTells,
                               std::to_string(found.pushes_that_end_well) +
                                   " pushes that ended well in spite of a wrong answer",
                               std::move(found.silences)));
  return rows;
}

}  // namespace storebridge::conformance
