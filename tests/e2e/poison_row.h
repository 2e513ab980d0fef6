#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "day_kit/platform.h"
#include "servers.h"

namespace storebridge::e2e {

// One record among 500 that is not as it should be.
struct Poison {
  std::string name;
  bool is_order = true;
  // What the store shows of it, see `POST /demo/poison`.
  boost::json::object members = {};
  bool twice = false;
  // Records that are spoiled; those of a product lie on one page.
  int count = 1;
  // Reason of its issue; empty for one that only looks odd and passes.
  std::string reason = {};
  // Words that its issue has to have: what is wrong, and what to do.
  std::vector<std::string> wrong = {};
  std::vector<std::string> remedy = {};
  // How the order stands meanwhile; unspecified when it is not taken over.
  v1::OrderState state = v1::ORDER_STATE_UNSPECIFIED;
};

// All kinds of poison that the table tests.
std::vector<Poison> AllPoisons();

// A store of 500 orders or products, one of them poisoned, and the merchant who has it. Polls come
// by the server's own schedule.
class PoisonRow {
 public:
  static constexpr int kRecords = 500;
  static constexpr int kPollSeconds = 10;
  // Polls within which it heals.
  static constexpr std::int64_t kPollsMost = 2;

  explicit PoisonRow(Poison poison) : poison_(std::move(poison)) {}

  [[nodiscard]] const Poison& poison() const { return poison_; }
  [[nodiscard]] const std::string& place() const { return store_.place; }

  // Starts the store and spoils the record in it.
  void StartStore(const day::TempFolder& folder);
  // Connects it to the server; work begins at once.
  void Connect(const std::string& server);
  // Waits until everything was read once.
  void WaitForFirstPoll();
  // Checks that all others have passed, and that this one is an issue that helps.
  void ExpectOthersPassed();
  // The merchant corrects it in the store. From here on nobody calls the server but to look.
  void Correct();
  // Whether all is well by now. Notes at which poll it was when it is for the first time, so it has
  // to be asked more often than polls come.
  Status LookWhetherHealed();
  // Checks that it was well by itself, after two polls at most that began after the correction.
  void ExpectHealedInTime();

 private:
  Status PulledWell();
  Status IsWell();
  // Polls of such records that the store has answered since the correction began.
  Result<std::int64_t> Polls();
  void ExpectIssues();
  void ExpectOrders();

  Poison poison_;
  DemoStore store_;
  std::unique_ptr<day::Platform> platform_;
  // The store's ids, and what people call them: order numbers, product codes.
  std::vector<std::int64_t> ids_;
  std::vector<std::string> labels_;
  // Those that were answered before it was corrected, and until it was well.
  std::int64_t polls_before_ = 0;
  std::optional<std::int64_t> polls_until_well_;
};

}  // namespace storebridge::e2e
