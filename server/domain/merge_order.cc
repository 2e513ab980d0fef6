#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "domain/merge.h"
#include "domain/observed_order.h"
#include "domain/order_record.h"
#include "domain/order_state.h"
#include "domain/record_hash.h"
#include "domain/text_rules.h"
#include "domain/timestamp.h"

namespace storebridge::domain {
namespace {

constexpr std::string_view kTestReason = "the store marks it as a test";
constexpr std::string_view kHoldReason = "the store's setting hold_new_orders";

OrderMerge Unchanged(const v1::Order& existing, bool stock_taken) {
  OrderMerge merge;
  merge.record = existing;
  merge.stock_taken = stock_taken;
  return merge;
}

// Nothing else of the order is followed any more.
OrderMerge WithStoreState(OrderMerge merge, const connector::v1::Order& seen, std::int64_t now_ms) {
  v1::Order& record = merge.record;
  if (record.store_state() == seen.store_state()) {
    return merge;
  }
  record.set_store_state(seen.store_state());
  if (seen.modified_ms() != 0) {
    *record.mutable_store_update_time() = TimestampFromMs(seen.modified_ms());
  }
  Stamp(record, now_ms);
  merge.outcome = OrderMerge::Outcome::kWritten;
  return merge;
}

OrderMerge Ignored(std::string_view reason) {
  OrderMerge merge;
  merge.outcome = OrderMerge::Outcome::kIgnored;
  merge.ignored_reason = std::string(reason);
  return merge;
}

// Why the store has ended an order; empty while it is open.
std::string_view StoreEnd(const OrderSight& sight) {
  if (sight.progress == Progress::kCancelled) {
    return kCancelledInStore;
  }
  if (sight.payment == PaymentState::kRefunded) {
    return kRefundedInStore;
  }
  return sight.progress == Progress::kCompleted ? kCompletedInStore : std::string_view();
}

std::string_view IgnoredReason(std::string_view end) {
  if (end == kCancelledInStore) {
    return "CANCELLED";
  }
  return end == kRefundedInStore ? "REFUNDED" : "COMPLETED";
}

bool IsStale(const v1::Order& existing,
             const connector::v1::Order& seen,
             const OrderContext& context) {
  const std::int64_t known = context.last_modified_ms != 0
                                 ? context.last_modified_ms
                                 : MsFromTimestamp(existing.store_update_time());
  return !context.is_newest && seen.modified_ms() != 0 && seen.modified_ms() < known;
}

// An order that enters the warehouse's view is parked when a rule says so.
OrderWish HoldIfNew(OrderWish wish, const v1::Order& record, const OrderContext& context) {
  const bool enters = wish == OrderWish::kDraft || wish == OrderWish::kReady;
  return enters && (record.is_test() || context.hold_new_orders) ? OrderWish::kHold : wish;
}

std::string_view ReasonFor(OrderWish wish, const v1::Order& record, std::string_view end) {
  if (wish == OrderWish::kHold) {
    return record.is_test() ? kTestReason : kHoldReason;
  }
  return end.empty() ? EndReason(record) : end;
}

// ---- first seen

// Connecting a store never ships the past.
Result<bool> IsBeforeStart(const connector::v1::Order& seen, const OrderContext& context) {
  const std::int64_t time_ms = seen.paid_ms() != 0 ? seen.paid_ms() : seen.placed_ms();
  if (context.orders_from_ms > 0 && time_ms == 0) {
    return Error{
        .code = Code::kInvalidArgument,
        .reason = "ORDER_MALFORMED",
        .message = fmt::format(
            "order '{}' has neither paid_ms nor placed_ms: whether it is older than the store's "
            "orders_from cannot be told",
            Shown(seen.number())),
        .facts = {{"external_id", Shown(seen.external_id())}, {"order", Shown(seen.number())}}};
  }
  return time_ms < context.orders_from_ms;
}

v1::Order NewRecord(const connector::v1::Order& seen, const OrderContext& context) {
  v1::Order record;
  record.set_name(OrderName(context.store.merchant, context.new_id));
  record.set_store(StoreName(context.store));
  // Where every order begins; TakeWish moves it on.
  record.set_state(v1::ORDER_STATE_AWAITING_PAYMENT);
  *record.mutable_create_time() = TimestampFromMs(context.now_ms);
  CopyObserved(seen, record);
  return record;
}

Result<OrderMerge> TakeOver(const connector::v1::Order& seen,
                            const OrderSight& sight,
                            const OrderContext& context) {
  if (const std::string_view end = StoreEnd(sight); !end.empty()) {
    return Ignored(IgnoredReason(end));
  }
  OrderMerge merge;
  merge.record = NewRecord(seen, context);
  merge.wish = DecideByContents(merge.record, context.products, nullptr);
  if (merge.wish == OrderWish::kCancelled) {
    return Ignored(kNothingToSend);
  }
  if (merge.wish != OrderWish::kAwaitingPayment) {
    SB_TRY(const bool is_before, IsBeforeStart(seen, context));
    if (is_before) {
      return Ignored("BEFORE_ORDERS_FROM");
    }
  }
  merge.wish = HoldIfNew(merge.wish, merge.record, context);
  if (merge.wish == OrderWish::kReady) {
    // A stamp reads the whole order, and there is one when it has become NEW or has to wait.
    SB_CHECK(PassThrough(merge.record, OrderState::kPending, {}));
  } else {
    SB_CHECK(TakeWish(
        merge.record, merge.wish, ReasonFor(merge.wish, merge.record, {}), context.now_ms));
  }
  merge.outcome = OrderMerge::Outcome::kWritten;
  merge.stock_taken = seen.stock_taken();
  return merge;
}

// ---- before collecting

// The order as the store has it now, with the state that follows.
Result<OrderMerge> Follow(const v1::Order& existing,
                          const connector::v1::Order& seen,
                          const OrderSight& sight,
                          const OrderContext& context) {
  SB_TRY(const OrderState state, OrderStateFrom(existing.state()));
  OrderMerge merge = Unchanged(existing, seen.stock_taken());
  v1::Order record = existing;
  CopyObserved(seen, record);
  const std::string_view end = StoreEnd(sight);
  OrderWish wish = DecideByContents(record, context.products, &existing);
  if (!end.empty()) {
    wish = OrderWish::kCancelled;
    record.clear_problems();
  }
  if (state == OrderState::kCancelled && wish == OrderWish::kCancelled) {
    return WithStoreState(std::move(merge), seen, context.now_ms);
  }
  if (state == OrderState::kOnHold && wish != OrderWish::kCancelled) {
    // Only people release it.
    wish = OrderWish::kKeep;
  } else if (state == OrderState::kAwaitingPayment || state == OrderState::kCancelled) {
    wish = HoldIfNew(wish, record, context);
  }
  SB_CHECK(TakeWish(record, wish, ReasonFor(wish, record, end), context.now_ms));
  merge.wish = wish;
  if (record.etag() != existing.etag()) {
    merge.outcome = OrderMerge::Outcome::kWritten;
    merge.record = std::move(record);
  }
  return merge;
}

// ---- while collecting

bool SameAddress(const v1::Address& a, const v1::Address& b) {
  return a.SerializeAsString() == b.SerializeAsString();
}

// What the customer chose, such as an engraving.
bool SameAttributes(const v1::OrderLine& a, const v1::OrderLine& b) {
  return std::equal(a.attributes().begin(),
                    a.attributes().end(),
                    b.attributes().begin(),
                    b.attributes().end(),
                    [](const v1::OrderAttribute& left, const v1::OrderAttribute& right) {
                      return left.key() == right.key() && left.value() == right.value();
                    });
}

bool SameDocuments(const v1::Order& a, const v1::Order& b) {
  return std::equal(a.documents().begin(),
                    a.documents().end(),
                    b.documents().begin(),
                    b.documents().end(),
                    [](const v1::OrderDocument& one, const v1::OrderDocument& other) {
                      return one.type() == other.type() && one.url() == other.url();
                    });
}

const v1::OrderLine* FindLine(const v1::Order& order, std::string_view external_id) {
  for (const v1::OrderLine& line : order.lines()) {
    if (line.external_id() == external_id) {
      return &line;
    }
  }
  return nullptr;
}

void AddLineChanges(const v1::OrderLine& ours,
                    const v1::OrderLine& theirs,
                    std::vector<std::string>& changes) {
  const std::string which = fmt::format("line '{}'", Shown(ours.product_code()));
  if (ours.product_code() != theirs.product_code()) {
    changes.push_back(fmt::format("{} is now '{}'", which, Shown(theirs.product_code())));
  }
  if (!ours.external_product_id().empty() &&
      ours.external_product_id() != theirs.external_product_id()) {
    changes.push_back(fmt::format("{} is of another product", which));
  }
  if (ours.quantity() != theirs.quantity()) {
    changes.push_back(fmt::format(
        "{} has the quantity {} instead of {}", which, theirs.quantity(), ours.quantity()));
  }
  if (ours.refunded_quantity() != theirs.refunded_quantity()) {
    changes.push_back(fmt::format("{} has {} refunded", which, theirs.refunded_quantity()));
  }
  if (!SameAttributes(ours, theirs)) {
    changes.push_back(fmt::format("{} has other options", which));
  }
  // Less than before is our own shipment that the store does not know yet.
  if (theirs.fulfilled_elsewhere_quantity() > ours.fulfilled_elsewhere_quantity()) {
    changes.push_back(fmt::format(
        "{} has {} sent by somebody else", which, theirs.fulfilled_elsewhere_quantity()));
  }
}

// Whether another sum is to be collected at the door. That none is any more is said by payment.
bool IsOtherCash(const v1::Order& ours, const v1::Order& theirs) {
  const v1::Money& before = ours.cash_on_delivery();
  const v1::Money& now = theirs.cash_on_delivery();
  return ours.has_cash_on_delivery() && theirs.has_cash_on_delivery() &&
         (before.units() != now.units() || before.nanos() != now.nanos());
}

// What differs for the warehouse. Times, other amounts and our own shipments do not.
std::vector<std::string> ChangesOf(const v1::Order& ours, const v1::Order& theirs) {
  std::vector<std::string> changes;
  if (!SameAddress(ours.shipping_address(), theirs.shipping_address())) {
    changes.emplace_back("the shipping address");
  }
  if (ours.shipping_method().SerializeAsString() != theirs.shipping_method().SerializeAsString()) {
    changes.emplace_back("the shipping method");
  }
  if (ours.customer_note() != theirs.customer_note()) {
    changes.emplace_back("the customer's note");
  }
  if (ours.gift_message() != theirs.gift_message()) {
    changes.emplace_back("the gift message");
  }
  if (IsOtherCash(ours, theirs)) {
    changes.emplace_back("the money to collect at the door");
  }
  if (!SameDocuments(ours, theirs)) {
    changes.emplace_back("the documents");
  }
  if (ours.incoterm() != theirs.incoterm()) {
    changes.emplace_back("the delivery term");
  }
  for (const v1::OrderLine& line : ours.lines()) {
    const v1::OrderLine* other = FindLine(theirs, line.external_id());
    if (other == nullptr) {
      changes.push_back(fmt::format("line '{}' was removed", Shown(line.product_code())));
    } else {
      AddLineChanges(line, *other, changes);
    }
  }
  for (const v1::OrderLine& line : theirs.lines()) {
    if (FindLine(ours, line.external_id()) == nullptr) {
      changes.push_back(fmt::format("line '{}' was added", Shown(line.product_code())));
    }
  }
  return changes;
}

OrderMerge Watch(const v1::Order& existing,
                 const connector::v1::Order& seen,
                 const OrderSight& sight) {
  OrderMerge merge = Unchanged(existing, seen.stock_taken());
  const std::string_view end = StoreEnd(sight);
  if (end == kCancelledInStore || end == kRefundedInStore) {
    merge.notices.push_back(CancelledNotice(existing, end));
    return merge;
  }
  v1::Order theirs = existing;
  CopyObserved(seen, theirs);
  if (IsDue(existing) && !IsDue(theirs)) {
    merge.notices.push_back(UnpaidNotice(existing, seen.store_state()));
  }
  std::vector<std::string> changes = ChangesOf(existing, theirs);
  if (end == kCompletedInStore) {
    changes.emplace_back("it was marked as complete");
  }
  if (!changes.empty()) {
    merge.notices.push_back(ChangedNotice(existing, changes));
  }
  return merge;
}

// ---- after it was cancelled or closed short here

// Whether the store expects no more than what has left. That it calls the order complete is no
// proof of it: what was not sent may still have to be refunded.
bool ExpectsNothingMore(const v1::Order& ours, const connector::v1::Order& seen) {
  return std::all_of(seen.lines().begin(), seen.lines().end(), [&](const auto& theirs) {
    const v1::OrderLine* line = FindLine(ours, theirs.external_id());
    const std::int64_t gone =
        line == nullptr ? 0 : line->shipped_quantity() + line->fulfilled_elsewhere_quantity();
    return line == nullptr || !line->is_shippable() ||
           theirs.quantity() - theirs.refunded_quantity() <= gone;
  });
}

OrderMerge WatchEnded(const v1::Order& existing,
                      const connector::v1::Order& seen,
                      const OrderSight& sight) {
  OrderMerge merge = Unchanged(existing, seen.stock_taken());
  const std::string_view end = StoreEnd(sight);
  const bool is_over = IsClosedShort(existing)
                           ? ExpectsNothingMore(existing, seen) || end == kCancelledInStore ||
                                 end == kRefundedInStore
                           : !end.empty();
  const bool is_due = sight.payment != PaymentState::kUnpaid || seen.has_cash_on_delivery();
  if (!is_over && is_due) {
    merge.notices.push_back(OpenInStoreNotice(existing));
  }
  return merge;
}

// ---- after it has left

// The order as the store has it now, where its lines say what of it was not sent.
v1::Order AsTheStoreHasIt(const v1::Order& ours,
                          const connector::v1::Order& seen,
                          const ProductLookup& products) {
  v1::Order theirs = ours;
  CopyObserved(seen, theirs);
  for (v1::OrderLine& line : *theirs.mutable_lines()) {
    if (const v1::OrderLine* before = FindLine(ours, line.external_id()); before != nullptr) {
      line.set_is_shippable(before->is_shippable());
      // A store that was not told of our shipment yet counts only what somebody else sent.
      line.set_fulfilled_elsewhere_quantity(
          std::max(line.fulfilled_elsewhere_quantity(), before->fulfilled_elsewhere_quantity()));
    } else {
      line.set_is_shippable(line.is_shippable() && products(line.product_code()).is_shippable);
    }
    line.set_open_quantity(OpenQuantity(line));
  }
  return theirs;
}

// A store that was put back to an earlier state gives the ids of what came since to new orders.
bool WasPlacedAfterItLeft(const v1::Order& existing, const connector::v1::Order& seen) {
  return !existing.shipments().empty() &&
         seen.placed_ms() > MsFromTimestamp(existing.shipments().rbegin()->ship_time()) &&
         seen.placed_ms() != MsFromTimestamp(existing.place_time());
}

OrderMerge WatchSent(const v1::Order& existing,
                     const connector::v1::Order& seen,
                     const OrderSight& sight,
                     const OrderContext& context) {
  OrderMerge merge = Unchanged(existing, seen.stock_taken());
  if (WasPlacedAfterItLeft(existing, seen)) {
    if (StoreEnd(sight).empty()) {
      merge.notices.push_back(IdReusedNotice(existing));
    }
    return merge;
  }
  const v1::Order theirs = AsTheStoreHasIt(existing, seen, context.products);
  if (StoreEnd(sight).empty() && IsDue(theirs) && !NothingOpen(theirs)) {
    merge.notices.push_back(GrewNotice(theirs));
  }
  return merge;
}

// An order whose contents are not followed any more.
OrderMerge WatchOnly(const v1::Order& existing,
                     OrderState state,
                     const connector::v1::Order& seen,
                     const OrderSight& sight,
                     const OrderContext& context) {
  if (state == OrderState::kCollecting) {
    return Watch(existing, seen, sight);
  }
  if (state == OrderState::kCancelled || IsClosedShort(existing)) {
    return WatchEnded(existing, seen, sight);
  }
  return state == OrderState::kShipped ? WatchSent(existing, seen, sight, context)
                                       : Unchanged(existing, seen.stock_taken());
}

}  // namespace

Result<OrderMerge> MergeOrder(const v1::Order* existing,
                              const connector::v1::Order& seen,
                              const OrderContext& context) {
  SB_TRY(const OrderSight sight, ReadSight(seen));
  if (existing == nullptr) {
    return TakeOver(seen, sight, context);
  }
  if (IsStale(*existing, seen, context)) {
    OrderMerge merge = Unchanged(*existing, seen.stock_taken());
    merge.outcome = OrderMerge::Outcome::kOlder;
    return merge;
  }
  SB_TRY(const OrderState state, OrderStateFrom(existing->state()));
  const bool may_come_back =
      state == OrderState::kCancelled && IsStoreReason(existing->state_reason());
  if (FollowsStore(state) || may_come_back) {
    return Follow(*existing, seen, sight, context);
  }
  return WithStoreState(WatchOnly(*existing, state, seen, sight, context), seen, context.now_ms);
}

Result<OrderMerge> Revalidate(const v1::Order& order, const OrderContext& context) {
  OrderMerge merge = Unchanged(order, false);
  if (order.state() != v1::ORDER_STATE_DRAFT) {
    return merge;
  }
  v1::Order record = order;
  merge.wish = DecideByContents(record, context.products, nullptr);
  SB_CHECK(TakeWish(record, merge.wish, EndReason(record), context.now_ms));
  if (record.etag() != order.etag()) {
    merge.outcome = OrderMerge::Outcome::kWritten;
    merge.record = std::move(record);
  }
  return merge;
}

}  // namespace storebridge::domain
