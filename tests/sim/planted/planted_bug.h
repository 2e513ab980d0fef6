#pragma once

#include <array>
#include <span>
#include <string_view>

#include "sim/invariant.h"

namespace storebridge::sim {

// Bugs that the simulator must find. Each is a part that is wrong, put between parts that are
// right; none of them is in the product or in the plain simulator.
enum class PlantedBug {
  kNone,
  kCursorBeforeData,
  kStrictComparison,
  kNoUniqueKey,
  kTrackingSentAgain,
  kStaleStockOvertakes,
  kStateRegresses,
  kCursorMovesBack,
  kZeroNotSent,
  kEchoOfOwnWrite,
  kPageDrift,
  kUnsafeCallRetried,
  kUnpaidTakenOver,
  kClaimsForgotten,
  kToldBeforeConfirmed,
  kStoreStockTaken,
  kAsksTwice,
  kLooksForgotten,
  kChangeNotTold,
};

struct PlantedBugInfo {
  PlantedBug bug;
  std::string_view name;
  // It has to be found within so many seeds, beginning with seed 1.
  int seeds_max;
  // It has to break one of these, whatever else it does.
  std::span<const Invariant> breaks;
  std::string_view what;
};

template <Invariant... kOf>
inline constexpr std::array kBreaks = {kOf...};

// All that stands between the right parts, with no bug in it.
inline constexpr PlantedBugInfo kNothingPlanted{
    PlantedBug::kNone, "none", 3, {}, "every part passes on what it gets"};

inline constexpr std::array kPlantedBugs = {
    PlantedBugInfo{PlantedBug::kCursorBeforeData,
                   "cursor-before-data",
                   2,
                   kBreaks<Invariant::kCursorAfterData>,
                   "the cursor is committed in a transaction before that of its records"},
    PlantedBugInfo{PlantedBug::kStrictComparison,
                   "strict-comparison",
                   12,
                   kBreaks<Invariant::kNoneLost, Invariant::kSoon>,
                   "a change in the same second as the last known one is taken for known"},
    PlantedBugInfo{PlantedBug::kNoUniqueKey,
                   "no-unique-key",
                   4,
                   kBreaks<Invariant::kNoneDoubled>,
                   "a look-up that misses makes a second order of the same id"},
    PlantedBugInfo{PlantedBug::kTrackingSentAgain,
                   "tracking-sent-again",
                   12,
                   kBreaks<Invariant::kTrackingOnce>,
                   "a shipment is written again after a lost answer without a look"},
    PlantedBugInfo{PlantedBug::kStaleStockOvertakes,
                   "stale-stock-overtakes",
                   4,
                   kBreaks<Invariant::kStockInOrder>,
                   "a stock value is sent once more, behind the next one of its product"},
    PlantedBugInfo{PlantedBug::kStateRegresses,
                   "state-regresses",
                   4,
                   kBreaks<Invariant::kStateMovesOn, Invariant::kAudit>,
                   "an observation puts a SHIPPED order back to NEW"},
    PlantedBugInfo{PlantedBug::kCursorMovesBack,
                   "cursor-moves-back",
                   4,
                   kBreaks<Invariant::kCursorMovesOn>,
                   "a run sometimes begins at an older cursor"},
    PlantedBugInfo{PlantedBug::kZeroNotSent,
                   "zero-not-sent",
                   4,
                   kBreaks<Invariant::kStockConverges>,
                   "a quantity of 0 is left out of the call"},
    PlantedBugInfo{PlantedBug::kEchoOfOwnWrite,
                   "echo-of-own-write",
                   2,
                   kBreaks<Invariant::kNoEcho, Invariant::kWorkBound>,
                   "what was written is not remembered, so that it is written again"},
    PlantedBugInfo{PlantedBug::kPageDrift,
                   "page-drift",
                   12,
                   kBreaks<Invariant::kNoneLost, Invariant::kSoon>,
                   "pages are read by position while things move"},
    PlantedBugInfo{PlantedBug::kUnsafeCallRetried,
                   "unsafe-call-retried",
                   12,
                   kBreaks<Invariant::kOutboxEnds>,
                   "a call that must not be repeated is declared repeatable"},
    PlantedBugInfo{PlantedBug::kUnpaidTakenOver,
                   "unpaid-taken-over",
                   2,
                   kBreaks<Invariant::kNewIsRight>,
                   "an unpaid order counts as paid"},
    PlantedBugInfo{PlantedBug::kClaimsForgotten,
                   "claims-forgotten",
                   2,
                   kBreaks<Invariant::kNoOversell, Invariant::kStockConverges>,
                   "what orders claim of the stock is not counted"},
    PlantedBugInfo{PlantedBug::kToldBeforeConfirmed,
                   "told-before-confirmed",
                   2,
                   kBreaks<Invariant::kConfirmedFirst>,
                   "a shipment is reported as told while it waits"},
    PlantedBugInfo{PlantedBug::kStoreStockTaken,
                   "store-stock-taken",
                   2,
                   kBreaks<Invariant::kDominance, Invariant::kNoOversell>,
                   "a number that the store shows becomes our stock"},
    PlantedBugInfo{PlantedBug::kAsksTwice,
                   "asks-twice",
                   2,
                   kBreaks<Invariant::kWorkBound>,
                   "every question is asked twice"},
    PlantedBugInfo{PlantedBug::kLooksForgotten,
                   "looks-forgotten",
                   1,
                   kBreaks<Invariant::kLooksInTime>,
                   "that everything was looked at is never written"},
    PlantedBugInfo{PlantedBug::kChangeNotTold,
                   "change-not-told",
                   4,
                   kBreaks<Invariant::kTrackingOnce>,
                   "a tracking code that changes while its shipment is told counts as told"},
};

}  // namespace storebridge::sim
