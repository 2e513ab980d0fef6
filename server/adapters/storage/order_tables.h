#pragma once

#include "adapters/storage/connection.h"
#include "ports/repositories.h"

namespace storebridge::storage {

class OrderTables final : public ports::OrderRepository {
 public:
  explicit OrderTables(Connection& db) : db_(db) {}

  Result<ports::OrderRecord> Get(std::string_view merchant, std::string_view order) const override;
  Result<bool> HasAny(std::string_view merchant,
                      std::string_view first,
                      std::string_view last) const override;
  Result<std::string> GetBytes(std::string_view merchant, std::string_view order) const override;
  Result<std::optional<ports::OrderHead>> FindHead(const ports::StoreKey& store,
                                                   std::string_view external_id) const override;
  // The newest first.
  Result<std::vector<std::string>> FindByNumber(std::string_view merchant,
                                                std::string_view number) const override;
  // Ties between merchants are broken by merchant. kNotFound when there is no order `after`;
  // kInvalidArgument for a store without a merchant.
  Result<std::vector<v1::Order>> List(const ports::OrderFilter& filter,
                                      const domain::MerchantChild& after,
                                      int limit) const override;
  // By (create time, id). kNotFound when there is no order `after`.
  Result<std::vector<std::string>> Oldest(std::string_view merchant,
                                          v1::OrderState state,
                                          std::string_view after,
                                          int limit) const override;
  Result<std::vector<ports::OrderHead>> OpenHeads(const ports::StoreKey& store,
                                                  std::string_view after,
                                                  int limit) const override;
  Result<ports::OrderClaims> ClaimsOn(const ports::ClaimQuery& wanted,
                                      int orders_max) const override;
  Status Put(std::string_view merchant, const ports::OrderRecord& record) override;

 private:
  // Where an order stands in a list.
  struct Place {
    std::int64_t create_ns = 0;
    std::string order;
    std::string merchant;
    auto operator<=>(const Place&) const = default;
  };

  static Place ReadPlace(const Query& row);
  Result<Place> PlaceOf(std::string_view merchant, std::string_view order) const;
  // Of a merchant whose orders are there; also of stores that were removed.
  Result<std::vector<std::string>> StoresOf(std::string_view merchant) const;
  // Of one store, or of all merchants.
  Result<std::vector<Place>> PageOfState(const ports::OrderFilter& filter,
                                         int state,
                                         const Place& after,
                                         int limit) const;
  Result<std::vector<Place>> PageOfStates(const ports::OrderFilter& filter,
                                          const Place& after,
                                          int limit) const;
  Result<std::vector<Place>> PageOfNumber(const ports::OrderFilter& filter,
                                          const Place& after,
                                          int limit) const;

  Connection& db_;
};

}  // namespace storebridge::storage
