#pragma once

#include <array>
#include <cstddef>
#include <string>

namespace storebridge::sim {

// What must hold: after every event, or once all is quiet.
enum class Invariant {
  kNoneLost,
  kNoneDoubled,
  kNewIsRight,
  kStateMovesOn,
  kMailedOnce,
  kTrackingOnce,
  kShippedFirst,
  kStockInOrder,
  kNoOversell,
  kStockConverges,
  kDominance,
  kNoEcho,
  kCursorAfterData,
  kCursorMovesOn,
  kPoisonAlone,
  kOutboxEnds,
  kWorkBound,
  kAudit,
  kSoon,
  kConfirmedFirst,
  kComesToRest,
  kLooksInTime,
};

struct InvariantInfo {
  Invariant invariant;
  // Of the project's list of 20; above 20 are further ones.
  int number;
  const char* name;
  // When it is checked.
  const char* when;
};

inline constexpr std::array kInvariants = {
    InvariantInfo{Invariant::kNoneLost, 1, "no paid order lost", "quiet"},
    InvariantInfo{Invariant::kNoneDoubled, 2, "no order doubled", "each commit"},
    InvariantInfo{Invariant::kNewIsRight, 3, "never NEW unless paid and right", "each commit"},
    InvariantInfo{Invariant::kStateMovesOn, 4, "order state never regresses", "each commit"},
    InvariantInfo{Invariant::kMailedOnce, 5, "customer mailed once", "each write, quiet"},
    InvariantInfo{
        Invariant::kTrackingOnce, 6, "tracking told once, to its order", "each write, quiet"},
    InvariantInfo{Invariant::kShippedFirst, 7, "store told after SHIPPED is durable", "each write"},
    InvariantInfo{
        Invariant::kStockInOrder, 8, "no older stock value overtakes", "each send, quiet"},
    InvariantInfo{Invariant::kNoOversell, 9, "no oversell caused by us", "each push"},
    InvariantInfo{Invariant::kStockConverges, 10, "stock converges", "quiet"},
    InvariantInfo{Invariant::kDominance, 11, "dominance", "each write, quiet"},
    InvariantInfo{Invariant::kNoEcho, 12, "no echo of our own write", "quiet"},
    InvariantInfo{Invariant::kCursorAfterData, 13, "cursor durable after data", "each commit"},
    InvariantInfo{Invariant::kCursorMovesOn, 14, "cursor never moves back", "each send"},
    InvariantInfo{Invariant::kPoisonAlone, 15, "one bad record stops nothing else", "quiet"},
    InvariantInfo{
        Invariant::kOutboxEnds, 16, "outbox ends; read back before sent again", "each send, quiet"},
    InvariantInfo{Invariant::kWorkBound, 19, "rate limit and bounds on work", "each send, end"},
    InvariantInfo{Invariant::kAudit, 20, "change log without a gap", "each commit"},
    InvariantInfo{Invariant::kSoon, 21, "taken over within three minutes", "calm runs"},
    InvariantInfo{Invariant::kConfirmedFirst,
                  22,
                  "reported as told only when the store has it",
                  "each commit"},
    InvariantInfo{Invariant::kComesToRest, 23, "all is quiet soon after healing", "end"},
    InvariantInfo{
        Invariant::kLooksInTime, 24, "orders and stock are looked at whole in time", "calm runs"},
};

inline const InvariantInfo& InfoOf(Invariant invariant) {
  return kInvariants.at(static_cast<std::size_t>(invariant));
}

// A promise that was broken.
struct Violation {
  Invariant invariant;
  std::string what;

  [[nodiscard]] std::string Text() const {
    const InvariantInfo& info = InfoOf(invariant);
    return "invariant " + std::to_string(info.number) + " (" + info.name + "): " + what;
  }
};

}  // namespace storebridge::sim
