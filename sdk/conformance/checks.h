#pragma once

#include <vector>

#include "bench.h"
#include "score_card.h"

// What is verified. Each gives its lines of the card; the trials behind them are bounded.
namespace storebridge::conformance {

// Operations: each declared one is shown, and all others are refused in the first Effect.
std::vector<Row> CheckOperations(Bench& bench);
// The same events give the same effects, alone and beside another session.
std::vector<Row> CheckSameness(Bench& bench);
// Each request of each recording is answered wrongly, in several ways, one at a time.
std::vector<Row> CheckFaults(Bench& bench);
// All writes of a push are refused at once.
std::vector<Row> CheckRefusedWrites(Bench& bench);
// One record of a list is spoiled.
std::vector<Row> CheckBadRecords(Bench& bench);
// Each list is full for ever.
std::vector<Row> CheckEndlessLists(Bench& bench);
// A session is cancelled at each of its steps.
std::vector<Row> CheckCancel(Bench& bench);
// Bytes that no host sends.
std::vector<Row> CheckGarbage(Bench& bench);
// What the manifest says of orders and shipments.
std::vector<Row> CheckClaims(Bench& bench);
// What a step and an effect may cost.
Row CostRow(const LongestStep& longest, std::size_t largest_effect);
// What was seen in all sessions: call it last.
std::vector<Row> CheckAllSessions(const Bench& bench);

// All of them.
ScoreCard CheckAll(Bench& bench);

}  // namespace storebridge::conformance
