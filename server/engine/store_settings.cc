#include "engine/store_settings.h"

#include <fmt/format.h>

#include "domain/timestamp.h"

namespace storebridge::engine {
namespace {

constexpr int kIntervalSecondsMin = 10;
constexpr int kIntervalSecondsMax = 86'400;
constexpr std::int64_t kOrdersFromAheadMaxMs = std::int64_t{24} * 60 * 60 * 1000;
constexpr int kStockBufferMax = 1'000'000;

Status CheckRange(const char* field, bool has, int value, int least, int most) {
  if (!has || (value >= least && value <= most)) {
    return Ok();
  }
  return Error{
      .code = Code::kInvalidArgument,
      .reason = "SETTING_RANGE",
      .message = fmt::format("settings.{} is {}; {} to {} are allowed", field, value, least, most),
      .facts = {{"field", fmt::format("settings.{}", field)}}};
}

}  // namespace

Status CheckSettings(const v1::StoreSettings& settings, std::int64_t now_ms) {
  if (domain::MsFromTimestamp(settings.orders_from()) > now_ms + kOrdersFromAheadMaxMs) {
    return Error{.code = Code::kInvalidArgument,
                 .reason = "SETTING_RANGE",
                 .message =
                     "settings.orders_from is more than a day ahead: no order would be taken "
                     "over until then",
                 .facts = {{"field", "settings.orders_from"}}};
  }
  SB_CHECK(CheckRange(
      "stock_buffer", settings.has_stock_buffer(), settings.stock_buffer(), 0, kStockBufferMax));
  SB_CHECK(CheckRange("orders_interval_seconds",
                      settings.has_orders_interval_seconds(),
                      settings.orders_interval_seconds(),
                      kIntervalSecondsMin,
                      kIntervalSecondsMax));
  SB_CHECK(CheckRange("products_interval_seconds",
                      settings.has_products_interval_seconds(),
                      settings.products_interval_seconds(),
                      kIntervalSecondsMin,
                      kIntervalSecondsMax));
  return CheckRange("stock_interval_seconds",
                    settings.has_stock_interval_seconds(),
                    settings.stock_interval_seconds(),
                    kIntervalSecondsMin,
                    kIntervalSecondsMax);
}

}  // namespace storebridge::engine
