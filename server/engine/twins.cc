#include "engine/twins.h"

#include <iterator>
#include <utility>

namespace storebridge::engine {

void Twins::Begin() {
  seen_.clear();
  for (auto& [id, pair] : pairs_) {
    pair.is_winner_met = false;
    pair.is_loser_met = false;
  }
}

Twins::Sight Twins::See(const std::string& id, std::uint64_t hash, std::int64_t modified_ms) {
  const auto pair = pairs_.find(id);
  if (pair != pairs_.end() && pair->second.loser == hash) {
    pair->second.is_loser_met = true;
    return {.is_taken = false, .is_twin = pair->second.is_of_one_time};
  }
  if (seen_.size() >= kSeenMax) {
    seen_.clear();
  }
  const Seen now{.hash = hash, .modified_ms = modified_ms};
  const auto [known, is_first] = seen_.emplace(id, now);
  if (!is_first && known->second.hash != hash) {
    return Part(id, known->second, now);
  }
  if (pair == pairs_.end()) {
    return {};
  }
  if (pair->second.winner != hash) {
    pairs_.erase(pair);  // The store has changed it since.
    return {};
  }
  pair->second.is_winner_met = true;
  return {.is_taken = true, .is_twin = pair->second.is_of_one_time};
}

Twins::Sight Twins::Part(const std::string& id, Seen& known, const Seen& now) {
  const bool is_older = now.modified_ms != 0 && now.modified_ms < known.modified_ms;
  if (pairs_.size() >= kPairsMax) {
    pairs_.clear();
  }
  const Pair pair{.winner = is_older ? known.hash : now.hash,
                  .loser = is_older ? now.hash : known.hash,
                  .is_of_one_time = now.modified_ms == known.modified_ms,
                  .is_winner_met = true,
                  .is_loser_met = true};
  pairs_.insert_or_assign(id, pair);
  if (!is_older) {
    known = now;
  }
  return {.is_taken = !is_older, .is_twin = pair.is_of_one_time};
}

void Twins::End() {
  seen_.clear();
  for (auto pair = pairs_.begin(); pair != pairs_.end();) {
    const bool is_alone = pair->second.is_winner_met != pair->second.is_loser_met;
    pair = is_alone ? pairs_.erase(pair) : std::next(pair);
  }
}

bool Twins::ComesTwiceAgain(const std::string& id) {
  return std::exchange(met_twice_, id) == id;
}

}  // namespace storebridge::engine
