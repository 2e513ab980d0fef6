#include "engine/stock_book.h"

#include "domain/timestamp.h"
#include "engine/order_book.h"

namespace storebridge::engine {

Result<PublishingRules> PublishingRulesOf(const ports::ReadTx& tx, const domain::StoreKey& store) {
  SB_TRY(const v1::Store record, tx.stores().Get(store));
  PublishingRules rules{.buffer = record.settings().stock_buffer()};
  if (const Result<domain::StockBasis> basis = domain::StockBasisFrom(record.stock_basis())) {
    rules.basis = *basis;
    rules.is_published = true;
  }
  return rules;
}

std::int64_t SumOf(const std::vector<ports::ClaimTotal>& totals,
                   ports::ClaimKind kind,
                   std::optional<std::string_view> store) {
  std::int64_t sum = 0;
  for (const ports::ClaimTotal& total : totals) {
    sum += total.kind == kind && (!store || total.store == *store) ? total.quantity : 0;
  }
  return sum;
}

domain::StockFacts StockFactsOf(const ports::StockLevel& level,
                                const std::vector<ports::ClaimTotal>& totals,
                                const PublishingRules& rules,
                                std::string_view store) {
  const std::int64_t reserved = SumOf(totals, ports::ClaimKind::kReserved);
  return {
      .on_hand = level.on_hand,
      .basis = rules.basis,
      .buffer = rules.buffer,
      .reserved_all = reserved,
      .reserved_other_stores = reserved - SumOf(totals, ports::ClaimKind::kReserved, store),
      .seen_this_store = SumOf(totals, ports::ClaimKind::kSeen, store),
      .picked_this_store = SumOf(totals, ports::ClaimKind::kPicked, store),
  };
}

std::optional<std::int64_t> WantedQuantity(const ports::StockLevel& level,
                                           const std::vector<ports::ClaimTotal>& totals,
                                           const PublishingRules& rules,
                                           std::string_view store) {
  if (!rules.is_published) {
    return std::nullopt;
  }
  return domain::PublishedQuantity(StockFactsOf(level, totals, rules, store));
}

namespace {

v1::PublishedStock::State StateOf(const ports::Listing& listing,
                                  std::optional<std::int64_t> wanted) {
  if (listing.attempt_open) {
    return v1::PublishedStock::STATE_SENDING;
  }
  if (!wanted) {
    return v1::PublishedStock::STATE_NOT_PUBLISHED;
  }
  if (listing.known_quantity != wanted) {
    return v1::PublishedStock::STATE_WAITING;
  }
  return listing.confirm_ms > 0 ? v1::PublishedStock::STATE_CONFIRMED
                                : v1::PublishedStock::STATE_ACCEPTED;
}

void ShowFacts(const ports::Listing& listing, v1::PublishedStock& published) {
  published.set_last_error(listing.stock_error);
  if (listing.known_quantity) {
    published.set_known(*listing.known_quantity);
    *published.mutable_known_time() = domain::TimestampFromMs(listing.known_ms);
  }
  if (listing.attempt_quantity) {
    published.set_attempted(*listing.attempt_quantity);
    *published.mutable_attempt_time() = domain::TimestampFromMs(listing.attempt_ms);
  }
  if (listing.accept_ms > 0) {
    *published.mutable_accept_time() = domain::TimestampFromMs(listing.accept_ms);
  }
  if (listing.confirm_ms > 0) {
    *published.mutable_confirm_time() = domain::TimestampFromMs(listing.confirm_ms);
  }
}

v1::Stock BalanceOf(const v1::Product& product, const ports::StockPosition& position) {
  const auto& [level, totals] = position;
  v1::Stock stock;
  stock.set_product(product.name());
  stock.set_product_code(product.product_code());
  stock.set_reserved(SumOf(totals, ports::ClaimKind::kReserved));
  stock.set_picked(SumOf(totals, ports::ClaimKind::kPicked));
  if (level.on_hand) {
    stock.set_on_hand(*level.on_hand);
    stock.set_available(*level.on_hand - stock.reserved());
    *stock.mutable_update_time() = domain::TimestampFromMs(level.update_ms);
  }
  stock.set_etag(std::to_string(level.version));
  return stock;
}

}  // namespace

Result<v1::Stock> ShowBalance(const ports::ReadTx& tx,
                              const std::string& merchant,
                              const v1::Product& product) {
  SB_TRY(const ports::StockPosition position, tx.stock().Position(merchant, IdOf(product.name())));
  return BalanceOf(product, position);
}

Result<v1::Stock> ShowStock(const ports::ReadTx& tx,
                            const std::string& merchant,
                            const v1::Product& product) {
  const std::string id = IdOf(product.name());
  SB_TRY(const ports::StockPosition position, tx.stock().Position(merchant, id));
  const auto& [level, totals] = position;
  SB_TRY(const std::vector<ports::Listing> listings, tx.products().ListingsOf(merchant, id));
  v1::Stock stock = BalanceOf(product, position);
  for (const ports::Listing& listing : listings) {
    SB_TRY(const PublishingRules rules, PublishingRulesOf(tx, listing.store));
    v1::PublishedStock* published = stock.add_published();
    published->set_store(domain::StoreName(listing.store));
    published->set_wanted(WantedQuantity(level, totals, rules, listing.store.store).value_or(0));
    published->set_state(
        StateOf(listing, WantedQuantity(level, totals, rules, listing.store.store)));
    published->set_unreserved(SumOf(totals, ports::ClaimKind::kSeen, listing.store.store));
    ShowFacts(listing, *published);
  }
  return stock;
}

v1::StockEntry ShowEntry(const ports::StockEntry& entry) {
  v1::StockEntry shown;
  *shown.mutable_time() = domain::TimestampFromMs(entry.time_ms);
  shown.set_delta(entry.delta);
  shown.set_on_hand(entry.on_hand);
  shown.set_reason(entry.reason);
  return shown;
}

}  // namespace storebridge::engine
