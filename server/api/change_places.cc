#include "api/change_places.h"

#include <utility>

namespace storebridge::api {

ChangePlaces::ChangePlaces(std::string merchant, const std::map<std::string, std::int64_t>& known)
    : merchant_(std::move(merchant)) {
  for (const auto& [name, after] : known) {
    places_.emplace_hint(places_.end(), name, Place{.position = after});
  }
}

ChangePlaces ChangePlaces::OfOne(std::string merchant, std::int64_t after) {
  ChangePlaces places(merchant, {{merchant, after}});
  places.places_.begin()->second.is_checked = true;
  places.Recheck();
  return places;
}

ChangePlaces ChangePlaces::OfAll(const std::map<std::string, std::int64_t>& known) {
  ChangePlaces places("", known);
  places.Recheck();
  return places;
}

bool ChangePlaces::Notice(const std::string& merchant, std::int64_t head, bool is_busy) {
  // One that is not known was made a moment ago, or the walk has not met it yet.
  Entry& entry = *places_.try_emplace(merchant).first;
  Place& place = entry.second;
  if (place.is_checked && head <= *place.position) {
    return true;
  }
  AskFor(entry);
  // Who reads all merchants may have read others meanwhile; what he is behind takes no memory.
  if (merchant_.empty() || head - *place.position <= kChangesBehindMax) {
    return true;
  }
  const bool is_too_slow = place.is_following && is_busy;
  place.is_following = place.is_following && is_busy;
  return !is_too_slow;
}

void ChangePlaces::Recheck() {
  if (!merchant_.empty()) {
    return AskFor(*places_.begin());
  }
  if (walked_) {
    walks_again_ = true;
    return;
  }
  walked_.emplace();
  turns_.emplace_back();
}

std::optional<ChangePlaces::Turn> ChangePlaces::Take() {
  if (turns_.empty()) {
    return std::nullopt;
  }
  Turn turn{.merchant = std::move(turns_.front())};
  turns_.pop_front();
  if (turn.merchant.empty()) {
    return Turn{.kind = Turn::Kind::kMerchants, .merchant = walked_.value_or("")};
  }
  Place& place = places_.at(turn.merchant);
  place.is_waiting = false;
  place.is_noticed = false;
  turn.kind = place.is_checked ? Turn::Kind::kChanges : Turn::Kind::kEnds;
  turn.after = place.position.value_or(0);
  return turn;
}

std::vector<ChangePlaces::News> ChangePlaces::AddMerchants(
    const std::vector<ports::ChangeLogEnds>& ends, bool is_last) {
  std::vector<News> news;
  for (const ports::ChangeLogEnds& one : ends) {
    if (std::optional<News> place = Check(one, one.head)) {
      news.push_back(std::move(*place));
    }
  }
  if (is_last) {
    EndWalk();
  } else {
    walked_ = ends.back().merchant;
    turns_.emplace_back();
  }
  return news;
}

std::optional<ChangePlaces::News> ChangePlaces::AddNew(const ports::ChangeLogEnds& ends) {
  return Check(ends, ends.floor);
}

void ChangePlaces::Advance(const std::string& merchant, std::int64_t position, bool is_full) {
  Entry& entry = *places_.find(merchant);
  Place& place = entry.second;
  place.position = position;
  if (is_full) {
    return AskFor(entry);
  }
  place.is_following = true;
}

ChangePlaces::News ChangePlaces::SkipTo(const std::string& merchant, std::int64_t head) {
  Place& place = places_.at(merchant);
  place.position = head;
  return News{.merchant = merchant, .position = head, .is_gap = true};
}

void ChangePlaces::AskFor(Entry& entry) {
  Place& place = entry.second;
  place.is_noticed = true;
  if (!place.is_waiting && (place.is_checked || !walked_)) {
    place.is_waiting = true;
    turns_.push_back(entry.first);
  }
}

std::optional<ChangePlaces::News> ChangePlaces::Check(const ports::ChangeLogEnds& ends,
                                                      std::int64_t begin) {
  Entry& entry = *places_.try_emplace(ends.merchant).first;
  Place& place = entry.second;
  place.is_checked = true;
  std::optional<News> news;
  if (!place.position) {
    place.position = begin;
    news = News{.merchant = ends.merchant, .position = begin};
  } else if (*place.position < ends.floor || *place.position > ends.head) {
    news = SkipTo(ends.merchant, ends.head);
  }
  if (ends.head > *place.position || place.is_noticed) {
    AskFor(entry);
  }
  return news;
}

void ChangePlaces::EndWalk() {
  walked_.reset();
  for (Entry& entry : places_) {
    // What was made after the walk had passed it.
    if (entry.second.is_noticed) {
      AskFor(entry);
    }
  }
  if (std::exchange(walks_again_, false)) {
    Recheck();
  }
}

}  // namespace storebridge::api
