#include "engine/ledger.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/issue_book.h"

namespace storebridge::engine {

Ledger::Ledger(ports::Tx& tx, std::string merchant, std::int64_t now_ms)
    : tx_(tx), merchant_(std::move(merchant)), now_ms_(now_ms) {}

Result<Ledger::Position*> Ledger::Find(const std::string& product) {
  if (const auto found = positions_.find(product); found != positions_.end()) {
    return &found->second;
  }
  SB_TRY(ports::StockPosition known, tx_.stock().Position(merchant_, product));
  Position position{.level = known.level, .totals = std::move(known.totals), .differences = {}};
  return &positions_.emplace(product, std::move(position)).first->second;
}

void Ledger::Touch(const std::string& product, Position& position) {
  if (!std::exchange(position.is_touched, true)) {
    touched_.push_back(product);
  }
}

Result<std::int64_t> Ledger::Available(const std::string& product) {
  SB_TRY(const Position* position, Find(product));
  if (!position->level.on_hand) {
    return std::int64_t{0};
  }
  return *position->level.on_hand - SumOf(position->totals, ports::ClaimKind::kReserved);
}

Status Ledger::Move(const std::string& store, const ports::Claim& claim, std::int64_t quantity) {
  SB_TRY(Position * position, Find(claim.product));
  const ports::ClaimTotal moved{.store = store, .kind = claim.kind, .quantity = quantity};
  ports::AddTo(position->totals, moved);
  ports::AddTo(position->differences, moved);
  Touch(claim.product, *position);
  return Ok();
}

Status Ledger::MoveClaims(const std::string& store,
                          const std::vector<ports::Claim>& before,
                          const std::vector<ports::Claim>& after) {
  const auto same = [](const ports::Claim& a, const ports::Claim& b) {
    return a.product == b.product && a.kind == b.kind && a.quantity == b.quantity;
  };
  if (std::is_permutation(before.begin(), before.end(), after.begin(), after.end(), same)) {
    return Ok();
  }
  for (const ports::Claim& claim : before) {
    // What moves from reserved to picked leaves the shelf as well: nothing becomes free.
    const bool is_picked = std::any_of(after.begin(), after.end(), [&](const ports::Claim& now) {
      return now.product == claim.product && now.quantity >= claim.quantity &&
             now.kind == ports::ClaimKind::kPicked;
    });
    freed_ = freed_ || (claim.kind == ports::ClaimKind::kReserved && !is_picked);
    SB_CHECK(Move(store, claim, -claim.quantity));
  }
  for (const ports::Claim& claim : after) {
    SB_CHECK(Move(store, claim, claim.quantity));
  }
  return Ok();
}

Status Ledger::PutLevel(const std::string& product,
                        Position& position,
                        std::int64_t on_hand,
                        std::string_view reason) {
  const std::int64_t before = position.level.on_hand.value_or(0);
  if (position.level.on_hand == on_hand) {
    return Ok();
  }
  position.level.on_hand = on_hand;
  ++position.level.version;
  position.level.update_ms = now_ms_;
  SB_CHECK(tx_.stock().Put(merchant_, product, position.level));
  SB_CHECK(tx_.stock().AddEntry(merchant_,
                                {.product = product,
                                 .delta = on_hand - before,
                                 .on_hand = on_hand,
                                 .reason = std::string(reason),
                                 .time_ms = now_ms_}));
  tx_.changes().Add(merchant_, v1::Change::TYPE_STOCK, domain::ProductName(merchant_, product));
  freed_ = freed_ || on_hand > before;
  Touch(product, position);
  return Ok();
}

Status Ledger::SetOnHand(const std::string& product,
                         std::int64_t on_hand,
                         std::string_view reason) {
  SB_TRY(Position * position, Find(product));
  return PutLevel(product, *position, on_hand, reason);
}

Status Ledger::AddOnHand(const std::string& product, std::int64_t delta, std::string_view reason) {
  SB_TRY(Position * position, Find(product));
  const std::int64_t before = position->level.on_hand.value_or(0);
  if (before + delta < 0) {
    SB_TRY(const v1::Product named, tx_.products().Get(merchant_, product));
    const std::string& code = named.product_code();
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "STOCK_NOT_ENOUGH",
                 .message = fmt::format("{} pieces of '{}' are on the shelf; {} cannot be taken "
                                        "away: count them, and correct the number with SetStock",
                                        before,
                                        code,
                                        -delta),
                 .facts = {{"product_code", code},
                           {"on_hand", std::to_string(before)},
                           {"delta", std::to_string(delta)}}};
  }
  return PutLevel(product, *position, before + delta, reason);
}

Result<const PublishingRules*> Ledger::RulesOf(const std::string& store) {
  if (const auto found = rules_.find(store); found != rules_.end()) {
    return &found->second;
  }
  SB_TRY(const PublishingRules rules,
         PublishingRulesOf(tx_, {.merchant = merchant_, .store = store}));
  return &rules_.emplace(store, rules).first->second;
}

Result<std::optional<std::int64_t>> Ledger::Wanted(const domain::StoreKey& store,
                                                   const std::string& product) {
  SB_TRY(const Position* position, Find(product));
  SB_TRY(const PublishingRules* rules, RulesOf(store.store));
  return WantedQuantity(position->level, position->totals, *rules, store.store);
}

Status Ledger::RefreshDirty(ports::Listing& listing) {
  SB_TRY(const std::optional<std::int64_t> wanted, Wanted(listing.store, listing.product));
  listing.stock_dirty =
      wanted.has_value() && (listing.attempt_open || wanted != listing.known_quantity);
  return listing.stock_dirty ? Ok() : EndTrouble(listing);
}

Status Ledger::EndTrouble(ports::Listing& listing) {
  if (listing.stock_error.empty()) {
    return Ok();
  }
  listing.stock_error.clear();
  return ResolveIssues(tx_,
                       {.store = listing.store,
                        .record_type = v1::Issue::RECORD_TYPE_STOCK,
                        .record_key = listing.external_id},
                       now_ms_);
}

Status Ledger::WriteTotals(const std::string& product) {
  SB_TRY(Position * position, Find(product));
  position->is_touched = false;
  for (const ports::ClaimTotal& difference : std::exchange(position->differences, {})) {
    SB_CHECK(tx_.stock().AddToTotal(merchant_, product, difference));
  }
  return Ok();
}

Status Ledger::Finish() {
  // In the order of the tables, which is one path through their pages.
  std::sort(touched_.begin(), touched_.end());
  for (const std::string& product : std::exchange(touched_, {})) {
    SB_CHECK(WriteTotals(product));
    SB_TRY(std::vector<ports::Listing> listings, tx_.products().ListingsOf(merchant_, product));
    for (ports::Listing& listing : listings) {
      const bool before = listing.stock_dirty;
      SB_CHECK(RefreshDirty(listing));
      if (listing.stock_dirty != before) {
        listing.stock_retry_ms = 0;
        SB_CHECK(tx_.products().PutListingStock(listing));
      }
      if (listing.stock_dirty) {
        tx_.Wake(listing.store, domain::Flow::kStock);
      }
    }
  }
  return Ok();
}

}  // namespace storebridge::engine
