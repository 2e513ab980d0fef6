#include "domain/order_decision.h"

#include <algorithm>
#include <vector>

#include "domain/money.h"
#include "domain/order_record.h"
#include "domain/order_rules.h"
#include "domain/order_state.h"
#include "domain/record_hash.h"

namespace storebridge::domain {
namespace {

bool IsPaidAtTheDoor(const v1::Order& order) {
  const v1::Money& money = order.cash_on_delivery();
  return order.has_cash_on_delivery() && !IsNegative(money) &&
         (money.units() != 0 || money.nanos() != 0);
}

// An order without lines, or with a quantity that cannot be, is a DRAFT for people to look at; it
// is not finished.
bool HasNothingLeft(const v1::Order& order) {
  return !order.lines().empty() && NothingOpen(order) &&
         std::none_of(order.lines().begin(), order.lines().end(), [](const v1::OrderLine& line) {
           return line.quantity() < 0;
         });
}

// One that waits for payment was sold by the store before: a late payment finds it as it was.
bool WasRight(const v1::Order& order) {
  return (order.state() == v1::ORDER_STATE_AWAITING_PAYMENT ||
          order.state() == v1::ORDER_STATE_NEW || order.state() == v1::ORDER_STATE_PENDING ||
          order.state() == v1::ORDER_STATE_ON_HOLD) &&
         order.problems().empty();
}

bool HasLineOf(const v1::Order& order, std::string_view product_code) {
  return std::any_of(order.lines().begin(), order.lines().end(), [&](const v1::OrderLine& line) {
    return line.product_code() == product_code && line.open_quantity() > 0;
  });
}

// The look-up, where products that were accepted on the order before count as active, and as goods:
// what was sold as a thing is sent, also where the store calls it a download since.
ProductLookup Accepting(const ProductLookup& products, const v1::Order* accepted) {
  if (accepted == nullptr || !WasRight(*accepted)) {
    return products;
  }
  return [&products, accepted](std::string_view product_code) {
    ProductFacts facts = products(product_code);
    if (facts.standing == ProductFacts::Standing::kUnknown || !HasLineOf(*accepted, product_code)) {
      return facts;
    }
    facts.is_shippable = true;
    if (facts.standing == ProductFacts::Standing::kInactive) {
      facts.standing = ProductFacts::Standing::kActive;
    }
    return facts;
  };
}

OrderState StateFor(OrderWish wish, OrderState state) {
  switch (wish) {
    case OrderWish::kAwaitingPayment:
      return OrderState::kAwaitingPayment;
    case OrderWish::kDraft:
      return OrderState::kDraft;
    case OrderWish::kReady:
      return state == OrderState::kNew ? OrderState::kNew : OrderState::kPending;
    case OrderWish::kHold:
      return OrderState::kOnHold;
    case OrderWish::kCancelled:
      return OrderState::kCancelled;
    case OrderWish::kKeep:
      return state;
  }
  return state;
}

}  // namespace

OrderWish DecideByContents(v1::Order& order,
                           const ProductLookup& products,
                           const v1::Order* accepted) {
  const std::vector<v1::OrderProblem> problems = [&] {
    const ProductLookup lookup = Accepting(products, accepted);
    const LineDoubts doubts = DoubtsOf(order, lookup);
    ResolveLines(order, lookup, doubts);
    return ValidateOrder(order, lookup, doubts);
  }();
  order.clear_problems();
  if (HasNothingLeft(order)) {
    return OrderWish::kCancelled;
  }
  if (!IsDue(order)) {
    return OrderWish::kAwaitingPayment;
  }
  for (const v1::OrderProblem& problem : problems) {
    *order.add_problems() = problem;
  }
  return problems.empty() ? OrderWish::kReady : OrderWish::kDraft;
}

bool IsDue(const v1::Order& order) {
  return order.payment().state() == v1::PAYMENT_STATE_PAID || IsPaidAtTheDoor(order);
}

Status TakeWish(v1::Order& order, OrderWish wish, std::string_view reason, std::int64_t now_ms) {
  SB_TRY(const OrderState state, OrderStateFrom(order.state()));
  const OrderState to = StateFor(wish, state);
  if (to == state) {
    // Who gave the reason for being here knows it best.
    Stamp(order, now_ms);
    return Ok();
  }
  const bool has_reason = wish == OrderWish::kHold || wish == OrderWish::kCancelled;
  return MoveTo(order, to, has_reason ? reason : std::string_view(), now_ms);
}

std::string_view EndReason(const v1::Order& order) {
  const auto& lines = order.lines();
  if (std::any_of(lines.begin(), lines.end(), [](const v1::OrderLine& line) {
        return line.fulfilled_elsewhere_quantity() > 0;
      })) {
    return kCompletedInStore;
  }
  if (std::any_of(lines.begin(), lines.end(), [](const v1::OrderLine& line) {
        return line.refunded_quantity() > 0;
      })) {
    return kRefundedInStore;
  }
  return kNothingLeftToSend;
}

}  // namespace storebridge::domain
