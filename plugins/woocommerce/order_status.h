#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storebridge/sdk.h"

namespace woocommerce {

// What a status says about its orders.
enum class StatusKind {
  // They wait for their payment.
  kUnpaid,
  // They are to be sent.
  kPaid,
  // The store has sent them.
  kCompleted,
  // Cancelled, failed, given back, in the bin, or not placed yet: nothing is to be sent.
  kOver,
  // A plugin's own status that no setting names: the date of payment decides.
  kUnlisted,
};

// The statuses of orders that have a meaning here: WooCommerce's own, and those of the settings.
class OrderStatuses {
 public:
  explicit OrderStatuses(const storebridge::sdk::Json& config);

  // Throws Failure kConfig for a status in two settings, and for one of WooCommerce's own where it
  // would mean something else. For what reads orders: the rest goes on without such a status.
  void RequireSense() const;

  [[nodiscard]] StatusKind KindOf(const std::string& status) const;
  // Those whose orders are open here, paid or not; sorted.
  [[nodiscard]] std::vector<std::string> Open() const;

 private:
  std::map<std::string, StatusKind> kinds_;
  std::optional<storebridge::sdk::Failure> problem_;
};

}  // namespace woocommerce
