#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "core/result.h"

namespace storebridge::domain {

// Identifies a store everywhere: in memory, in tables and in logs.
struct StoreKey {
  std::string merchant;
  std::string store;
  auto operator<=>(const StoreKey&) const = default;
};

// Resource names as the API shows them. The parsers say which form they expected and what they were
// given.
std::string MerchantName(std::string_view merchant);
std::string StoreName(const StoreKey& key);
std::string ProductName(std::string_view merchant, std::string_view product);
std::string OrderName(std::string_view merchant, std::string_view order);
std::string ShipmentName(std::string_view merchant, std::string_view shipment);
std::string IssueName(std::string_view merchant, std::string_view issue);
std::string SyncRunName(const StoreKey& key, std::string_view run);
std::string ConnectorName(std::string_view connector);

// Where a store calls when there is news: `/webhooks/merchants/{merchant}/stores/{store}`.
std::string WebhookPath(const StoreKey& key);
Result<StoreKey> ParseWebhookPath(std::string_view path);

// A thing of a merchant: `merchants/{merchant}/<collection>/{id}`.
struct MerchantChild {
  std::string merchant;
  std::string id;
};

// A sync run's name in parts.
struct SyncRunKey {
  StoreKey store;
  std::string run;
};

Result<std::string> ParseMerchantName(std::string_view name);
Result<StoreKey> ParseStoreName(std::string_view name);
Result<MerchantChild> ParseProductName(std::string_view name);
Result<MerchantChild> ParseOrderName(std::string_view name);
Result<MerchantChild> ParseShipmentName(std::string_view name);
Result<MerchantChild> ParseIssueName(std::string_view name);
Result<SyncRunKey> ParseSyncRunName(std::string_view name);
Result<std::string> ParseConnectorName(std::string_view name);

}  // namespace storebridge::domain
