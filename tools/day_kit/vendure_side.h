#pragma once

#include <map>
#include <memory>
#include <string>

#include "day_kit/npm_side.h"

namespace storebridge::day {

// A real Vendure, by tools/vendure_store/shop.
class VendureSide final : public NpmSide {
 public:
  // kNotFound when the ready file is not there.
  static Result<std::unique_ptr<VendureSide>> Open(const std::string& shop,
                                                   const std::string& ready_file,
                                                   int page_size = 100);

  [[nodiscard]] std::string kind() const override { return "Vendure"; }
  [[nodiscard]] std::string connector() const override { return "connectors/vendure"; }
  [[nodiscard]] std::string config_json() const override;

  Result<std::map<std::string, StoreProduct>> AllProducts() override;

 private:
  VendureSide(NpmStoreScripts scripts, int page_size);

  [[nodiscard]] boost::json::object Address(const AddressChange& change) const override;
  [[nodiscard]] StoreOrder ReadOrder(const boost::json::value& json) const override;

  // A query of a customer. Gives `data`.
  Result<boost::json::value> AskShop(const std::string& query, const std::string& variables);
};

}  // namespace storebridge::day
