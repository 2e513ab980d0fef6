#include "domain/names.h"

#include <array>

#include <fmt/format.h>

#include "core/ids.h"

namespace storebridge::domain {
namespace {

constexpr std::size_t kNameLengthMax = 200;
constexpr std::string_view kWebhooks = "/webhooks/";

// What stands before `end`, which is not taken off; all of it when there is no `end`.
std::string_view TakeBefore(std::string_view& rest, char end) {
  const std::string_view part = rest.substr(0, rest.find(end));
  rest.remove_prefix(part.size());
  return part;
}

Error BadName(std::string_view name, std::string_view form) {
  const std::string shown(name.substr(0, kNameLengthMax));
  return Error{
      .code = Code::kInvalidArgument,
      .reason = "RESOURCE_NAME",
      .message = fmt::format(
          "'{}' is not a name of the form '{}', with ids of a-z, 0-9 and '-'", shown, form),
      .facts = {{"name", shown}, {"form", std::string(form)}}};
}

// The parts of a name that a form has in braces.
using Ids = std::array<std::string_view, 3>;

// Takes a name apart by a form such as `merchants/{merchant}/stores/{store}`. Names are read many
// times for each record, so nothing is copied here.
Result<Ids> Parse(std::string_view name, std::string_view form) {
  if (name.size() > kNameLengthMax) {
    return BadName(name, form);
  }
  Ids ids;
  std::size_t found = 0;
  std::string_view rest = name;
  for (std::string_view form_rest = form; !form_rest.empty(); form_rest.remove_prefix(1)) {
    const std::string_view before_id = TakeBefore(form_rest, '{');
    TakeBefore(form_rest, '}');
    if (!rest.starts_with(before_id)) {
      return BadName(name, form);
    }
    rest.remove_prefix(before_id.size());
    const std::string_view id = TakeBefore(rest, '/');
    if (!CheckChosenIdFormat(id)) {
      return BadName(name, form);
    }
    ids.at(found++) = id;
  }
  if (!rest.empty()) {
    return BadName(name, form);
  }
  return ids;
}

Result<MerchantChild> ParseChild(std::string_view name, std::string_view form) {
  SB_TRY(const Ids ids, Parse(name, form));
  return MerchantChild{.merchant = std::string(ids[0]), .id = std::string(ids[1])};
}

}  // namespace

std::string MerchantName(std::string_view merchant) {
  return fmt::format("merchants/{}", merchant);
}

std::string StoreName(const StoreKey& key) {
  return fmt::format("merchants/{}/stores/{}", key.merchant, key.store);
}

std::string WebhookPath(const StoreKey& key) {
  return fmt::format("{}{}", kWebhooks, StoreName(key));
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
  SB_TRY(const Ids ids, Parse(name, "merchants/{merchant}"));
  return std::string(ids[0]);
}

Result<StoreKey> ParseStoreName(std::string_view name) {
  SB_TRY(const Ids ids, Parse(name, "merchants/{merchant}/stores/{store}"));
  return StoreKey{.merchant = std::string(ids[0]), .store = std::string(ids[1])};
}

Result<StoreKey> ParseWebhookPath(std::string_view path) {
  return ParseStoreName(path.starts_with(kWebhooks) ? path.substr(kWebhooks.size()) : "");
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
  SB_TRY(const Ids ids, Parse(name, "merchants/{merchant}/stores/{store}/syncRuns/{run}"));
  return SyncRunKey{.store = {.merchant = std::string(ids[0]), .store = std::string(ids[1])},
                    .run = std::string(ids[2])};
}

Result<std::string> ParseConnectorName(std::string_view name) {
  SB_TRY(const Ids ids, Parse(name, "connectors/{connector}"));
  return std::string(ids[0]);
}

}  // namespace storebridge::domain
