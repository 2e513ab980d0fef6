#include "engine/order_memory.h"

#include <algorithm>
#include <utility>

namespace storebridge::engine {

void OrderMemory::Note(const std::string& external_id, std::string mark, Why why) {
  if (const auto known = notes_.find(external_id); known != notes_.end()) {
    age_.erase(known->second.place);
    notes_.erase(known);
  } else if (notes_.size() == kOrdersMax) {
    notes_.erase(age_.front());
    age_.pop_front();
  }
  const auto place = age_.insert(age_.end(), external_id);
  notes_.emplace(external_id, Noted{.mark = std::move(mark), .why = why, .place = place});
}

bool OrderMemory::Knows(std::string_view external_id, std::string_view mark) const {
  const auto known = notes_.find(external_id);
  return known != notes_.end() && known->second.why != Why::kGone && known->second.mark == mark;
}

bool OrderMemory::IsGone(std::string_view external_id) const {
  const auto known = notes_.find(external_id);
  return known != notes_.end() && known->second.why == Why::kGone;
}

void OrderMemory::ForgetWhatMayHeal(std::int64_t now_ms) {
  const bool is_due = !forgotten_ms_ || now_ms - *forgotten_ms_ >= kNothingToSendMs;
  forgotten_ms_ = is_due ? now_ms : *forgotten_ms_;
  for (auto note = notes_.begin(); note != notes_.end();) {
    const bool stays =
        note->second.why == Why::kIgnored || (note->second.why == Why::kNothingToSend && !is_due);
    if (stays) {
      ++note;
    } else {
      age_.erase(note->second.place);
      note = notes_.erase(note);
    }
  }
}

void OrderMemory::Doubt(const std::string& external_id,
                        std::uint64_t content_hash,
                        std::int64_t now_ms) {
  if (doubts_.size() >= kDoubtsMax && !doubts_.contains(external_id)) {
    doubts_.clear();
  }
  Contents& known = doubts_[external_id];
  if (known.hash != content_hash || known.since_ms == 0) {
    known = {.hash = content_hash, .since_ms = now_ms};
  }
}

bool OrderMemory::HasStood(const std::string& external_id,
                           std::uint64_t content_hash,
                           std::int64_t now_ms) const {
  const auto known = doubts_.find(external_id);
  return known != doubts_.end() && known->second.hash == content_hash &&
         now_ms - known->second.since_ms >= kStandMs;
}

std::vector<std::string> OrderMemory::Doubted(std::int64_t now_ms, std::size_t limit) const {
  std::vector<std::string> ids;
  for (const auto& [id, contents] : doubts_) {
    if (ids.size() < limit && now_ms - contents.since_ms >= kStandMs) {
      ids.push_back(id);
    }
  }
  return ids;
}

std::size_t OrderMemory::PassedOver() const {
  return static_cast<std::size_t>(std::count_if(notes_.begin(), notes_.end(), [](const auto& note) {
    return note.second.why == Why::kIgnored || note.second.why == Why::kNothingToSend;
  }));
}

void OrderMemory::Clear() {
  doubts_.clear();
  notes_.clear();
  age_.clear();
}

}  // namespace storebridge::engine
