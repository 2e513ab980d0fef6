#include "engine/product_book.h"

#include <utility>

#include "domain/merge.h"
#include "engine/order_book.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

// Nothing instead of kNotFound.
Result<std::optional<v1::Product>> Optional(Result<v1::Product> product) {
  if (product) {
    return std::optional<v1::Product>(std::move(*product));
  }
  if (product.error().code == Code::kNotFound) {
    return std::optional<v1::Product>();
  }
  return product.error();
}

const v1::Product* PointerTo(const std::optional<v1::Product>& product) {
  return product ? &*product : nullptr;
}

}  // namespace

Result<std::string> ProductBook::DrawId() {
  return ids_.Draw([&](const std::string& first, const std::string& last) {
    return ledger_.tx().products().HasAny(store_.merchant, first, last);
  });
}

Result<std::optional<std::string>> ProductBook::AddNew(const cv1::Product& seen) {
  ports::Tx& tx = ledger_.tx();
  domain::ProductContext context{.store = store_, .new_id = {}, .now_ms = ledger_.now_ms()};
  SB_TRY(context.new_id, DrawId());
  const Result<domain::ProductMerge> merge = domain::MergeProduct(nullptr, seen, context);
  if (!merge) {
    return std::optional<std::string>();  // Whether another has its code is said first.
  }
  SB_TRY(const bool is_added, tx.products().Add(store_.merchant, merge->record));
  if (!is_added) {
    return std::optional<std::string>();
  }
  tx.changes().Add(store_.merchant, v1::Change::TYPE_PRODUCT, merge->record.name());
  ledger_.AddNew(context.new_id);
  codes_changed_ = true;
  return std::optional(std::move(context.new_id));
}

Status ProductBook::Link(const cv1::Product& seen, ports::Listing listing) {
  listing.external_parent_id = seen.external_parent_id();
  SB_CHECK(CompareStock(seen, listing));
  WakeIfDirty(listing);
  return ledger_.tx().products().PutListing(listing);
}

Result<bool> ProductBook::Merge(const cv1::Product& seen,
                                std::uint64_t content_hash,
                                const std::optional<ports::Listing>& listing) {
  ports::Tx& tx = ledger_.tx();
  const std::string& merchant = store_.merchant;
  ports::Listing linked =
      listing.value_or(ports::Listing{.store = store_, .external_id = seen.external_id()});
  linked.content_hash = content_hash;
  if (!listing && !seen.is_deleted() && expects_free_codes_) {
    SB_TRY(std::optional<std::string> added, AddNew(seen));
    if (added) {
      linked.product = std::move(*added);
      SB_CHECK(Link(seen, std::move(linked)));
      return true;
    }
    expects_free_codes_ = false;
  }
  std::optional<v1::Product> by_listing;
  if (listing) {
    SB_TRY(by_listing, Optional(tx.products().Get(merchant, listing->product)));
  }
  // A product that keeps its code is that of its listing, whoever else has the code.
  std::optional<v1::Product> by_code;
  const bool keeps_code = by_listing && by_listing->product_code() == seen.product_code();
  if (!seen.is_deleted() && !keeps_code) {
    SB_TRY(by_code, tx.products().FindByCode(merchant, seen.product_code()));
  }
  const domain::ProductTarget target =
      domain::FindTarget(PointerTo(by_listing), PointerTo(by_code), seen, store_);
  domain::ProductContext context{.store = store_, .new_id = {}, .now_ms = ledger_.now_ms()};
  if (target.existing == nullptr && !seen.is_deleted()) {
    SB_TRY(context.new_id, DrawId());
  }
  SB_TRY(const domain::ProductMerge& merge, domain::MergeProduct(target.existing, seen, context));
  if (target.leaves != nullptr) {
    const v1::Product left =
        domain::WithoutListing(*target.leaves, store_, seen.external_id(), ledger_.now_ms());
    SB_CHECK(tx.products().Put(merchant, left));
    tx.changes().Add(merchant, v1::Change::TYPE_PRODUCT, left.name());
    codes_changed_ = true;
  }
  if (merge.changed) {
    SB_CHECK(tx.products().Put(merchant, merge.record));
    tx.changes().Add(merchant, v1::Change::TYPE_PRODUCT, merge.record.name());
    codes_changed_ = codes_changed_ || target.existing == nullptr ||
                     target.existing->product_code() != merge.record.product_code() ||
                     target.existing->is_active() != merge.record.is_active() ||
                     target.existing->is_shippable() != merge.record.is_shippable();
  }
  // Orders whose code was that of another product than the store sold are to be looked at again.
  codes_changed_ = codes_changed_ || listing.has_value() == seen.is_deleted();
  if (seen.is_deleted()) {
    if (listing) {
      SB_CHECK(Forget(*listing));
    }
    return merge.changed;
  }
  linked.product = IdOf(merge.record.name());
  if (!context.new_id.empty()) {
    ledger_.AddNew(linked.product);
  }
  SB_CHECK(Link(seen, std::move(linked)));
  return merge.changed;
}

Status ProductBook::Forget(ports::Listing listing) {
  SB_CHECK(ledger_.EndTrouble(listing));
  return ledger_.tx().products().RemoveListing(store_, listing.external_id);
}

bool ProductBook::IsOlderThanRun(const ports::Listing& listing) const {
  return listing.known_ms < run_start_ms_ || listing.known_ms > ledger_.now_ms();
}

Status ProductBook::CompareStock(const cv1::Product& seen, ports::Listing& listing) {
  if (seen.has_stock_quantity() && IsOlderThanRun(listing)) {
    if (listing.known_quantity != seen.stock_quantity()) {
      listing.accept_ms = 0;
    }
    listing.known_quantity = seen.stock_quantity();
    listing.known_ms = run_start_ms_;
    listing.confirm_ms = run_start_ms_;
  }
  return ledger_.RefreshDirty(listing);
}

void ProductBook::WakeIfDirty(const ports::Listing& listing) {
  if (listing.stock_dirty) {
    ledger_.tx().Wake(store_, domain::Flow::kStock);
  }
}

Result<bool> ProductBook::Observe(const cv1::Product& seen, std::uint64_t content_hash) {
  SB_TRY(std::optional<ports::Listing> listing,
         ledger_.tx().products().FindListing(store_, seen.external_id()));
  if (!listing || listing->content_hash != content_hash || seen.is_deleted()) {
    return Merge(seen, content_hash, listing);
  }
  // What was accepted is confirmed once, when it is first seen.
  const bool is_news =
      seen.has_stock_quantity() &&
      (listing->known_quantity != seen.stock_quantity() || listing->confirm_ms == 0);
  if (is_news && IsOlderThanRun(*listing)) {
    SB_CHECK(CompareStock(seen, *listing));
    WakeIfDirty(*listing);
    SB_CHECK(ledger_.tx().products().PutListingStock(*listing));
  }
  return false;
}

Result<bool> ProductBook::Remove(const ports::Listing& listing) {
  cv1::Product gone;
  gone.set_external_id(listing.external_id);
  gone.set_is_deleted(true);
  return Merge(gone, 0, listing);
}

}  // namespace storebridge::engine
