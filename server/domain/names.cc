#include "domain/names.h"

#include <vector>

#include <fmt/format.h>

#include "core/ids.h"

namespace storebridge::domain {
namespace {

constexpr std::size_t kNameLengthMax = 200;

std::vector<std::string_view> Split(std::string_view name) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t slash = name.find('/');
    parts.push_back(name.substr(0, slash));
    if (slash == std::string_view::npos) {
      return parts;
    }
    name.remove_prefix(slash + 1);
  }
}

Error BadName(std::string_view name, std::string_view form) {
  const std::string shown(name.substr(0, kNameLengthMax));
  return Error{.code = Code::kInvalidArgument,
               .reason = "RESOURCE_NAME",
               .message = fmt::format("'{}' is not a name of the form '{}'", shown, form),
               .facts = {{"name", shown}, {"form", std::string(form)}}};
}

// Takes a name apart by a form such as `merchants/{merchant}/stores/{store}`; gives the parts in
// braces.
Result<std::vector<std::string>> Parse(std::string_view name, std::string_view form) {
  const std::vector<std::string_view> parts = Split(name);
  const std::vector<std::string_view> wanted = Split(form);
  if (parts.size() != wanted.size() || name.size() > kNameLengthMax) {
    return BadName(name, form);
  }
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (wanted[i].front() == '{') {
      if (!CheckChosenIdFormat(parts[i])) {
        return BadName(name, form);
      }
      ids.emplace_back(parts[i]);
    } else if (parts[i] != wanted[i]) {
      return BadName(name, form);
    }
  }
  return ids;
}

Result<MerchantChild> ParseChild(std::string_view name, std::string_view form) {
  SB_TRY(std::vector<std::string> ids, Parse(name, form));
  return MerchantChild{.merchant = std::move(ids[0]), .id = std::move(ids[1])};
}

}  // namespace

std::string MerchantName(std::string_view merchant) {
  return fmt::format("merchants/{}", merchant);
}

std::string StoreName(const StoreKey& key) {
  return fmt::format("merchants/{}/stores/{}", key.merchant, key.store);
}

std::string ProductName(std::string_view merchant, std::string_view product) {
  return fmt::format("merchants/{}/products/{}", merchant, product);
}

std::string OrderName(std::string_view merchant, std::string_view order) {
  return fmt::format("merchants/{}/orders/{}", merchant, order);
}

std::string ShipmentName(std::string_view merchant, std::string_view shipment) {
  return fmt::format("merchants/{}/shipments/{}", merchant, shipment);
}

std::string IssueName(std::string_view merchant, std::string_view issue) {
  return fmt::format("merchants/{}/issues/{}", merchant, issue);
}

std::string SyncRunName(const StoreKey& key, std::string_view run) {
  return fmt::format("merchants/{}/stores/{}/syncRuns/{}", key.merchant, key.store, run);
}

std::string ConnectorName(std::string_view connector) {
  return fmt::format("connectors/{}", connector);
}

Result<std::string> ParseMerchantName(std::string_view name) {
  SB_TRY(std::vector<std::string> ids, Parse(name, "merchants/{merchant}"));
  return std::move(ids[0]);
}

Result<StoreKey> ParseStoreName(std::string_view name) {
  SB_TRY(std::vector<std::string> ids, Parse(name, "merchants/{merchant}/stores/{store}"));
  return StoreKey{.merchant = std::move(ids[0]), .store = std::move(ids[1])};
}

Result<MerchantChild> ParseProductName(std::string_view name) {
  return ParseChild(name, "merchants/{merchant}/products/{product}");
}

Result<MerchantChild> ParseOrderName(std::string_view name) {
  return ParseChild(name, "merchants/{merchant}/orders/{order}");
}

Result<MerchantChild> ParseShipmentName(std::string_view name) {
  return ParseChild(name, "merchants/{merchant}/shipments/{shipment}");
}

Result<MerchantChild> ParseIssueName(std::string_view name) {
  return ParseChild(name, "merchants/{merchant}/issues/{issue}");
}

Result<SyncRunKey> ParseSyncRunName(std::string_view name) {
  SB_TRY(std::vector<std::string> ids,
         Parse(name, "merchants/{merchant}/stores/{store}/syncRuns/{run}"));
  return SyncRunKey{.store = {.merchant = std::move(ids[0]), .store = std::move(ids[1])},
                    .run = std::move(ids[2])};
}

Result<std::string> ParseConnectorName(std::string_view name) {
  SB_TRY(std::vector<std::string> ids, Parse(name, "connectors/{connector}"));
  return std::move(ids[0]);
}

}  // namespace storebridge::domain
