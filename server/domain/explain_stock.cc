#include "domain/explain_stock.h"

#include <fmt/format.h>

#include "domain/explanation.h"
#include "domain/timestamp.h"

namespace storebridge::domain {
namespace {

using Published = v1::PublishedStock;

class Sum {
 public:
  explicit Sum(v1::StockExplanation& explanation) : explanation_(explanation) {}

  // Nothing is added for 0.
  void Add(std::string_view reason, std::int64_t quantity, std::string message) {
    if (quantity != 0) {
      AddAlways(reason, quantity, std::move(message));
    }
  }

  void AddAlways(std::string_view reason, std::int64_t quantity, std::string message) {
    v1::StockTerm& term = *explanation_.add_terms();
    term.set_reason(std::string(reason));
    term.set_quantity(quantity);
    term.set_message(std::move(message));
    total_ += quantity;
  }

  [[nodiscard]] std::int64_t total() const { return total_; }

 private:
  v1::StockExplanation& explanation_;
  std::int64_t total_ = 0;
};

void AddTerms(const StockFacts& facts, std::int64_t wanted, v1::StockExplanation& explanation) {
  Sum sum(explanation);
  sum.AddAlways("ON_HAND", *facts.on_hand, "on the shelf");
  switch (facts.basis) {
    case StockBasis::kSalable:
      sum.Add("RESERVED", -facts.reserved_all, "promised to orders of all stores");
      sum.Add("UNRESERVED",
              -facts.seen_this_store,
              "sold by this store in orders that reserve nothing here, such as a DRAFT");
      break;
    case StockBasis::kPhysical:
      sum.Add("PICKED",
              facts.picked_this_store,
              "picked for orders of this store that it was not told of as shipped: it takes them "
              "off itself");
      sum.Add("RESERVED",
              -facts.reserved_other_stores,
              "promised to orders of the other stores; this one takes off its own itself");
      break;
  }
  sum.Add("BUFFER", -facts.buffer, "never offered here: the store's stock_buffer");
  sum.Add("NOT_BELOW_ZERO", wanted - sum.total(), "less than 0 is shown as 0");
}

std::string Shows(const v1::StockExplanation& explanation) {
  return explanation.has_known() ? fmt::format("The store shows {}", explanation.known())
                                 : "It is not known what the store shows";
}

// Why a number that is not right is not written.
void ExplainDifference(const StoreStockFacts& facts, v1::Explanation& explanation) {
  const std::string& store = facts.store.name();
  if (facts.published.state() == Published::STATE_SENDING) {
    v1::Cause& cause =
        AddCause(explanation,
                 "STOCK_SENDING",
                 fmt::format("{} was written, or was about to be, and the outcome is not known; it "
                             "is written again",
                             facts.published.attempted()),
                 store);
    *cause.mutable_time() = facts.published.attempt_time();
  }
  if (!facts.published.last_error().empty() && facts.issues.empty()) {
    AddCause(explanation,
             "STOCK_FAILED",
             fmt::format("the last attempt failed: {}", facts.published.last_error()),
             store);
  }
  for (const v1::Issue& issue : facts.issues) {
    AddIssue(explanation, issue);
  }
  if (facts.is_in_doubt) {
    AddCause(
        explanation,
        "STOCK_WAITS_FOR_SHIPMENT",
        "the store may or may not have been told of a shipment of it, and has taken it off, or "
        "not; that is found out first",
        store);
    AddHindrance(explanation, facts.store, Flow::kShipments);
  }
  if (!AddHindrance(explanation, facts.store, Flow::kStock) &&
      AddHindrance(explanation, facts.store, Flow::kOrders)) {
    AddCause(explanation,
             "ORDERS_FIRST",
             "orders are read before stock is written, or it would give back what was just sold",
             store);
  }
  if (explanation.causes().empty()) {
    AddCause(explanation, "STOCK_WAITING", "it waits for its turn, and goes by itself", store);
  }
}

std::string SummaryOf(const StoreStockFacts& facts, const v1::StockExplanation& stock) {
  if (!stock.has_known() || stock.known() != stock.wanted()) {
    return fmt::format("{}; it should be {}.", Shows(stock), stock.wanted());
  }
  if (facts.published.state() == Published::STATE_SENDING) {
    return fmt::format("{}; whether the last write arrived is not known.", Shows(stock));
  }
  return fmt::format("At {} the store showed {}, as it should.",
                     TimestampText(facts.published.known_time()),
                     stock.known());
}

}  // namespace

v1::StockExplanation ExplainStock(const StoreStockFacts& facts) {
  v1::StockExplanation stock;
  stock.set_store(facts.store.name());
  if (facts.published.has_known()) {
    stock.set_known(facts.published.known());
  }
  v1::Explanation& explanation = *stock.mutable_explanation();
  const std::optional<std::int64_t> wanted = PublishedQuantity(facts.stock);
  if (!facts.is_published) {
    explanation.set_summary(Shows(stock) + "; nothing is written to it.");
    AddCause(
        explanation,
        "STOCK_NOT_SUPPORTED",
        "the store's connector cannot write stock, or cannot say what the store's number means",
        facts.store.connector());
    return stock;
  }
  if (!wanted) {
    explanation.set_summary(Shows(stock) + "; nothing is written to it.");
    AddCause(explanation,
             "STOCK_NOT_SET",
             "nobody has said how many pieces are on the shelf",
             facts.product);
    explanation.set_action("Count the product and call SetStock; 0 is a number, too.");
    return stock;
  }
  stock.set_wanted(*wanted);
  AddTerms(facts.stock, *wanted, stock);
  explanation.set_summary(SummaryOf(facts, stock));
  if (facts.published.state() == Published::STATE_SENDING || !stock.has_known() ||
      stock.known() != *wanted) {
    ExplainDifference(facts, explanation);
  } else if (!AddHindrance(explanation, facts.store, Flow::kProducts)) {
    // What somebody edits there is seen by the products, and written over by the stock.
    AddHindrance(explanation, facts.store, Flow::kStock);
  }
  return stock;
}

std::string SummaryOfStock(const v1::Stock& stock) {
  if (!stock.has_on_hand()) {
    return fmt::format("Nobody has said how many pieces of {} are on the shelf.",
                       stock.product_code());
  }
  const std::string rest = stock.available() < 0
                               ? fmt::format("{} too few", -stock.available())
                               : fmt::format("{} can be promised", stock.available());
  return fmt::format("{} of {} on the shelf, {} promised: {}. {} were picked.",
                     stock.on_hand(),
                     stock.product_code(),
                     stock.reserved(),
                     rest,
                     stock.picked());
}

}  // namespace storebridge::domain
