#pragma once

#include "adapters/storage/connection.h"
#include "adapters/storage/known_products.h"
#include "ports/repositories.h"

namespace storebridge::storage {

class ProductTables final : public ports::ProductRepository {
 public:
  // `known` is the writer's; null for a view.
  ProductTables(Connection& db, KnownProducts* known) : db_(db), known_(known) {}

  Result<v1::Product> Get(std::string_view merchant, std::string_view product) const override;
  Result<bool> HasAny(std::string_view merchant,
                      std::string_view first,
                      std::string_view last) const override;
  Result<v1::Product> GetByCode(std::string_view merchant,
                                std::string_view product_code) const override;
  Result<domain::ProductFacts> FactsOf(std::string_view merchant,
                                       std::string_view product_code) const override;
  Result<std::optional<v1::Product>> FindByCode(std::string_view merchant,
                                                std::string_view product_code) const override;
  Result<std::string> CodeOf(std::string_view merchant, std::string_view product) const override;
  Result<std::vector<v1::Product>> List(std::string_view merchant,
                                        const domain::MerchantChild& after,
                                        int limit) const override;
  Status Put(std::string_view merchant, const v1::Product& value) override;
  Result<bool> Add(std::string_view merchant, const v1::Product& value) override;
  Result<std::optional<ports::Listing>> FindListing(const ports::StoreKey& store,
                                                    std::string_view external_id) const override;
  Result<std::vector<ports::Listing>> ListingsOf(std::string_view merchant,
                                                 std::string_view product) const override;
  Result<std::vector<ports::Listing>> Listings(const ports::StoreKey& store,
                                               std::string_view after,
                                               int limit) const override;
  Result<std::vector<std::string>> ListingIds(const ports::StoreKey& store,
                                              std::string_view after,
                                              int limit) const override;
  Result<std::vector<ports::Listing>> DirtyListings(const ports::StoreKey& store,
                                                    std::int64_t now_ms,
                                                    int limit) const override;
  Result<std::optional<std::int64_t>> NextDirtyMs(const ports::StoreKey& store) const override;
  Status PutListing(const ports::Listing& listing) override;
  Status PutListingStock(const ports::Listing& listing) override;
  Status NoteAttempt(const ports::Listing& listing) override;
  Result<bool> NoteAccepted(const ports::Listing& listing) override;
  Status RemoveListing(const ports::StoreKey& store, std::string_view external_id) override;

 private:
  Result<domain::ProductFacts> ReadFacts(std::string_view merchant,
                                         std::string_view product_code) const;
  // The listing in what is known of its product's; null when it is not there.
  ports::Listing* Remembered(const ports::Listing& listing);

  Connection& db_;
  KnownProducts* known_;
};

}  // namespace storebridge::storage
