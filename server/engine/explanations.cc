#include "engine/explanations.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "domain/explain_order.h"
#include "domain/explain_stock.h"
#include "domain/names.h"
#include "domain/order_record.h"
#include "engine/order_book.h"
#include "engine/stock_book.h"
#include "engine/store_view.h"

namespace storebridge::engine {
namespace {

constexpr std::size_t kClaimsMax = 50;
constexpr int kStoresMax = 100;
// A merchant's newest open issues, among which one of an order is looked for.
constexpr int kIssuesMax = 1000;

v1::StockClaim::Kind KindOf(ports::ClaimKind kind) {
  switch (kind) {
    case ports::ClaimKind::kSeen:
      return v1::StockClaim::KIND_UNRESERVED;
    case ports::ClaimKind::kReserved:
      return v1::StockClaim::KIND_RESERVED;
    case ports::ClaimKind::kPicked:
      return v1::StockClaim::KIND_PICKED;
  }
  return v1::StockClaim::KIND_UNSPECIFIED;
}

// Nothing instead of kNotFound.
Result<std::optional<v1::Store>> FindStore(const ports::ReadTx& tx, const domain::StoreKey& key) {
  Result<v1::Store> store = tx.stores().Get(key);
  if (store) {
    return std::optional(ShowStore(tx, key, std::move(*store)));
  }
  if (store.error().code == Code::kNotFound) {
    return std::optional<v1::Store>();
  }
  return store.error();
}

Result<StockClaims> ClaimsOn(const ports::ReadTx& tx,
                             const std::string& merchant,
                             const std::string& product) {
  SB_TRY(const std::vector<v1::Store> stores, tx.stores().List(merchant, {}, kStoresMax));
  std::vector<ports::OrderClaim> found;
  StockClaims claims;
  claims.more = stores.size() == kStoresMax;
  for (const v1::Store& store : stores) {
    SB_TRY(const domain::StoreKey key, domain::ParseStoreName(store.name()));
    SB_TRY(ports::OrderClaims some, tx.orders().ClaimsOn(key, product));
    claims.more = claims.more || some.is_cut;
    std::move(some.claims.begin(), some.claims.end(), std::back_inserter(found));
  }
  // Ids are ordered by time.
  std::sort(found.begin(), found.end(), [](const ports::OrderClaim& a, const ports::OrderClaim& b) {
    return a.order < b.order;
  });
  claims.more = claims.more || found.size() > kClaimsMax;
  found.resize(std::min(found.size(), kClaimsMax));
  for (ports::OrderClaim& claim : found) {
    v1::StockClaim& shown = claims.list.emplace_back();
    shown.set_order(domain::OrderName(merchant, claim.order));
    shown.set_order_number(std::move(claim.order_number));
    shown.set_quantity(claim.quantity);
    shown.set_kind(KindOf(claim.kind));
  }
  return claims;
}

// What is left to send of an order, with the stock of it.
Result<std::vector<domain::NeededStock>> NeedsOf(const ports::ReadTx& tx,
                                                 const std::string& merchant,
                                                 const v1::Order& order) {
  std::vector<domain::NeededStock> needs;
  for (const auto& [product, quantity] : domain::NeedsOf(order)) {
    SB_TRY(const ports::StockPosition position, tx.stock().Position(merchant, product));
    SB_TRY(std::string code, tx.products().CodeOf(merchant, product));
    domain::NeededStock& need = needs.emplace_back();
    need.product = domain::ProductName(merchant, product);
    need.product_code = std::move(code);
    need.needed = quantity;
    need.on_hand = position.level.on_hand;
    need.reserved = SumOf(position.totals, ports::ClaimKind::kReserved);
    if (order.state() == v1::ORDER_STATE_PENDING) {
      SB_TRY(StockClaims claims, ClaimsOn(tx, merchant, product));
      need.claims = std::move(claims.list);
    }
  }
  return needs;
}

Status AddOpenIssues(const ports::ReadTx& tx,
                     const ports::IssueKey& key,
                     std::vector<v1::Issue>& issues) {
  if (key.record_key.empty()) {
    return Ok();
  }
  SB_TRY(std::vector<v1::Issue> some, tx.issues().OpenOf(key));
  std::move(some.begin(), some.end(), std::back_inserter(issues));
  return Ok();
}

// Open issues of an order, its shipments and the products that it sold.
Result<std::vector<v1::Issue>> IssuesOf(const ports::ReadTx& tx,
                                        const domain::StoreKey& store,
                                        const v1::Order& order) {
  std::vector<v1::Issue> issues;
  SB_CHECK(AddOpenIssues(tx,
                         {.store = store,
                          .record_type = v1::Issue::RECORD_TYPE_ORDER,
                          .record_key = order.external_id()},
                         issues));
  for (const v1::Shipment& shipment : order.shipments()) {
    SB_TRY(const domain::MerchantChild name, domain::ParseShipmentName(shipment.name()));
    SB_CHECK(AddOpenIssues(
        tx,
        {.store = store, .record_type = v1::Issue::RECORD_TYPE_SHIPMENT, .record_key = name.id},
        issues));
  }
  SB_TRY(const bool has_products, tx.issues().AnyOpen(store, v1::Issue::RECORD_TYPE_PRODUCT));
  if (has_products && order.state() == v1::ORDER_STATE_DRAFT) {
    for (const v1::OrderLine& line : order.lines()) {
      SB_CHECK(AddOpenIssues(tx,
                             {.store = store,
                              .record_type = v1::Issue::RECORD_TYPE_PRODUCT,
                              .record_key = line.external_product_id()},
                             issues));
    }
  }
  return issues;
}

Result<ExplainedOrder> ExplainMissing(const ports::ReadTx& tx, const OrderRef& ref) {
  domain::MissingOrderFacts facts{.order_number = ref.order_number, .stores = {}, .issues = {}};
  SB_TRY(std::vector<v1::Store> stores, tx.stores().List(ref.merchant, {}, kStoresMax));
  for (v1::Store& store : stores) {
    SB_TRY(const domain::StoreKey key, domain::ParseStoreName(store.name()));
    facts.stores.push_back(ShowStore(tx, key, std::move(store)));
  }
  SB_TRY(const std::vector<v1::Issue> issues,
         tx.issues().List(ref.merchant, false, {}, kIssuesMax));
  for (const v1::Issue& issue : issues) {
    if (issue.record_type() == v1::Issue::RECORD_TYPE_ORDER &&
        issue.record_label() == ref.order_number) {
      facts.issues.push_back(issue);
    }
  }
  return ExplainedOrder{.order = {},
                        .state = v1::ORDER_STATE_UNSPECIFIED,
                        .explanation = domain::ExplainMissingOrder(facts)};
}

}  // namespace

Result<ExplainedOrder> ExplainOrder(const ports::ReadTx& tx, const OrderRef& ref) {
  SB_CHECK(tx.merchants().Get(ref.merchant));
  const Result<ports::OrderRecord> record = FindOrder(tx, ref);
  if (!record && record.error().code == Code::kNotFound && ref.order.empty()) {
    return ExplainMissing(tx, ref);
  }
  SB_CHECK(record);
  const v1::Order& order = record->order;
  SB_TRY(const domain::StoreKey store, domain::ParseStoreName(order.store()));
  domain::OrderFacts facts{.order = order, .store = {}, .needs = {}, .issues = {}};
  SB_TRY(facts.store, FindStore(tx, store));
  SB_TRY(facts.needs, NeedsOf(tx, ref.merchant, order));
  SB_TRY(facts.issues, IssuesOf(tx, store, order));
  SB_TRY(v1::Explanation explanation, domain::ExplainOrder(facts));
  return ExplainedOrder{
      .order = order.name(), .state = order.state(), .explanation = std::move(explanation)};
}

Result<ExplainedStock> ExplainStock(const ports::ReadTx& tx,
                                    const std::string& merchant,
                                    const v1::Product& product) {
  const std::string id = IdOf(product.name());
  SB_TRY(const v1::Stock stock, ShowStock(tx, merchant, product));
  SB_TRY(const ports::StockPosition position, tx.stock().Position(merchant, id));
  SB_TRY(const std::vector<ports::Listing> listings, tx.products().ListingsOf(merchant, id));
  ExplainedStock explained;
  explained.summary = domain::SummaryOfStock(stock);
  for (std::size_t i = 0; i < listings.size(); ++i) {
    const ports::Listing& listing = listings[i];
    SB_TRY(v1::Store store, tx.stores().Get(listing.store));
    SB_TRY(const PublishingRules rules, PublishingRulesOf(tx, listing.store));
    domain::StoreStockFacts facts{
        .store = ShowStore(tx, listing.store, std::move(store)),
        .published = stock.published(static_cast<int>(i)),
        .is_published = rules.is_published,
        .stock = StockFactsOf(position.level, position.totals, rules, listing.store.store),
        .issues = {}};
    SB_CHECK(AddOpenIssues(tx,
                           {.store = listing.store,
                            .record_type = v1::Issue::RECORD_TYPE_STOCK,
                            .record_key = listing.external_id},
                           facts.issues));
    explained.stores.push_back(domain::ExplainStock(facts));
  }
  SB_TRY(explained.claims, ClaimsOn(tx, merchant, id));
  return explained;
}

}  // namespace storebridge::engine
