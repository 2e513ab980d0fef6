#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "domain/stable_hash.h"

namespace storebridge::sim {

// What happened, in its order. The hash covers all of it, the text only what happened last.
class EventLog {
 public:
  static constexpr std::size_t kKept = 50;

  // `now_ms` gives virtual milliseconds since the start.
  EventLog(std::function<std::int64_t()> now_ms, bool trace)
      : now_ms_(std::move(now_ms)), trace_(trace) {}

  // Something a reader of a failure wants to see.
  void Note(const std::string& event) {
    std::string line = std::to_string(now_ms_()) + " ms " + event;
    Count(domain::StableHash(line));
    if (trace_) {
      std::cerr << line << "\n";
    }
    last_.push_back(std::move(line));
    if (last_.size() > kKept) {
      last_.pop_front();
    }
  }

  // Something of which there is too much to read, unless everything is traced.
  void Count(std::uint64_t what) {
    constexpr std::uint64_t kPrime = 0x100000001b3ULL;
    hash_ = ((hash_ ^ what) * kPrime) ^ (hash_ >> 29U);
    ++events_;
  }
  void Trace(const std::string& line) const {
    if (trace_) {
      std::cerr << now_ms_() << " ms " << line << "\n";
    }
  }

  [[nodiscard]] bool traces() const { return trace_; }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  [[nodiscard]] std::int64_t events() const { return events_; }
  [[nodiscard]] std::vector<std::string> Last() const { return {last_.begin(), last_.end()}; }

 private:
  std::function<std::int64_t()> now_ms_;
  bool trace_;
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
  std::int64_t events_ = 0;
  std::deque<std::string> last_;
};

}  // namespace storebridge::sim
