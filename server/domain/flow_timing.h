#pragma once

#include <array>
#include <cstdint>

#include "domain/flow.h"
#include "storebridge/v1/store.pb.h"

// When the flows of a store run.
namespace storebridge::domain {

// The order in which flows that wait are let go: what is read goes before what is written, and
// shipments before stock, because a store may lower its own number when it is told of one.
inline constexpr std::array kFlowTurns = {
    Flow::kProducts, Flow::kOrders, Flow::kShipments, Flow::kStock};

// The most that a turn comes sooner than its interval says: turns of all stores that fall close
// together begin together.
inline constexpr std::int64_t kTurnMsMost = 1'000;

// Milliseconds from one run to the next, by the store's settings or, where they say nothing, by
// default. Shipments run when there are some; theirs bounds a wait.
std::int64_t IntervalMs(Flow flow, const v1::StoreSettings& settings);

// The turns that a store has in an hour. Shipments have none.
std::int64_t TurnsPerHour(const v1::StoreSettings& settings);

// Milliseconds from the begin of a run to that of the next when a store says that there is news: it
// says so for each record that is changed, thousands at once perhaps.
std::int64_t NewsGapMs(Flow flow);

// Whether the next run has to compare everything, `age_ms` after the last one that did. Never for
// shipments.
bool IsFullDue(Flow flow, const v1::StoreSettings& settings, std::int64_t age_ms);

}  // namespace storebridge::domain
