#include "lost_records.h"

#include <algorithm>
#include <cstdint>

namespace storebridge::conformance {
namespace {

constexpr std::size_t kRecordsShown = 3;

std::int64_t NewestTold(const Outcome& outcome) {
  std::int64_t told_ms = 0;
  for (const auto& entry : outcome.records) {
    told_ms = std::max(told_ms, entry.second.modified_ms);
  }
  return told_ms;
}

// Whether a list that is walked from old to new would bring them in the next run: all that is
// missing is as new as what was told, or newer.
bool AreNewest(const Evidence& evidence,
               const Outcome& outcome,
               const std::vector<RecordId>& missing) {
  const std::int64_t told_ms = NewestTold(outcome);
  return told_ms > 0 && std::all_of(missing.begin(), missing.end(), [&](const RecordId& id) {
           const auto found = evidence.good.records.find(id);
           return found != evidence.good.records.end() && found->second.modified_ms >= told_ms;
         });
}

// Whether something that is missing was changed before what was told: a cursor by time that is past
// the one is past the other.
bool AnyIsOlder(const Evidence& evidence,
                const Outcome& outcome,
                const std::vector<RecordId>& missing) {
  const std::int64_t told_ms = NewestTold(outcome);
  return std::any_of(missing.begin(), missing.end(), [&](const RecordId& id) {
    const auto found = evidence.good.records.find(id);
    return found != evidence.good.records.end() && found->second.modified_ms > 0 &&
           found->second.modified_ms < told_ms;
  });
}

}  // namespace

bool IsEmitted(const Outcome& good, const Outcome& later, const RecordId& id) {
  const auto found = later.records.find(id);
  return found != later.records.end() &&
         (good.records.at(id).is_deleted || !found->second.is_deleted);
}

bool IsToldBad(const Outcome& later, const RecordId& id) {
  return std::any_of(later.bad.begin(), later.bad.end(), [&](const auto& bad) {
    return bad.external_id() == id.external_id;
  });
}

std::vector<RecordId> MissingRecords(const Outcome& good, const Outcome& later) {
  std::vector<RecordId> missing;
  std::size_t nameless = 0;
  for (const auto& bad : later.bad) {
    nameless += bad.external_id().empty() ? 1U : 0U;
  }
  for (const auto& entry : good.records) {
    const RecordId& id = entry.first;
    if (IsEmitted(good, later, id) || IsToldBad(later, id)) {
      continue;
    }
    if (nameless > 0) {
      --nameless;
      continue;
    }
    missing.push_back(id);
  }
  return missing;
}

std::string WhyLost(const Evidence& evidence,
                    const Outcome& outcome,
                    std::size_t fault,
                    const std::vector<RecordId>& missing) {
  const Recording& recording = evidence.recording;
  if (missing.empty() || recording.is_retry()) {
    return "";
  }
  if (outcome.is_well() && recording.operation() == "products.pull" &&
      recording.begin.pull().full()) {
    return "the server takes for deleted what a full pull did not show";
  }
  std::string before = recording.begin.cursor();
  std::string after;
  for (const CursorMove& move : outcome.cursors) {
    (move.requests <= fault ? before : after) = move.cursor;
  }
  const std::string end = evidence.good.cursors.empty() ? "" : evidence.good.cursors.back().cursor;
  if (!end.empty() && end == recording.begin.cursor()) {
    return "";  // A cursor that is always the same says nothing of what was read.
  }
  if (after.empty() || after == before) {
    const bool was_at_the_end = before != recording.begin.cursor() && before == end;
    return was_at_the_end && AnyIsOlder(evidence, outcome, missing)
               ? "its cursor is past them: it moved to the end before the list was read"
               : "";
  }
  const bool is_as_good = after == end;
  if (is_as_good) {
    return "it moved its cursor as if nothing had been wrong, so no later run asks for them";
  }
  if (outcome.is_well() && !AreNewest(evidence, outcome, missing)) {
    return "it moved its cursor to '" + after.substr(0, 60) +
           "', past records that it did not read";
  }
  return "";
}

std::string ShownRecords(const std::vector<RecordId>& records) {
  std::string shown;
  for (std::size_t i = 0; i < std::min(kRecordsShown, records.size()); ++i) {
    shown += (i == 0 ? "" : ", ") + ShownRecord(records[i]);
  }
  return records.size() > kRecordsShown
             ? shown + " and " + std::to_string(records.size() - kRecordsShown) + " more"
             : shown;
}

}  // namespace storebridge::conformance
