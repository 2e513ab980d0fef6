#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "domain/merge.h"
#include "domain/money.h"
#include "domain/record_hash.h"
#include "domain/text_rules.h"
#include "domain/timestamp.h"

namespace storebridge::domain {
namespace {

constexpr std::size_t kExternalIdMax = 200;
constexpr std::size_t kShortTextMax = 1000;

Error Wrong(const connector::v1::Product& seen,
            Code code,
            std::string_view reason,
            std::string_view what) {
  return Error{.code = code,
               .reason = std::string(reason),
               .message = fmt::format(
                   "product '{}' (external_id '{}'): {}",
                   Shown(seen.product_code().empty() ? seen.title() : seen.product_code()),
                   Shown(seen.external_id()),
                   what),
               .facts = {{"external_id", Shown(seen.external_id())},
                         {"product_code", Shown(seen.product_code())}}};
}

Error Wrong(const connector::v1::Product& seen, std::string_view reason, std::string_view what) {
  return Wrong(seen, Code::kInvalidArgument, reason, what);
}

Status CheckExternalId(const connector::v1::Product& seen) {
  if (IsBlank(seen.external_id())) {
    return Wrong(seen, "PRODUCT_ID_MISSING", "external_id is missing; the connector has to say it");
  }
  if (const std::string fault = TextFault(seen.external_id(), kExternalIdMax); !fault.empty()) {
    return Wrong(seen,
                 "PRODUCT_ID_MISSING",
                 fmt::format("external_id {}; the connector has to say it right", fault));
  }
  return Ok();
}

Status CheckTexts(const connector::v1::Product& seen) {
  if (IsBlank(seen.product_code())) {
    return Wrong(seen,
                 "PRODUCT_CODE_MISSING",
                 "it has no product code; give it one in the store, then it is taken over");
  }
  if (const std::string fault = TextFault(seen.product_code(), kProductCodeMax); !fault.empty()) {
    return Wrong(seen,
                 "PRODUCT_CODE_FORMAT",
                 fmt::format("its product code {}; correct it in the store", fault));
  }
  if (seen.title().size() > kProductTitleBytesMax) {
    return Wrong(seen,
                 "PRODUCT_TITLE_TOO_LONG",
                 fmt::format("its title has {} bytes, {} are allowed; shorten it in the store",
                             seen.title().size(),
                             kProductTitleBytesMax));
  }
  // Descriptions are not looked at: they go onto no label or form, and an odd character among so
  // many should not keep a product and its stock back.
  const std::array<std::pair<std::string_view, std::string_view>, 8> texts = {{
      {"title", seen.title()},
      {"ean", seen.ean()},
      {"hs_code", seen.hs_code()},
      {"origin_region_code", seen.origin_region_code()},
      {"customs_description", seen.customs_description()},
      {"supplier", seen.supplier()},
      {"supplier_product_code", seen.supplier_product_code()},
      {"group", seen.group()},
  }};
  for (const auto& [field, text] : texts) {
    if (const std::string fault = TextFault(text, kShortTextMax, TextKind::kParagraph);
        !fault.empty()) {
      return Wrong(
          seen, "PRODUCT_TEXT", fmt::format("its {} {}; correct it in the store", field, fault));
    }
  }
  return Ok();
}

// ---- listings

const v1::ProductListing* FindListing(const v1::Product& product, std::string_view store) {
  for (const v1::ProductListing& listing : product.listings()) {
    if (listing.store() == store) {
      return &listing;
    }
  }
  return nullptr;
}

bool IsListedElsewhere(const v1::Product& product, std::string_view store) {
  return std::any_of(product.listings().begin(),
                     product.listings().end(),
                     [&](const v1::ProductListing& listing) { return listing.store() != store; });
}

// What one store says does not count for the others: a product is sold while one sells it, and is
// sent while one sells it as goods. Without listings nobody sells it, and it stays the thing or the
// download that it was.
void FollowListings(v1::Product& record) {
  const auto& listings = record.listings();
  const auto any = [&](auto says) { return std::any_of(listings.begin(), listings.end(), says); };
  record.set_is_active(any([](const v1::ProductListing& listing) { return listing.is_active(); }));
  if (!listings.empty()) {
    record.set_is_shippable(
        any([](const v1::ProductListing& listing) { return !listing.is_virtual(); }));
  }
}

v1::ProductListing& ListingFor(v1::Product& record, const std::string& store) {
  for (v1::ProductListing& listing : *record.mutable_listings()) {
    if (listing.store() == store) {
      return listing;
    }
  }
  v1::ProductListing& listing = *record.add_listings();
  listing.set_store(store);
  return listing;
}

void FollowListing(const connector::v1::Product& seen,
                   const std::string& store,
                   v1::Product& record) {
  v1::ProductListing& listing = ListingFor(record, store);
  listing.set_external_id(seen.external_id());
  listing.set_external_parent_id(seen.external_parent_id());
  listing.set_is_active(seen.is_active());
  listing.set_is_virtual(seen.is_virtual());
  if (seen.modified_ms() != 0) {
    *listing.mutable_store_update_time() = TimestampFromMs(seen.modified_ms());
  }
  FollowListings(record);
}

// ---- fields

using TextField = std::pair<std::string* (v1::Product::*)(), void (v1::Product::*)()>;

// Absent keeps what is there, empty clears it.
void FollowText(bool is_there, const std::string& text, TextField field, v1::Product& record) {
  if (is_there && text.empty()) {
    (record.*field.second)();
  } else if (is_there) {
    *(record.*field.first)() = text;
  }
}

void FollowTexts(const connector::v1::Product& seen, v1::Product& record) {
  using P = v1::Product;
  FollowText(seen.has_ean(), seen.ean(), {&P::mutable_ean, &P::clear_ean}, record);
  FollowText(seen.has_description(),
             seen.description(),
             {&P::mutable_description, &P::clear_description},
             record);
  FollowText(seen.has_short_description(),
             seen.short_description(),
             {&P::mutable_short_description, &P::clear_short_description},
             record);
  FollowText(seen.has_origin_region_code(),
             seen.origin_region_code(),
             {&P::mutable_origin_region_code, &P::clear_origin_region_code},
             record);
  FollowText(seen.has_hs_code(), seen.hs_code(), {&P::mutable_hs_code, &P::clear_hs_code}, record);
  FollowText(seen.has_customs_description(),
             seen.customs_description(),
             {&P::mutable_customs_description, &P::clear_customs_description},
             record);
  FollowText(
      seen.has_supplier(), seen.supplier(), {&P::mutable_supplier, &P::clear_supplier}, record);
  FollowText(seen.has_supplier_product_code(),
             seen.supplier_product_code(),
             {&P::mutable_supplier_product_code, &P::clear_supplier_product_code},
             record);
  FollowText(seen.has_group(), seen.group(), {&P::mutable_group, &P::clear_group}, record);
}

void FollowMeasures(const connector::v1::Product& seen, v1::Product& record) {
  if (seen.has_weight_grams()) {
    record.set_weight_grams(seen.weight_grams());
  }
  if (seen.has_length_mm()) {
    record.mutable_dimensions()->set_length_mm(seen.length_mm());
  }
  if (seen.has_width_mm()) {
    record.mutable_dimensions()->set_width_mm(seen.width_mm());
  }
  if (seen.has_height_mm()) {
    record.mutable_dimensions()->set_height_mm(seen.height_mm());
  }
}

// Fields without presence: an empty one does not wipe what another store says.
void FollowLists(const connector::v1::Product& seen, bool is_only_store, v1::Product& record) {
  if (is_only_store || !seen.image_urls().empty()) {
    *record.mutable_image_urls() = seen.image_urls();
  }
  if (is_only_store || !seen.product_url().empty()) {
    record.set_product_url(seen.product_url());
  }
  if (is_only_store || !seen.options().empty()) {
    record.clear_options();
    for (const connector::v1::Header& option : seen.options()) {
      v1::ProductOption& ours = *record.add_options();
      ours.set_option(option.name());
      ours.set_value(option.value());
    }
  }
}

Status FollowPrice(const connector::v1::Product& seen, v1::Product& record) {
  if (seen.has_price_includes_tax()) {
    record.set_price_includes_tax(seen.price_includes_tax());
  }
  if (!seen.has_price()) {
    return Ok();
  }
  Result<v1::Money> price = MoneyFrom(seen.price());
  if (!price) {
    return Wrong(
        seen,
        "PRODUCT_PRICE",
        fmt::format("its price is wrong: {}; correct it in the store", price.error().message));
  }
  *record.mutable_price() = std::move(price).value();
  return Ok();
}

ProductMerge Deleted(const v1::Product* existing,
                     const connector::v1::Product& seen,
                     const ProductContext& context) {
  ProductMerge merge;
  if (existing != nullptr) {
    merge.record = WithoutListing(*existing, context.store, seen.external_id(), context.now_ms);
    merge.changed = merge.record.etag() != existing->etag();
  }
  return merge;
}

void MakeNew(const ProductContext& context, v1::Product& record) {
  record.set_name(ProductName(context.store.merchant, context.new_id));
  *record.mutable_create_time() = TimestampFromMs(context.now_ms);
}

Status CheckDuplicate(const v1::Product& existing,
                      const connector::v1::Product& seen,
                      std::string_view store) {
  const v1::ProductListing* listing = FindListing(existing, store);
  if (listing == nullptr || listing->external_id() == seen.external_id()) {
    return Ok();
  }
  Error error = Wrong(
      seen,
      Code::kAlreadyExists,
      "PRODUCT_CODE_DUPLICATE",
      fmt::format(
          "the store's product '{}' (external_id '{}') has the same product code; give one of the "
          "two another code in the store",
          Shown(existing.title()),
          listing->external_id()));
  error.facts.emplace(kOtherListing, listing->external_id());
  return error;
}

}  // namespace

ProductTarget FindTarget(const v1::Product* by_listing,
                         const v1::Product* by_code,
                         const connector::v1::Product& seen,
                         const StoreKey& store) {
  if (by_listing == nullptr || seen.is_deleted()) {
    return {.existing =
                by_listing != nullptr ? by_listing : (seen.is_deleted() ? nullptr : by_code)};
  }
  if (by_listing->product_code() == seen.product_code()) {
    return {.existing = by_listing};
  }
  if (by_code == nullptr && !IsListedElsewhere(*by_listing, StoreName(store))) {
    return {.existing = by_listing};
  }
  return {.existing = by_code, .leaves = by_listing};
}

v1::Product WithoutListing(const v1::Product& product,
                           const StoreKey& store,
                           std::string_view external_id,
                           std::int64_t now_ms) {
  v1::Product record = product;
  const std::string name = StoreName(store);
  auto& listings = *record.mutable_listings();
  for (int i = listings.size() - 1; i >= 0; --i) {
    if (listings.Get(i).store() == name && listings.Get(i).external_id() == external_id) {
      listings.DeleteSubrange(i, 1);
    }
  }
  FollowListings(record);
  Stamp(record, now_ms);
  return record;
}

Result<ProductMerge> MergeProduct(const v1::Product* existing,
                                  const connector::v1::Product& seen,
                                  const ProductContext& context) {
  SB_CHECK(CheckExternalId(seen));
  if (seen.is_deleted()) {
    return Deleted(existing, seen, context);
  }
  SB_CHECK(CheckTexts(seen));
  const std::string store = StoreName(context.store);
  ProductMerge merge;
  v1::Product& record = merge.record;
  if (existing != nullptr) {
    record = *existing;
  } else {
    MakeNew(context, record);
  }
  SB_CHECK(CheckDuplicate(record, seen, store));
  record.set_product_code(seen.product_code());
  record.set_title(seen.title());
  FollowTexts(seen, record);
  SB_CHECK(FollowPrice(seen, record));
  FollowMeasures(seen, record);
  FollowLists(seen, !IsListedElsewhere(record, store), record);
  FollowListing(seen, store, record);
  merge.changed = Stamp(record, context.now_ms);
  return merge;
}

}  // namespace storebridge::domain
