#include <algorithm>
#include <cstdlib>
#include <limits>

#include "sim/oracle.h"
#include "sim/times.h"
#include "support/manual_clock.h"

// What must hold when all is quiet.
namespace storebridge::sim {
namespace {

constexpr int kPage = 1000;
// Ten minutes of quiet: ten looks at the orders, one or two at everything else.
constexpr std::int64_t kStillRequestsMax = 24;
constexpr std::int64_t kStillCommitsMax = 4;
// Orders and stock are looked at whole each quarter of an hour. When nothing was found that is
// written with the next counts, a quarter of an hour after the last; those may have been written
// just before the look, by a push that was none.
constexpr std::int64_t kLookAgeMsMax = 46 * kMinuteMs;
// Bounds on what one order may cost in a run without faults, with all that is done around it.
constexpr double kRequestsPerOrderMax = 12;
// Two runs at most.
constexpr double kRequestsPerCallMax = 2;
constexpr double kPollsPerHourMax = 80;
constexpr double kCommitsPerOrderMax = 30;
constexpr double kCommitsPerHourMax = 20;
constexpr double kBytesPerOrderMax = 150'000;
constexpr double kBytesPerHourMax = 120'000;
constexpr double kBytesFirstRead = 3'000'000;

bool HasNothingLeft(const demo_store::Order& order) {
  return std::all_of(order.lines.begin(), order.lines.end(), [](const auto& line) {
    return line.refunded >= line.quantity;
  });
}

std::string StateOf(const v1::Order* order) {
  return order == nullptr ? "not here" : v1::OrderState_Name(order->state()).substr(12);
}

}  // namespace

std::string Oracle::Unrest() const {
  std::string unrest;
  const Status read = parts_.database.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(const v1::Store store, tx.stores().Get(kStore));
    if (store.state() != v1::Store::STATE_ACTIVE) {
      unrest = "the store is not active";
      return Ok();
    }
    SB_TRY(const std::optional<std::int64_t> shipment, tx.outbox().NextDueMs(kStore));
    if (shipment) {
      unrest = "a shipment waits";
      return Ok();
    }
    SB_TRY(const std::optional<std::int64_t> stock, tx.products().NextDirtyMs(kStore));
    if (stock) {
      unrest = "stock waits";
      return Ok();
    }
    for (const domain::Flow flow : domain::kFlows) {
      SB_TRY(const ports::FlowState state, tx.stores().GetFlow(kStore, flow));
      if (state.health.failures() > 0) {
        unrest =
            std::string(domain::FlowName(flow)) + " has failures: " + state.health.last_error();
      }
    }
    return Ok();
  });
  return read ? unrest : "the database cannot be read";
}

void Oracle::CheckLooks(std::int64_t now_ms) {
  const Status read = parts_.database.Read([&](const ports::ReadTx& tx) -> Status {
    for (const domain::Flow flow : {domain::Flow::kOrders, domain::Flow::kStock}) {
      SB_TRY(const ports::FlowState state, tx.stores().GetFlow(kStore, flow));
      const std::int64_t age_ms = now_ms - std::max(state.full_ms, testing::ManualClock::kStartMs);
      if (age_ms > kLookAgeMsMax) {
        Violate(Invariant::kLooksInTime,
                std::string(domain::FlowName(flow)) + " were last looked at whole " +
                    std::to_string(age_ms / kMinuteMs) + " minutes ago");
      }
    }
    return Ok();
  });
  if (!read) {
    Violate(Invariant::kLooksInTime, "the database cannot be read");
  }
}

void Oracle::CheckSoon(std::int64_t id) {
  const auto truth = parts_.store.truths().find(id);
  if (truth == parts_.store.truths().end() || truth->second.revisions.back().is_ended ||
      !truth->second.revisions.back().is_right) {
    return;
  }
  const auto name = names_.find(id);
  // What is given back whole, piece by piece, before it is seen has nothing to take over.
  if (name == names_.end() && HasNothingLeft(*parts_.store.FindOrder(id))) {
    return;
  }
  const v1::OrderState state =
      name == names_.end() ? v1::ORDER_STATE_UNSPECIFIED : known_[name->second].state;
  const bool is_taken = state != v1::ORDER_STATE_UNSPECIFIED &&
                        state != v1::ORDER_STATE_AWAITING_PAYMENT &&
                        (state != v1::ORDER_STATE_DRAFT || MayBeDraft(truth->second));
  if (!is_taken) {
    Violate(Invariant::kSoon,
            "order " + std::to_string(id) +
                " was paid and right three minutes ago and is not taken over");
  }
}

bool Oracle::MayBeDraft(const OrderTruth& truth) const {
  const demo_store::Order* order = parts_.store.FindOrder(truth.id);
  return order == nullptr || !truth.revisions.back().is_right ||
         std::any_of(order->lines.begin(), order->lines.end(), [&](const auto& line) {
           return line.sku.empty() || unstable_.contains(Canonical(line.sku)) ||
                  parts_.store.FindProduct(line.sku) == nullptr;
         });
}

void Oracle::CheckStoreCounts() {
  CheckStoreRate();
  CheckStoreVersions();
}

// That the number in the store is right is said by CheckQuietStock. The last value that we set may
// be another one: what the store counted down itself is not written again.
void Oracle::CheckStoreVersions() {
  for (const auto& [id, pushed] : pushed_) {
    const demo_store::StockVersions theirs = parts_.store.StockOf(id);
    if (theirs.count < pushed.accepted || (pushed.is_sure && theirs.count > pushed.accepted)) {
      Violate(Invariant::kStockInOrder,
              "the store took " + std::to_string(theirs.count) + " stock values of product " +
                  std::to_string(id) + "; " + std::to_string(pushed.accepted) +
                  " were answered as taken");
    } else if (pushed.is_sure && theirs.last != pushed.newest) {
      Violate(Invariant::kStockInOrder,
              "the store took stock " + std::to_string(theirs.last) + " of product " +
                  std::to_string(id) + " last; the newest that was sent is " +
                  std::to_string(pushed.newest));
    }
  }
}

void Oracle::CheckQuiet() {
  CheckStoreCounts();
  std::map<std::int64_t, v1::Order> ours;
  const Status read = parts_.database.Read([&](const ports::ReadTx& tx) -> Status {
    domain::MerchantChild after;
    while (true) {
      SB_TRY(const std::vector<v1::Order> page,
             tx.orders().List({.merchant = kStore.merchant}, after, kPage));
      for (const v1::Order& order : page) {
        ours[std::strtoll(order.external_id().c_str(), nullptr, 10)] = order;
        after = {.merchant = kStore.merchant,
                 .id = order.name().substr(order.name().rfind('/') + 1)};
      }
      if (page.size() < kPage) {
        break;
      }
    }
    CheckQuietStock(tx);
    CheckQuietProducts(tx);
    CheckQuietIssues(tx);
    return Ok();
  });
  if (!read) {
    Violate(Invariant::kAudit, "the database cannot be read: " + read.error().message);
  }
  for (const auto& [id, truth] : parts_.store.truths()) {
    const auto found = ours.find(id);
    CheckQuietOrder(truth, found == ours.end() ? nullptr : &found->second);
  }
  still_requests_ = requests_;
  still_writes_ = writes_;
  still_commits_ = parts_.database.commits();
}

void Oracle::CheckQuietOrder(const OrderTruth& truth, const v1::Order* ours) {
  const demo_store::Order& theirs = *parts_.store.FindOrder(truth.id);
  const std::string name = "order " + std::to_string(truth.id);
  const bool is_sent = ours != nullptr && ours->state() == v1::ORDER_STATE_SHIPPED;
  if (ours != nullptr && ours->state() != known_[ours->name()].state) {
    Violate(Invariant::kAudit, name + " became " + StateOf(ours) + " without a change in the log");
  }
  if (theirs.status == "processing" && !is_sent) {
    const bool is_taken = ours != nullptr && ours->state() != v1::ORDER_STATE_AWAITING_PAYMENT &&
                          ours->state() != v1::ORDER_STATE_CANCELLED;
    if (!is_taken && !HasNothingLeft(theirs)) {
      Violate(Invariant::kNoneLost, name + " is paid in the store and " + StateOf(ours));
    } else if (is_taken && ours->state() == v1::ORDER_STATE_DRAFT && !MayBeDraft(truth)) {
      Violate(Invariant::kNoneLost,
              name + " is right in the store and DRAFT: " + ours->problems(0).message());
    }
  }
  const bool is_ended = theirs.status == "cancelled" || theirs.status == "refunded";
  if (is_ended && ours != nullptr && ours->state() != v1::ORDER_STATE_CANCELLED &&
      ours->state() != v1::ORDER_STATE_COLLECTING && !is_sent) {
    Violate(Invariant::kNoneLost, name + " is " + theirs.status + " and " + StateOf(ours));
  }
  if (!is_sent || meddled_.contains(truth.id)) {
    return;
  }
  const int mails = ShippingMails(theirs);
  if (mails < 1 || mails > (IsCorrected(truth.id) ? 2 : 1)) {
    Violate(
        Invariant::kMailedOnce,
        "the customer of " + name + " got " + std::to_string(mails) + " mails about the shipment");
  }
  if (theirs.status != "completed") {
    Violate(Invariant::kMailedOnce, name + " is SHIPPED here and " + theirs.status + " there");
  }
  const std::vector<std::string> codes = TrackingOf(theirs);
  if (std::find(codes.begin(), codes.end(), "T" + std::to_string(truth.id)) == codes.end()) {
    Violate(Invariant::kTrackingOnce, name + " has no tracking in the store");
  }
  const auto tracking = tracking_.find(truth.id);
  if (tracking != tracking_.end() && !echoed_.contains(truth.id) &&
      MetaTracking(theirs) != tracking->second) {
    Violate(Invariant::kTrackingOnce,
            name + " shows the tracking " + MetaTracking(theirs) + ", not " + tracking->second);
  }
}

void Oracle::CheckQuietStock(const ports::ReadTx& tx) {
  for (const std::string& code : parts_.store.Codes()) {
    const demo_store::Product* theirs = parts_.store.FindProduct(code);
    const Result<v1::Product> ours = tx.products().GetByCode(kStore.merchant, code);
    if (!ours) {
      Violate(Invariant::kNoneLost, "product " + code + " is in the store and not here");
      continue;
    }
    const std::string id = ours->name().substr(ours->name().rfind('/') + 1);
    const Result<ports::StockLevel> level = tx.stock().Get(kStore.merchant, id);
    if (!level || !level->on_hand) {
      continue;
    }
    if (*level->on_hand != ShelfOf(code)) {
      Violate(Invariant::kDominance,
              std::to_string(*level->on_hand) + " of " + code + " are on our shelf; people put " +
                  std::to_string(ShelfOf(code)) + " there");
    }
    const auto taken = taken_.find(code);
    const std::int64_t sold = taken == taken_.end() ? 0 : taken->second;
    const std::int64_t wanted = std::max<std::int64_t>(*level->on_hand - sold, 0);
    if (theirs->stock != wanted && !unstable_.contains(code)) {
      Violate(Invariant::kStockConverges,
              "the store shows " + std::to_string(theirs->stock) + " of " + code + "; there are " +
                  std::to_string(*level->on_hand) + " less " + std::to_string(sold) + " sold");
    }
  }
}

void Oracle::CheckQuietProducts(const ports::ReadTx& tx) {
  for (const std::string& code : parts_.store.Codes()) {
    const demo_store::Product* theirs = parts_.store.FindProduct(code);
    const Result<v1::Product> ours = tx.products().GetByCode(kStore.merchant, code);
    // A variation's title is made of several things.
    if (!ours || theirs->kind == demo_store::ProductKind::kVariation) {
      continue;
    }
    if (ours->title() != theirs->name) {
      Violate(Invariant::kDominance,
              "product " + code + " is called '" + theirs->name + "' in the store and '" +
                  ours->title() + "' here");
    }
  }
}

void Oracle::CheckQuietIssues(const ports::ReadTx& tx) {
  const Result<std::vector<v1::Issue>> issues = tx.issues().List(kStore.merchant, false, {}, kPage);
  if (!issues) {
    return Violate(Invariant::kAudit, "issues cannot be read");
  }
  for (const v1::Issue& issue : *issues) {
    const std::string id = issue.name().substr(issue.name().rfind('/') + 1);
    const Result<ports::IssueKey> key = tx.issues().KeyOf(kStore.merchant, id);
    static const std::set<std::string> kOfRecord = {
        "RECORD_UNREADABLE", "ORDER_MALFORMED", "ORDER_DRAFT"};
    if (!key || key->record_type != v1::Issue::RECORD_TYPE_ORDER ||
        !kOfRecord.contains(issue.reason())) {
      continue;
    }
    const std::int64_t order = std::strtoll(key->record_key.c_str(), nullptr, 10);
    const auto truth = parts_.store.truths().find(order);
    if (truth == parts_.store.truths().end() || meddled_.contains(order) ||
        MayBeDraft(truth->second)) {
      continue;
    }
    Violate(Invariant::kPoisonAlone,
            "order " + std::to_string(order) + " is right and has the issue: " + issue.message());
  }
}

void Oracle::CheckStillness() {
  if (writes_ > still_writes_) {
    Violate(Invariant::kNoEcho,
            std::to_string(writes_ - still_writes_) + " writes to the store in a quiet time");
  }
  if (requests_ - still_requests_ > kStillRequestsMax) {
    Violate(Invariant::kWorkBound,
            std::to_string(requests_ - still_requests_) + " requests in ten quiet minutes");
  }
  if (parts_.database.commits() - still_commits_ > kStillCommitsMax) {
    Violate(Invariant::kWorkBound,
            std::to_string(parts_.database.commits() - still_commits_) +
                " commits in ten quiet minutes");
  }
}

void Oracle::CheckWork(std::int64_t orders,
                       std::int64_t commits,
                       std::int64_t bytes,
                       double hours) {
  const auto check =
      [&](const char* what, double used, double per_order, double per_hour, double once) {
        const double most = per_order * static_cast<double>(orders) + per_hour * hours + once;
        if (used > most) {
          Violate(Invariant::kWorkBound,
                  std::to_string(static_cast<std::int64_t>(used)) + " " + what + " for " +
                      std::to_string(orders) + " orders; " +
                      std::to_string(static_cast<std::int64_t>(most)) + " are allowed");
        }
      };
  const double once = 50 + kRequestsPerCallMax * static_cast<double>(calls_);
  check("requests", static_cast<double>(requests_), kRequestsPerOrderMax, kPollsPerHourMax, once);
  check("commits", static_cast<double>(commits), kCommitsPerOrderMax, kCommitsPerHourMax, 300);
  check("bytes", static_cast<double>(bytes), kBytesPerOrderMax, kBytesPerHourMax, kBytesFirstRead);
}

}  // namespace storebridge::sim
