#include "adapters/storage/product_tables.h"

#include <algorithm>
#include <utility>

#include "adapters/storage/documents.h"
#include "core/wire_fields.h"

namespace storebridge::storage {
namespace {

using ports::Listing;
using ports::StoreKey;

Listing ReadListing(const Query& row) {
  return Listing{.store = {.merchant = std::string(row.Text(0)), .store = std::string(row.Text(1))},
                 .external_id = std::string(row.Text(2)),
                 .external_parent_id = std::string(row.Text(3)),
                 .product = std::string(row.Text(4)),
                 .content_hash = row.Hash(5),
                 .known_quantity = row.OptionalInt(6),
                 .known_ms = row.Int(7),
                 .stock_dirty = row.Int(8) != 0,
                 .stock_error = std::string(row.Text(9)),
                 .stock_retry_ms = row.Int(10),
                 .attempt_quantity = row.OptionalInt(11),
                 .attempt_ms = row.Int(12),
                 .attempt_open = row.Int(13) != 0,
                 .accept_ms = row.Int(14),
                 .confirm_ms = row.Int(15)};
}

// Runs a statement that takes the key of a listing, `more`, and what is known of its stock.
template <typename... More>
Status PutWithStock(Connection& db, Sql sql, const Listing& listing, const More&... more) {
  return Query(db,
               sql,
               listing.store.merchant,
               listing.store.store,
               listing.external_id,
               more...,
               listing.known_quantity,
               listing.known_ms,
               listing.stock_dirty,
               listing.stock_error,
               listing.stock_retry_ms,
               listing.attempt_quantity,
               listing.attempt_ms,
               listing.attempt_open,
               listing.accept_ms,
               listing.confirm_ms)
      .Run();
}

struct Flags {
  bool is_active = false;
  bool is_shippable = false;
};

// Two fields of a product's document. Reading all of it, texts and pictures, for them is what an
// order spent a twentieth of its time on.
Result<Flags> ReadFlags(std::string_view document) {
  Flags flags;
  WireFields fields(document);
  for (WireField field; fields.Next(field);) {
    if (field.kind != WireField::Kind::kNumber) {
      continue;
    }
    if (field.number == v1::Product::kIsActiveFieldNumber) {
      flags.is_active = field.value != 0;
    } else if (field.number == v1::Product::kIsShippableFieldNumber) {
      flags.is_shippable = field.value != 0;
    }
  }
  if (document.empty() || !fields.is_at_end()) {
    return DamagedDocument(v1::Product().GetTypeName());
  }
  return flags;
}

}  // namespace

Result<v1::Product> ProductTables::Get(std::string_view merchant, std::string_view product) const {
  Query query(db_, Sql::kProductGet, merchant, product);
  return GetDocument<v1::Product>(
      query, "PRODUCT_NOT_FOUND", domain::ProductName(merchant, product));
}

Result<bool> ProductTables::HasAny(std::string_view merchant,
                                   std::string_view first,
                                   std::string_view last) const {
  return Query(db_, Sql::kProductHasAny, merchant, first, last).Step();
}

Result<v1::Product> ProductTables::GetByCode(std::string_view merchant,
                                             std::string_view product_code) const {
  SB_TRY(std::optional<v1::Product> product, FindByCode(merchant, product_code));
  if (!product) {
    return Error{.code = Code::kNotFound,
                 .reason = "PRODUCT_NOT_FOUND",
                 .message = fmt::format(
                     "merchant '{}' has no product with the code '{}'", merchant, product_code),
                 .facts = {{"merchant", std::string(merchant)},
                           {"product_code", std::string(product_code)}}};
  }
  return std::move(*product);
}

Result<std::optional<v1::Product>> ProductTables::FindByCode(std::string_view merchant,
                                                             std::string_view product_code) const {
  Query query(db_, Sql::kProductByCode, merchant, product_code);
  SB_TRY(const bool found, query.Step());
  std::optional<v1::Product> product;
  if (found) {
    SB_TRY(product, FromDocument<v1::Product>(query.Bytes(0)));
  }
  return product;
}

Result<domain::ProductFacts> ProductTables::FactsOf(std::string_view merchant,
                                                    std::string_view product_code) const {
  if (known_ == nullptr) {
    return ReadFacts(merchant, product_code);
  }
  if (const domain::ProductFacts* known = known_->facts.Find(merchant, product_code)) {
    return *known;
  }
  SB_TRY(domain::ProductFacts facts, ReadFacts(merchant, product_code));
  known_->facts.Keep(merchant, product_code, facts);
  return facts;
}

Result<domain::ProductFacts> ProductTables::ReadFacts(std::string_view merchant,
                                                      std::string_view product_code) const {
  Query query(db_, Sql::kProductByCode, merchant, product_code);
  SB_TRY(const bool found, query.Step());
  if (!found) {
    return domain::ProductFacts{};
  }
  SB_TRY(const Flags flags, ReadFlags(query.Bytes(0)));
  return domain::ProductFacts{.standing = flags.is_active
                                              ? domain::ProductFacts::Standing::kActive
                                              : domain::ProductFacts::Standing::kInactive,
                              .name = domain::ProductName(merchant, query.Text(1)),
                              .is_shippable = flags.is_shippable};
}

Result<std::string> ProductTables::CodeOf(std::string_view merchant,
                                          std::string_view product) const {
  Query query(db_, Sql::kProductCode, merchant, product);
  SB_TRY(const bool found, query.Step());
  if (!found) {
    return NoDocument("PRODUCT_NOT_FOUND", domain::ProductName(merchant, product));
  }
  return std::string(query.Text(0));
}

Result<std::vector<v1::Product>> ProductTables::List(std::string_view merchant,
                                                     const domain::MerchantChild& after,
                                                     int limit) const {
  SB_CHECK(CheckLimit(limit));
  if (merchant.empty()) {
    Query query(db_, Sql::kProductListAll, after.merchant, after.id, limit);
    return GetDocuments<v1::Product>(query);
  }
  Query query(db_, Sql::kProductListOf, merchant, after.id, limit);
  return GetDocuments<v1::Product>(query);
}

Status ProductTables::Put(std::string_view merchant, const v1::Product& value) {
  SB_TRY(const domain::MerchantChild name, domain::ParseProductName(value.name()));
  SB_CHECK(CheckMerchant(merchant, name.merchant, value.name()));
  const std::string doc = ToDocument(value);
  Status status =
      Query(db_, Sql::kProductPut, merchant, name.id, value.product_code(), Blob{doc}).Run();
  if (!status && status.error().code == Code::kAlreadyExists) {
    return Error{
        .code = Code::kAlreadyExists,
        .reason = "PRODUCT_CODE_DUPLICATE",
        .message = fmt::format(
            "merchant '{}' has another product with the code '{}': give one of them another code",
            merchant,
            value.product_code()),
        .facts = {{"merchant", std::string(merchant)}, {"product_code", value.product_code()}}};
  }
  if (known_ != nullptr) {
    known_->facts.Forget();  // It may have had another code.
  }
  return status;
}

Result<bool> ProductTables::Add(std::string_view merchant, const v1::Product& value) {
  SB_TRY(const domain::MerchantChild name, domain::ParseProductName(value.name()));
  SB_CHECK(CheckMerchant(merchant, name.merchant, value.name()));
  const std::string doc = ToDocument(value);
  const std::int64_t before = db_.changes();
  SB_CHECK(Query(db_, Sql::kProductAdd, merchant, name.id, value.product_code(), Blob{doc}).Run());
  if (db_.changes() == before) {
    return false;
  }
  if (known_ != nullptr) {
    known_->facts.Forget();  // That nobody has its code may be known.
  }
  return true;
}

Result<std::optional<Listing>> ProductTables::FindListing(const StoreKey& store,
                                                          std::string_view external_id) const {
  Query query(db_, Sql::kListingFind, store.merchant, store.store, external_id);
  SB_TRY(const bool found, query.Step());
  return found ? std::optional(ReadListing(query)) : std::nullopt;
}

Result<std::vector<Listing>> ProductTables::ListingsOf(std::string_view merchant,
                                                       std::string_view product) const {
  if (known_ != nullptr) {
    if (const std::vector<Listing>* known = known_->listings.Find(merchant, product)) {
      return *known;
    }
  }
  Query query(db_, Sql::kListingsOfProduct, merchant, product);
  SB_TRY(std::vector<Listing> listings, GetRows(query, ReadListing));
  if (known_ != nullptr && listings.size() <= KnownProducts::kListingsMax) {
    known_->listings.Keep(merchant, product, listings);
  }
  return listings;
}

Result<std::vector<Listing>> ProductTables::Listings(const StoreKey& store,
                                                     std::string_view after,
                                                     int limit) const {
  SB_CHECK(CheckLimit(limit));
  Query query(db_, Sql::kListingsOfStore, store.merchant, store.store, after, limit);
  return GetRows(query, ReadListing);
}

Result<std::vector<std::string>> ProductTables::ListingIds(const StoreKey& store,
                                                           std::string_view after,
                                                           int limit) const {
  SB_CHECK(CheckLimit(limit));
  Query query(db_, Sql::kListingIdsOfStore, store.merchant, store.store, after, limit);
  return GetRows(query, [](const Query& row) { return std::string(row.Text(0)); });
}

Result<std::vector<Listing>> ProductTables::DirtyListings(const StoreKey& store,
                                                          std::int64_t now_ms,
                                                          int limit) const {
  SB_CHECK(CheckLimit(limit));
  Query query(db_, Sql::kListingsDirty, store.merchant, store.store, now_ms, limit);
  return GetRows(query, ReadListing);
}

Result<std::optional<std::int64_t>> ProductTables::NextDirtyMs(const StoreKey& store) const {
  Query query(db_, Sql::kListingNextDirty, store.merchant, store.store);
  SB_TRY(const bool found, query.Step());
  return found ? std::optional(query.Int(0)) : std::nullopt;
}

Listing* ProductTables::Remembered(const Listing& listing) {
  std::vector<Listing>* listings =
      known_ == nullptr ? nullptr : known_->listings.Find(listing.store.merchant, listing.product);
  if (listings == nullptr) {
    return nullptr;
  }
  const auto found = std::find_if(listings->begin(), listings->end(), [&](const Listing& one) {
    return one.external_id == listing.external_id && one.store == listing.store;
  });
  return found == listings->end() ? nullptr : &*found;
}

Status ProductTables::PutListing(const Listing& listing) {
  SB_CHECK(PutWithStock(db_,
                        Sql::kListingPut,
                        listing,
                        listing.external_parent_id,
                        listing.product,
                        listing.content_hash));
  if (Listing* remembered = Remembered(listing)) {
    *remembered = listing;
  } else if (known_ != nullptr) {
    known_->listings.Forget();  // It may have been another product's.
  }
  return Ok();
}

Status ProductTables::PutListingStock(const Listing& listing) {
  SB_CHECK(PutWithStock(db_, Sql::kListingPutStock, listing));
  if (Listing* remembered = Remembered(listing)) {
    Listing written = listing;
    written.external_parent_id = remembered->external_parent_id;
    written.content_hash = remembered->content_hash;
    *remembered = std::move(written);
  }
  return Ok();
}

Status ProductTables::NoteAttempt(const Listing& listing) {
  SB_CHECK(Query(db_,
                 Sql::kListingNoteAttempt,
                 listing.store.merchant,
                 listing.store.store,
                 listing.external_id,
                 listing.attempt_quantity,
                 listing.attempt_ms)
               .Run());
  Listing* const remembered = Remembered(listing);
  if (remembered != nullptr && remembered->stock_dirty) {
    remembered->attempt_quantity = listing.attempt_quantity;
    remembered->attempt_ms = listing.attempt_ms;
    remembered->attempt_open = true;
  }
  return Ok();
}

Result<bool> ProductTables::NoteAccepted(const Listing& listing) {
  const std::int64_t before = db_.changes();
  SB_CHECK(Query(db_,
                 Sql::kListingNoteAccepted,
                 listing.store.merchant,
                 listing.store.store,
                 listing.external_id,
                 listing.product,
                 listing.known_quantity,
                 listing.known_ms,
                 listing.confirm_ms,
                 listing.stock_dirty)
               .Run());
  if (db_.changes() == before) {
    return false;
  }
  if (Listing* remembered = Remembered(listing)) {
    remembered->known_quantity = listing.known_quantity;
    remembered->known_ms = listing.known_ms;
    remembered->accept_ms = listing.known_ms;
    remembered->confirm_ms = listing.confirm_ms;
    remembered->stock_dirty = listing.stock_dirty;
    remembered->attempt_open = false;
    remembered->stock_retry_ms = 0;
  }
  return true;
}

Status ProductTables::RemoveListing(const StoreKey& store, std::string_view external_id) {
  if (known_ != nullptr) {
    known_->listings.Forget();
  }
  return Query(db_, Sql::kListingRemove, store.merchant, store.store, external_id).Run();
}

}  // namespace storebridge::storage
