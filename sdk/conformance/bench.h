#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "ports/egress.h"
#include "recording.h"
#include "score_card.h"
#include "subject.h"
#include "trial.h"

namespace storebridge::conformance {

// Each costs 10 seconds; after so many of them nothing more is run.
inline constexpr int kHangsMax = 3;
// A step that takes so long was killed.
inline constexpr std::int64_t kHangUs = 9'500'000;

// Answers that the sessions of one sample are given in all, as far as kTriedMin allows.
inline constexpr std::size_t kTriedBytesMax = 128U << 20;
inline constexpr std::size_t kTriedMin = 3;

// A recording and what the connector does with it when nothing is changed.
struct Evidence {
  Recording recording = {};
  std::shared_ptr<const ports::EgressProfile> profile = {};
  Outcome good = {};
  // What its orders say of customers: names, e-mail addresses, telephone numbers, streets,
  // towns and notes.
  std::set<std::string> customers = {};
};

struct LongestStep {
  std::int64_t microseconds = 0;
  // Of which recording, and what was changed there.
  std::string where = {};
  std::string changed = {};
};

// How long all sessions together may take, and who is told what is being done.
struct Patience {
  std::chrono::seconds time = std::chrono::minutes(10);
  std::function<void(const std::string& check, std::size_t sessions)> tell = {};
};

// Where trials are run. What holds for every session is watched here: the contract, customers' data
// and the cost.
class Bench {
 public:
  // Runs each recording once. `subject` outlives it. An error when the settings of a recording do
  // not fit the manifest.
  static Result<std::unique_ptr<Bench>> Open(Subject& subject,
                                             std::vector<Recording> recordings,
                                             Patience patience = {});

  [[nodiscard]] Subject& subject() const { return subject_; }
  [[nodiscard]] const connector::v1::Manifest& manifest() const { return subject_.manifest(); }
  [[nodiscard]] const std::vector<Evidence>& all() const { return all_; }
  // Those whose good run ended well.
  [[nodiscard]] std::vector<const Evidence*> Pulls() const;
  [[nodiscard]] std::vector<const Evidence*> Pushes() const;
  [[nodiscard]] std::vector<const Evidence*> Good() const;
  [[nodiscard]] bool Declares(const std::string& operation) const;
  [[nodiscard]] bool DeclaresPull() const;
  [[nodiscard]] bool DeclaresPush() const;

  // Runs a trial; `plan.recording` is set here.
  Outcome Run(const Evidence& evidence, Plan plan);
  // Counts a step of a session outside of Run, in which `what` was done.
  void NoteStep(const Stepped& stepped, const std::string& what);

  [[nodiscard]] std::size_t sessions() const { return sessions_; }
  // Which check the next sessions are of.
  void Begin(std::string check);
  // Nothing more is run: it hung too often, or the time is over.
  [[nodiscard]] bool IsSpent() const { return hangs_ >= kHangsMax || IsTimeOver(); }
  [[nodiscard]] std::string WhySpent() const;
  [[nodiscard]] const std::vector<Finding>& breaches() const { return breaches_; }
  [[nodiscard]] const std::vector<Finding>& leaks() const { return leaks_; }
  [[nodiscard]] const LongestStep& longest_step() const { return longest_step_; }
  [[nodiscard]] std::size_t largest_effect() const { return largest_effect_; }

 private:
  using Clock = std::chrono::steady_clock;

  Bench(Subject& subject, Patience patience)
      : subject_(subject), patience_(std::move(patience)), end_(Clock::now() + patience_.time) {}

  [[nodiscard]] bool IsTimeOver() const { return Clock::now() >= end_; }
  [[nodiscard]] std::int64_t SecondsLeft() const;

  void NoteTime(std::int64_t microseconds, const std::string& where, const std::string& changed);
  void Watch(const Evidence& evidence, const Plan& plan, const Outcome& outcome);

  Subject& subject_;
  Patience patience_;
  Clock::time_point end_;
  std::string check_ = "the good runs";
  std::vector<Evidence> all_;
  std::size_t sessions_ = 0;
  int hangs_ = 0;
  std::vector<Finding> breaches_;
  std::vector<Finding> leaks_;
  LongestStep longest_step_;
  std::size_t largest_effect_ = 0;
};

// `orders.sbrec, request 3: GET /api/orders?page=3`, from 0, of the good run.
std::string PlaceOf(const Evidence& evidence, std::size_t number);

// At most `most` of `count` places, evenly, the first and the last among them.
std::vector<std::size_t> Sample(std::size_t count, std::size_t most);

// At most `most`, and fewer where the answers of a recording are large: each is a whole session.
std::size_t FewerOf(const Evidence& evidence, std::size_t most);

// `4 of 25 requests`, or `25 requests` when that is all of them.
std::string CountedOf(std::size_t count, std::size_t all, const std::string& word);

// Counts with its word: `1 session`, `2 sessions`.
std::string Counted(std::size_t count, const std::string& word);

}  // namespace storebridge::conformance
