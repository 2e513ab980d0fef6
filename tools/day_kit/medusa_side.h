#pragma once

#include <map>
#include <memory>
#include <string>

#include "day_kit/npm_side.h"

namespace storebridge::day {

// A real Medusa, by tools/medusa_store/shop. An order's number is the one that people see
// (display_id); its state Medusa's fulfilment status, or `canceled`.
class MedusaSide final : public NpmSide {
 public:
  // kNotFound when the ready file is not there.
  static Result<std::unique_ptr<MedusaSide>> Open(const std::string& shop,
                                                  const std::string& ready_file,
                                                  int page_size = 100);

  [[nodiscard]] std::string kind() const override { return "Medusa"; }
  [[nodiscard]] std::string connector() const override { return "connectors/medusa"; }
  [[nodiscard]] std::string config_json() const override;

  Result<std::map<std::string, StoreProduct>> AllProducts() override;

 private:
  MedusaSide(NpmStoreScripts scripts, int page_size);

  [[nodiscard]] boost::json::object Address(const AddressChange& change) const override;
  [[nodiscard]] StoreOrder ReadOrder(const boost::json::value& json) const override;
};

}  // namespace storebridge::day
