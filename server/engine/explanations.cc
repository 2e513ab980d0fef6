#include "engine/explanations.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "domain/names.h"
#include "domain/operation.h"
#include "engine/flows/doubtful_shipments.h"
#include "engine/order_book.h"
#include "engine/stock_book.h"
#include "engine/store_view.h"

namespace storebridge::engine {
namespace {

using ports::ClaimKind;

v1::StockClaim::Kind KindOf(ClaimKind kind) {
  switch (kind) {
    case ClaimKind::kSeen:
      return v1::StockClaim::KIND_UNRESERVED;
    case ClaimKind::kReserved:
      return v1::StockClaim::KIND_RESERVED;
    case ClaimKind::kPicked:
      return v1::StockClaim::KIND_PICKED;
  }
  return v1::StockClaim::KIND_UNSPECIFIED;
}

domain::ClaimPhase PhaseOf(ClaimKind kind) {
  switch (kind) {
    case ClaimKind::kSeen:
      return domain::ClaimPhase::kSeen;
    case ClaimKind::kReserved:
      return domain::ClaimPhase::kReserved;
    case ClaimKind::kPicked:
      return domain::ClaimPhase::kPicked;
  }
  return domain::ClaimPhase::kSeen;
}

std::vector<v1::OrderState> StatesOf(ClaimKind kind) {
  std::vector<v1::OrderState> states;
  for (const domain::OrderState state : domain::StatesClaiming(PhaseOf(kind))) {
    states.push_back(domain::ToProto(state));
  }
  return states;
}

// Finds the orders behind the totals of claims.
class ClaimFinder {
 public:
  ClaimFinder(const ports::ReadTx& tx, std::string merchant)
      : tx_(tx), merchant_(std::move(merchant)) {}

  Status Add(const std::string& product, const ports::ClaimTotal& total) {
    SB_TRY(ports::OrderClaims some,
           tx_.orders().ClaimsOn({.store = {.merchant = merchant_, .store = total.store},
                                  .product = product,
                                  .kind = total.kind,
                                  .states = StatesOf(total.kind),
                                  .quantity = total.quantity},
                                 left_));
    left_ -= some.looked_at;
    std::int64_t missing = total.quantity;
    for (ports::OrderClaim& claim : some.claims) {
      missing -= claim.quantity;
      found_.push_back(std::move(claim));
    }
    more_ = more_ || (missing > 0 && (total.kind != ClaimKind::kPicked || left_ == 0));
    return Ok();
  }

  // The oldest of what was added, at most kClaimsMax; begins anew. `more` says whether there may be
  // others.
  std::vector<v1::StockClaim> Take(bool& more) {
    // Ids are ordered by time.
    std::sort(
        found_.begin(), found_.end(), [](const ports::OrderClaim& a, const ports::OrderClaim& b) {
          return a.order < b.order;
        });
    more = more_ || found_.size() > kClaimsMax;
    found_.resize(std::min(found_.size(), kClaimsMax));
    std::vector<v1::StockClaim> claims;
    for (const ports::OrderClaim& claim : found_) {
      v1::StockClaim& shown = claims.emplace_back();
      shown.set_order(domain::OrderName(merchant_, claim.order));
      shown.set_order_number(claim.order_number);
      shown.set_quantity(claim.quantity);
      shown.set_kind(KindOf(claim.kind));
    }
    found_.clear();
    more_ = false;
    return claims;
  }

 private:
  const ports::ReadTx& tx_;
  std::string merchant_;
  int left_ = kClaimingOrdersMax;
  std::vector<ports::OrderClaim> found_;
  bool more_ = false;
};

// What is left to send of an order, with the stock of it; of what is missing the first few with the
// orders that have it.
Result<std::vector<domain::NeededStock>> NeedsOf(const ports::ReadTx& tx,
                                                 const std::string& merchant,
                                                 const v1::Order& order) {
  std::vector<domain::NeededStock> needs;
  ClaimFinder finder(tx, merchant);
  std::size_t missing = 0;
  for (const auto& [product, quantity] : domain::NeedsOf(order)) {
    SB_TRY(const ports::StockPosition position, tx.stock().Position(merchant, product));
    SB_TRY(std::string code, tx.products().CodeOf(merchant, product));
    domain::NeededStock& need = needs.emplace_back();
    need.product = domain::ProductName(merchant, product);
    need.product_code = std::move(code);
    need.needed = quantity;
    need.on_hand = position.level.on_hand;
    need.reserved = SumOf(position.totals, ClaimKind::kReserved);
    if (order.state() != v1::ORDER_STATE_PENDING || domain::MissingOf(need) <= 0 ||
        ++missing > domain::kNamedMax) {
      continue;
    }
    for (const ports::ClaimTotal& total : position.totals) {
      if (total.kind == ClaimKind::kReserved) {
        SB_CHECK(finder.Add(product, total));
      }
    }
    need.reserved_by = finder.Take(need.more_reserved_by);
  }
  return needs;
}

Status AddOpenIssues(const ports::ReadTx& tx,
                     const ports::IssueKey& key,
                     std::vector<v1::Issue>& issues) {
  SB_TRY(std::vector<v1::Issue> some, tx.issues().OpenOf(key));
  std::move(some.begin(), some.end(), std::back_inserter(issues));
  return Ok();
}

// Open issues of an order, its shipments and, of a DRAFT, the products that it sold.
Result<std::vector<v1::Issue>> IssuesOf(const ports::ReadTx& tx,
                                        const domain::StoreKey& store,
                                        const v1::Order& order) {
  std::vector<v1::Issue> issues;
  const auto add = [&](v1::Issue::RecordType type, const std::string& key) {
    return AddOpenIssues(tx, {.store = store, .record_type = type, .record_key = key}, issues);
  };
  SB_CHECK(add(v1::Issue::RECORD_TYPE_ORDER, order.external_id()));
  for (const v1::Shipment& shipment : order.shipments()) {
    SB_CHECK(add(v1::Issue::RECORD_TYPE_SHIPMENT, IdOf(shipment.name())));
  }
  SB_TRY(const bool has_products, tx.issues().AnyOpen(store, v1::Issue::RECORD_TYPE_PRODUCT));
  if (has_products && order.state() == v1::ORDER_STATE_DRAFT) {
    std::set<std::string> products;
    for (const v1::OrderLine& line : order.lines()) {
      if (!line.external_product_id().empty() &&
          products.insert(line.external_product_id()).second) {
        SB_CHECK(add(v1::Issue::RECORD_TYPE_PRODUCT, line.external_product_id()));
      }
    }
  }
  return issues;
}

Result<OrderEvidence> GatherMissing(const ports::ReadTx& tx, const OrderRef& ref) {
  OrderEvidence evidence;
  evidence.is_missing = true;
  evidence.missing.order_number = ref.order_number;
  SB_TRY(const std::vector<v1::Store> stores,
         tx.stores().List(ref.merchant, {}, kExplainedStoresMax + 1));
  for (const v1::Store& store : stores) {
    SB_TRY(domain::StoreKey key, domain::ParseStoreName(store.name()));
    evidence.stores.push_back(std::move(key));
  }
  evidence.missing.has_more_stores = stores.size() > kExplainedStoresMax;
  evidence.stores.resize(std::min<std::size_t>(stores.size(), kExplainedStoresMax));
  SB_TRY(const std::vector<v1::Issue> issues,
         tx.issues().List(ref.merchant, false, {}, kExplainedIssuesMax));
  for (const v1::Issue& issue : issues) {
    if (issue.record_type() == v1::Issue::RECORD_TYPE_ORDER &&
        issue.record_label() == ref.order_number) {
      evidence.missing.issues.push_back(issue);
    }
  }
  return evidence;
}

// Null when the connector is not there.
std::shared_ptr<const connector::v1::Manifest> ManifestOf(const v1::Store& store,
                                                          const ports::ConnectorHost& connectors) {
  const Result<std::string> id = domain::ParseConnectorName(store.connector());
  const Result<ports::ConnectorInfo> info = id ? connectors.Find(*id) : id.error();
  return info ? info->manifest : nullptr;
}

}  // namespace

Result<OrderEvidence> GatherOrder(const ports::ReadTx& tx, const OrderRef& ref) {
  SB_CHECK(tx.merchants().Get(ref.merchant));
  Result<ports::OrderRecord> record = FindOrder(tx, ref);
  if (!record && record.error().code == Code::kNotFound && ref.order.empty()) {
    return GatherMissing(tx, ref);
  }
  if (!record) {
    return record.error();
  }
  OrderEvidence evidence;
  v1::Order& order = evidence.order.order;
  order = std::move(record->order);
  SB_TRY(const domain::StoreKey store, domain::ParseStoreName(order.store()));
  if (order.state() == v1::ORDER_STATE_NEW || order.state() == v1::ORDER_STATE_PENDING) {
    SB_TRY(evidence.order.needs, NeedsOf(tx, ref.merchant, order));
  }
  SB_TRY(evidence.order.issues, IssuesOf(tx, store, order));
  evidence.stores.push_back(store);
  return evidence;
}

Result<v1::Explanation> Explain(OrderEvidence evidence,
                                std::vector<v1::Store> stores,
                                const ports::ConnectorHost& connectors) {
  if (evidence.is_missing) {
    for (v1::Store& store : stores) {
      const auto manifest = ManifestOf(store, connectors);
      evidence.missing.stores.push_back(
          {.store = std::move(store),
           .reads_orders = manifest == nullptr || domain::HasOperation(*manifest, "orders.pull")});
    }
    return domain::ExplainMissingOrder(evidence.missing);
  }
  if (!stores.empty()) {
    const auto manifest = ManifestOf(stores.front(), connectors);
    evidence.order.takes_parts = manifest == nullptr || manifest->partial_shipments();
    evidence.order.store = std::move(stores.front());
  }
  return domain::ExplainOrder(evidence.order);
}

Result<StockEvidence> GatherStock(const ports::ReadTx& tx,
                                  const std::string& merchant,
                                  const v1::Product& product) {
  const std::string id = IdOf(product.name());
  StockEvidence evidence;
  SB_TRY(evidence.stock, ShowStock(tx, merchant, product));
  SB_TRY(const ports::StockPosition position, tx.stock().Position(merchant, id));
  SB_TRY(const std::vector<ports::Listing> listings, tx.products().ListingsOf(merchant, id));
  const auto count = std::min<std::size_t>(listings.size(), kExplainedStoresMax);
  for (std::size_t i = 0; i < count; ++i) {
    const ports::Listing& listing = listings[i];
    SB_TRY(const PublishingRules rules, PublishingRulesOf(tx, listing.store));
    domain::StoreStockFacts& facts = evidence.listings.emplace_back();
    facts.product = product.name();
    facts.published = evidence.stock.published(static_cast<int>(i));
    facts.is_published = rules.is_published;
    facts.stock = StockFactsOf(position.level, position.totals, rules, listing.store.store);
    SB_CHECK(AddOpenIssues(tx,
                           {.store = listing.store,
                            .record_type = v1::Issue::RECORD_TYPE_STOCK,
                            .record_key = listing.external_id},
                           facts.issues));
    if (rules.basis == domain::StockBasis::kPhysical) {
      SB_TRY(const auto doubts, ProductsInDoubt(tx, listing.store));
      facts.is_in_doubt = doubts.contains(id);
    }
    evidence.stores.push_back(listing.store);
  }
  ClaimFinder finder(tx, merchant);
  for (const ports::ClaimTotal& total : position.totals) {
    SB_CHECK(finder.Add(id, total));
  }
  evidence.claims = finder.Take(evidence.more_claims);
  return evidence;
}

std::vector<v1::StockExplanation> Explain(StockEvidence evidence,
                                          const std::vector<v1::Store>& stores,
                                          const ports::ConnectorHost& connectors) {
  std::vector<v1::StockExplanation> explanations;
  for (domain::StoreStockFacts& facts : evidence.listings) {
    const auto store = std::find_if(stores.begin(), stores.end(), [&](const v1::Store& one) {
      return one.name() == facts.published.store();
    });
    if (store == stores.end()) {
      continue;  // Deleted since the tables were read.
    }
    const auto manifest = ManifestOf(*store, connectors);
    facts.is_published = facts.is_published &&
                         (manifest == nullptr || domain::HasOperation(*manifest, "stock.push"));
    facts.store = *store;
    explanations.push_back(domain::ExplainStock(facts));
  }
  return explanations;
}

}  // namespace storebridge::engine
