#include "engine/order_book.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "domain/order_record.h"
#include "domain/stock_rules.h"
#include "domain/timestamp.h"
#include "engine/issue_book.h"

namespace storebridge::engine {
namespace {

using domain::OrderMerge;
using domain::OrderWish;

ports::ClaimKind KindOf(domain::ClaimPhase phase) {
  switch (phase) {
    case domain::ClaimPhase::kSeen:
      return ports::ClaimKind::kSeen;
    case domain::ClaimPhase::kReserved:
      return ports::ClaimKind::kReserved;
    case domain::ClaimPhase::kPicked:
      return ports::ClaimKind::kPicked;
  }
  return ports::ClaimKind::kSeen;
}

domain::ProductQuantities ReservedIn(const std::vector<ports::Claim>& claims) {
  domain::ProductQuantities reserved;
  for (const ports::Claim& claim : claims) {
    if (claim.kind == ports::ClaimKind::kReserved) {
      reserved[claim.product] += claim.quantity;
    }
  }
  return reserved;
}

ports::IssueKey IssueKeyOf(const v1::Order& order) {
  ports::IssueKey key{
      .store = {}, .record_type = v1::Issue::RECORD_TYPE_ORDER, .record_key = order.external_id()};
  if (Result<domain::StoreKey> store = domain::ParseStoreName(order.store())) {
    key.store = std::move(*store);
  }
  return key;
}

bool HasNotice(const OrderMerge& merge, std::string_view reason) {
  return std::any_of(merge.notices.begin(),
                     merge.notices.end(),
                     [&](const domain::OrderNotice& notice) { return notice.reason == reason; });
}

}  // namespace

std::string IdOf(std::string_view name) {
  return std::string(name.substr(name.rfind('/') + 1));
}

Status OrderBook::AddCode(const domain::StoreKey& store, std::string_view code, Facts& facts) {
  if (code.empty() || facts.by_code.contains(code)) {
    return Ok();
  }
  const ports::ProductRepository& products = ledger_.tx().products();
  SB_TRY(domain::ProductFacts found, products.FactsOf(ledger_.merchant(), code));
  if (!found.name.empty() && !facts.by_code_alone) {
    SB_TRY(const std::vector<ports::Listing> listings,
           products.ListingsOf(ledger_.merchant(), IdOf(found.name)));
    for (const ports::Listing& listing : listings) {
      if (listing.store == store) {
        found.listed_as.push_back(listing.external_id);
      }
    }
  }
  facts.by_code.emplace(code, std::move(found));
  return Ok();
}

Result<domain::ProductLookup> OrderBook::ProductsOf(const v1::Order& order) {
  SB_TRY(const domain::StoreKey store, domain::ParseStoreName(order.store()));
  return FactsFor(store, &order, nullptr);
}

Result<domain::ProductLookup> OrderBook::FactsFor(const domain::StoreKey& store,
                                                  const v1::Order* existing,
                                                  const connector::v1::Order* seen) {
  const auto [place, is_first] = products_.try_emplace(store);
  Facts& facts = place->second;
  if (is_first) {
    const Result<v1::Store> record = ledger_.tx().stores().Get(store);
    facts.by_code_alone = record && record->settings().match_by_code();
  }
  if (existing != nullptr) {
    for (const v1::OrderLine& line : existing->lines()) {
      SB_CHECK(AddCode(store, line.product_code(), facts));
    }
  }
  if (seen != nullptr) {
    for (const connector::v1::OrderLine& line : seen->lines()) {
      SB_CHECK(AddCode(store, line.product_code(), facts));
    }
  }
  return domain::ProductLookup([&facts](std::string_view code) {
    const auto found = facts.by_code.find(code);
    return found == facts.by_code.end() ? domain::ProductFacts{} : found->second;
  });
}

Result<OrderBook::Verdict> OrderBook::Observe(const domain::StoreKey& store,
                                              const v1::StoreSettings& settings,
                                              const connector::v1::Order& seen,
                                              const Sight& sight) {
  ports::Tx& tx = ledger_.tx();
  SB_TRY(const std::optional<ports::OrderHead> head,
         tx.orders().FindHead(store, seen.external_id()));
  const bool is_known =
      head && head->content_hash == sight.content_hash && head->mark == seen.mark();
  if (is_known && !sight.is_asked_for) {
    return Verdict{};
  }
  ports::OrderRecord record;
  if (head) {
    SB_TRY(record, tx.orders().Get(store.merchant, head->order));
  }
  domain::OrderContext context{.store = store,
                               .new_id = {},
                               .now_ms = ledger_.now_ms(),
                               .orders_from_ms = domain::MsFromTimestamp(settings.orders_from()),
                               .hold_new_orders = settings.hold_new_orders(),
                               .last_modified_ms = record.store_modified_ms,
                               .is_newest = sight.is_asked_for || sight.has_stood};
  if (!head) {
    SB_TRY(context.new_id, ids_.Draw([&](const std::string& first, const std::string& last) {
      return tx.orders().HasAny(store.merchant, first, last);
    }));
  }
  SB_TRY(context.products, FactsFor(store, head ? &record.order : nullptr, &seen));
  SB_TRY(OrderMerge merge, domain::MergeOrder(head ? &record.order : nullptr, seen, context));
  if (merge.outcome == OrderMerge::Outcome::kIgnored ||
      merge.outcome == OrderMerge::Outcome::kOlder) {
    return Verdict{.outcome = merge.outcome,
                   .may_heal = merge.ignored_reason == domain::kNothingToSend};
  }
  SB_CHECK(PutNotices(merge));
  const bool was_put_back = head && head->content_hash == 0;
  if ((sight.is_asked_for || was_put_back) && merge.record.state() != v1::ORDER_STATE_COLLECTING) {
    SB_CHECK(ResolveCollecting(IssueKeyOf(merge.record)));
  }
  record.content_hash = sight.content_hash;
  record.mark = seen.mark();
  record.store_modified_ms = seen.modified_ms();
  // Of what was put back, whether the store took the goods is to be found out anew.
  if (merge.outcome == OrderMerge::Outcome::kUnchanged && !was_put_back) {
    // The next poll need not look at it again. Nobody is told: nothing that matters has changed.
    SB_CHECK(tx.orders().Put(store.merchant, record));
    return Verdict{};
  }
  record.order = std::move(merge.record);
  SB_CHECK(Settle(record, merge.wish, merge.stock_taken));
  return Verdict{.outcome = merge.outcome};
}

Result<bool> OrderBook::CanReserve(const v1::Order& order, const domain::ProductQuantities& own) {
  for (const auto& [product, quantity] : domain::NeedsOf(order)) {
    SB_TRY(std::int64_t available, ledger_.Available(product));
    if (const auto held = own.find(product); held != own.end()) {
      available += held->second;
    }
    if (available < quantity) {
      return false;
    }
  }
  return true;
}

Status OrderBook::Put(ports::OrderRecord& record, const domain::ClaimFacts& facts) {
  const v1::Order& order = record.order;
  SB_TRY(const std::vector<domain::ProductClaim> wanted, domain::ClaimsFor(order, facts));
  std::vector<ports::Claim> claims;
  claims.reserve(wanted.size());
  for (const domain::ProductClaim& claim : wanted) {
    claims.push_back(
        {.product = claim.product, .kind = KindOf(claim.phase), .quantity = claim.quantity});
  }
  const std::vector<ports::Claim> before = std::exchange(record.claims, std::move(claims));
  SB_CHECK(ledger_.tx().orders().Put(ledger_.merchant(), record));
  SB_CHECK(ledger_.MoveClaims(IdOf(order.store()), before, record.claims));
  ledger_.tx().changes().Add(ledger_.merchant(), v1::Change::TYPE_ORDER, order.name());
  return PutDraftIssue(order);
}

Status OrderBook::Settle(ports::OrderRecord& record, OrderWish wish, bool stock_taken) {
  v1::Order& order = record.order;
  const domain::ProductQuantities own = ReservedIn(record.claims);
  bool is_reserved = false;
  if (wish == OrderWish::kReady || !own.empty()) {
    SB_TRY(is_reserved, CanReserve(order, own));
  }
  if (wish == OrderWish::kReady) {
    const domain::OrderState state =
        is_reserved ? domain::OrderState::kNew : domain::OrderState::kPending;
    SB_CHECK(domain::MoveTo(order, state, "", ledger_.now_ms()));
  }
  return Put(record, {.stock_taken = stock_taken, .is_reserved = is_reserved && !own.empty()});
}

Status OrderBook::Write(ports::OrderRecord& record) {
  return Put(
      record,
      {.stock_taken = !record.claims.empty(), .is_reserved = !ReservedIn(record.claims).empty()});
}

Result<bool> OrderBook::MayHaveIssues(const domain::StoreKey& store) {
  if (const auto found = stores_with_issues_.find(store); found != stores_with_issues_.end()) {
    return found->second;
  }
  SB_TRY(const bool any, ledger_.tx().issues().AnyOpen(store, v1::Issue::RECORD_TYPE_ORDER));
  stores_with_issues_.emplace(store, any);
  return any;
}

Status OrderBook::PutDraftIssue(const v1::Order& order) {
  const ports::IssueKey key = IssueKeyOf(order);
  if (order.state() != v1::ORDER_STATE_DRAFT) {
    SB_TRY(const bool may_be_open, MayHaveIssues(key.store));
    return may_be_open ? ResolveIssues(ledger_.tx(), key, ledger_.now_ms(), domain::kDraftReason)
                       : Ok();
  }
  stores_with_issues_[key.store] = true;
  std::string message = fmt::format("order {} cannot be shipped as it is:", order.order_number());
  for (const v1::OrderProblem& problem : order.problems()) {
    message += fmt::format(" {}: {}", problem.field(), problem.message());
  }
  SB_CHECK(
      RaiseIssue(ledger_.tx(),
                 key,
                 {.reason = std::string(domain::kDraftReason),
                  .message = std::move(message),
                  .resolution = "Correct it in the store; the order is checked again by itself.",
                  .record = order.name(),
                  .record_label = order.order_number()},
                 ledger_.now_ms(),
                 random_));
  return Ok();
}

Status OrderBook::PutNotices(const OrderMerge& merge) {
  const v1::Order& order = merge.record;
  SB_TRY(const domain::OrderState state, domain::OrderStateFrom(order.state()));
  if (domain::FollowsStore(state)) {
    return Ok();
  }
  const ports::IssueKey key = IssueKeyOf(order);
  SB_CHECK(ResolveGone(key, merge));
  for (const domain::OrderNotice& notice : merge.notices) {
    SB_CHECK(PutNotice(key, order, notice));
  }
  return Ok();
}

Status OrderBook::ResolveGone(const ports::IssueKey& key, const OrderMerge& merge) {
  SB_TRY(const bool may_be_open, MayHaveIssues(key.store));
  if (!may_be_open) {
    return Ok();
  }
  const bool is_collecting = merge.record.state() == v1::ORDER_STATE_COLLECTING;
  const std::span<const std::string_view> reasons =
      is_collecting ? std::span<const std::string_view>(domain::kNoticesWhileCollecting)
                    : std::span<const std::string_view>(domain::kNoticesAfterwards);
  for (const std::string_view reason : reasons) {
    if (!HasNotice(merge, reason)) {
      SB_CHECK(ResolveIssues(ledger_.tx(), key, ledger_.now_ms(), reason));
    }
  }
  return Ok();
}

Status OrderBook::PutNotice(const ports::IssueKey& key,
                            const v1::Order& order,
                            const domain::OrderNotice& notice) {
  stores_with_issues_[key.store] = true;
  SB_CHECK(RaiseIssue(ledger_.tx(),
                      key,
                      {.reason = notice.reason,
                       .message = notice.message,
                       .resolution = notice.resolution,
                       .record = order.name(),
                       .record_label = order.order_number()},
                      ledger_.now_ms(),
                      random_));
  return Ok();
}

Status OrderBook::ResolveCollecting(const ports::IssueKey& key) {
  for (const std::string_view reason : domain::kNoticesWhileCollecting) {
    SB_CHECK(ResolveIssues(ledger_.tx(), key, ledger_.now_ms(), reason));
  }
  return Ok();
}

Status OrderBook::NoteEndedHere(const v1::Order& order) {
  const ports::IssueKey key = IssueKeyOf(order);
  SB_TRY(const std::vector<v1::Issue> open, ledger_.tx().issues().OpenOf(key));
  bool store_ended_it = false;
  for (const v1::Issue& issue : open) {
    store_ended_it = store_ended_it || issue.reason() == domain::kCancelledWhileCollecting;
  }
  SB_CHECK(ResolveCollecting(key));
  if (store_ended_it) {
    return Ok();
  }
  return PutNotice(key, order, domain::OpenInStoreNotice(order));
}

Result<domain::StoreWord> OrderBook::WordOnCollected(const v1::Order& order) {
  SB_TRY(const std::vector<v1::Issue> open, ledger_.tx().issues().OpenOf(IssueKeyOf(order)));
  domain::StoreWord word = domain::StoreWord::kNothing;
  for (const v1::Issue& issue : open) {
    if (issue.reason() == domain::kCancelledWhileCollecting) {
      return domain::StoreWord::kCancelled;
    }
    if (issue.reason() == domain::kUnpaidWhileCollecting) {
      word = domain::StoreWord::kUnpaid;
    }
  }
  return word;
}

Status OrderBook::CheckIsRead(const ports::OrderRecord& record) {
  if (record.content_hash != 0) {
    return Ok();
  }
  const v1::Order& order = record.order;
  SB_TRY(const std::vector<v1::Issue> open, ledger_.tx().issues().OpenOf(IssueKeyOf(order)));
  if (std::none_of(open.begin(), open.end(), [](const v1::Issue& issue) {
        return issue.reason() == domain::kChangedWhileCollecting;
      })) {
    return Ok();
  }
  return Error{.code = Code::kFailedPrecondition,
               .reason = "ORDER_BEING_READ",
               .message = fmt::format("order {} was changed in the store, and is being read again: "
                                      "wait a moment; ExplainOrder says what keeps it",
                                      order.order_number()),
               .facts = {{"order", order.order_number()}}};
}

Status OrderBook::ReleasePending() {
  return LookAtOldest(v1::ORDER_STATE_PENDING);
}

Status OrderBook::RevalidateDrafts() {
  return LookAtOldest(v1::ORDER_STATE_DRAFT);
}

Status OrderBook::LookAtOldest(v1::OrderState state) {
  SB_TRY(const std::string last, LookAgain(state, {}));
  if (!last.empty()) {
    ledger_.tx().GoOn(ledger_.merchant());
  }
  return Ok();
}

Result<std::string> OrderBook::LookAgain(v1::OrderState state, const std::string& after) {
  ports::Tx& tx = ledger_.tx();
  SB_TRY(const std::vector<std::string> orders,
         tx.orders().Oldest(ledger_.merchant(), state, after, kOrdersMax));
  for (const std::string& id : orders) {
    SB_TRY(ports::OrderRecord record, tx.orders().Get(ledger_.merchant(), id));
    SB_CHECK(state == v1::ORDER_STATE_PENDING ? ReleaseOne(record) : RevalidateOne(record));
  }
  return orders.size() < kOrdersMax ? std::string() : orders.back();
}

Status OrderBook::ReleaseOne(ports::OrderRecord& record) {
  SB_TRY(const bool can, CanReserve(record.order, {}));
  return can ? Settle(record, OrderWish::kReady, true) : Ok();
}

Status OrderBook::RevalidateOne(ports::OrderRecord& record) {
  domain::OrderContext context{.store = {}, .now_ms = ledger_.now_ms()};
  SB_TRY(context.store, domain::ParseStoreName(record.order.store()));
  SB_TRY(context.products, FactsFor(context.store, &record.order, nullptr));
  SB_TRY(OrderMerge merge, domain::Revalidate(record.order, context));
  if (merge.outcome != OrderMerge::Outcome::kWritten) {
    return Ok();
  }
  record.order = std::move(merge.record);
  // Whether the store took the goods is not known any more: true only lowers what is published.
  return Settle(record, merge.wish, true);
}

}  // namespace storebridge::engine
