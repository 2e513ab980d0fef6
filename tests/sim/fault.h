#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "support/seeded_random.h"

namespace storebridge::sim {

// What can go wrong. Everything but the last group happens to a request on its way.
enum class Fault {
  kRefused,         // No connection.
  kNoName,          // The host's name has no address.
  kTls,             // The handshake fails.
  kRequestLost,     // Never arrives; the time limit ends it.
  kAnswerLost,      // Applied, then the connection is reset.
  kSlow,            // Applied, answered after the time limit.
  kDrip,            // Answered just within the time limit.
  kRepeated,        // Arrives twice, the second time seconds later.
  kTruncated,       // Half of the body.
  kTooLarge,        // An answer without end.
  kRedirect,        // To an address inside the house.
  kRateLimited,     // 429 without Retry-After, with a sane one, or with an absurd one.
  kServerError,     // 500, 502, 503.
  kHtml,            // 200 with a page for people.
  kPartialBatch,    // One item of a batch is refused in its place.
  kStaleRead,       // What changed in the last seconds is not shown yet, or only some of it.
  kPageDrift,       // Things move between two pages of a list.
  kRepeatedPage,    // A page answers with the page before it.
  kEditBetween,     // The merchant or the customer acts between a read and a write.
  kTie,             // An order changes in the very second in which it was read.
  kRefusedLogin,    // 401 for a while.
  kOutage,          // Nothing answers for minutes to an hour.
  kStoreClock,      // The store's clock is wrong by up to ten minutes.
  kOwnClock,        // Our wall clock jumps.
  kCrash,           // kill -9 around a commit or a send; restarted after a while.
  kDisk,            // A commit fails: the disk is full.
  kConnector,       // The connector breaks in the middle of an operation.
  kPoison,          // An order that cannot be read as it is.
  kProductRenamed,  // A product gets another code.
  kProductGone,     // A product is deleted, and comes back later.
  kStockByHand,     // The merchant edits stock in the store.
  kRush,            // Many orders at once.
};

struct FaultInfo {
  Fault fault;
  const char* name;
  // Of 30 in the project's list of faults.
  int number;
  // Chances per million opportunities when it is on: log-uniform between these.
  std::uint64_t rate_least;
  std::uint64_t rate_most;
};

inline constexpr std::array kFaults = {
    FaultInfo{Fault::kRefused, "connection refused", 1, 100, 50'000},
    FaultInfo{Fault::kNoName, "name not found", 2, 100, 50'000},
    FaultInfo{Fault::kTls, "TLS handshake failed", 3, 100, 50'000},
    FaultInfo{Fault::kSlow, "slower than the time limit", 4, 100, 50'000},
    FaultInfo{Fault::kRequestLost, "request lost", 5, 100, 100'000},
    FaultInfo{Fault::kAnswerLost, "answer lost after it was applied", 6, 100, 100'000},
    FaultInfo{Fault::kRepeated, "request arrives twice", 7, 100, 50'000},
    FaultInfo{Fault::kTruncated, "truncated body", 8, 100, 50'000},
    FaultInfo{Fault::kDrip, "slow drip", 9, 100, 50'000},
    FaultInfo{Fault::kTooLarge, "endless body", 9, 100, 20'000},
    FaultInfo{Fault::kRedirect, "redirect to a private address", 10, 100, 20'000},
    FaultInfo{Fault::kRateLimited, "429", 11, 100, 50'000},
    FaultInfo{Fault::kServerError, "5xx", 12, 100, 100'000},
    FaultInfo{Fault::kHtml, "HTML with 200", 13, 100, 50'000},
    FaultInfo{Fault::kPartialBatch, "one item of a batch refused", 14, 1'000, 200'000},
    FaultInfo{Fault::kStaleRead, "stale read", 15, 100, 100'000},
    FaultInfo{Fault::kPageDrift, "page drift", 16, 10'000, 500'000},
    FaultInfo{Fault::kRepeatedPage, "page answered with the one before", 16, 1'000, 200'000},
    FaultInfo{Fault::kStoreClock, "store's clock wrong", 17, 200'000, 1'000'000},
    FaultInfo{Fault::kTie, "changed in the second of the read", 17, 1'000, 20'000},
    FaultInfo{Fault::kEditBetween, "edited between read and write", 18, 1'000, 200'000},
    FaultInfo{Fault::kRefusedLogin, "credentials refused for a while", 20, 10'000, 200'000},
    FaultInfo{Fault::kPoison, "record that cannot be read", 21, 5'000, 200'000},
    FaultInfo{Fault::kProductRenamed, "product code changed", 21, 10'000, 300'000},
    FaultInfo{Fault::kProductGone, "product deleted", 21, 10'000, 300'000},
    FaultInfo{Fault::kStockByHand, "stock edited by hand", 24, 50'000, 500'000},
    FaultInfo{Fault::kCrash, "crash and restart", 25, 100, 10'000},
    FaultInfo{Fault::kDisk, "disk full at a commit", 26, 100, 20'000},
    FaultInfo{Fault::kOwnClock, "own clock jumps", 27, 5'000, 100'000},
    FaultInfo{Fault::kConnector, "connector breaks", 29, 10, 5'000},
    FaultInfo{Fault::kOutage, "store down", 30, 5'000, 100'000},
    FaultInfo{Fault::kRush, "rush of orders", 30, 5'000, 50'000},
};

const FaultInfo& InfoOf(Fault fault);
// Whether it is something that customers and merchants do.
bool IsOfPeople(Fault fault);
// Whether it is asked for each half hour, whatever else goes on.
bool IsOfTheClock(Fault fault);

// Which faults happen in a run, and how often: each is off with probability one half.
class FaultPlan {
 public:
  explicit FaultPlan(std::uint64_t seed) : random_(seed) {}

  // Draws what is on; only what customers and merchants do, if so asked. At least one of them has
  // its chance each half hour.
  void Draw(bool only_people);
  // Turns one on, for tests.
  void TurnOn(Fault fault, std::uint64_t per_million);
  // Nothing happens any more.
  void Heal();

  // Whether it happens now; counted when it does.
  bool Fires(Fault fault);
  // The first of several that happens now.
  std::optional<Fault> FirstOf(const std::vector<Fault>& faults);
  // An hour begins: makes one that is on happen at its next opportunity.
  void BeginHour();
  // Half of it is over. If nothing has happened in it, whatever is asked for next does: not every
  // kind has an opportunity in each hour.
  void MakeUp();

  [[nodiscard]] bool IsOn(Fault fault) const { return Rate(fault) > 0; }
  [[nodiscard]] const std::map<Fault, std::int64_t>& fired() const { return fired_; }
  // How many happened in each hour that has begun.
  [[nodiscard]] const std::vector<std::int64_t>& by_hour() const { return by_hour_; }
  // Chance for the details of a fault.
  testing::SeededRandom& chance() { return random_; }

 private:
  [[nodiscard]] std::uint64_t Rate(Fault fault) const {
    return rates_.at(static_cast<std::size_t>(fault));
  }

  testing::SeededRandom random_;
  // Per million opportunities, by fault.
  std::array<std::uint64_t, kFaults.size()> rates_ = {};
  std::optional<Fault> forced_;
  bool is_next_forced_ = false;
  std::map<Fault, std::int64_t> fired_;
  std::vector<std::int64_t> by_hour_;
};

}  // namespace storebridge::sim
