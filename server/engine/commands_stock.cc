#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/commands.h"
#include "engine/ledger.h"
#include "engine/order_book.h"
#include "engine/stock_book.h"
#include "engine/transact.h"

namespace storebridge::engine {
namespace {

constexpr std::int64_t kOnHandMax = 1'000'000'000;
constexpr std::size_t kReasonBytesMax = 500;

Status CheckReason(const std::string& reason) {
  if (!reason.empty() && reason.size() <= kReasonBytesMax) {
    return Ok();
  }
  return Error{.code = Code::kInvalidArgument,
               .reason = "REASON",
               .message = fmt::format("reason has {} bytes; say why in 1 to {}, such as 'counted'",
                                      reason.size(),
                                      kReasonBytesMax),
               .facts = {{"field", "reason"}}};
}

Error OutOfRange(Code code, std::string_view what, std::int64_t least, std::int64_t given) {
  return Error{
      .code = code,
      .reason = "STOCK_RANGE",
      .message = fmt::format("{} {}; {} to {} are allowed", what, given, least, kOnHandMax),
      .facts = {{"given", std::to_string(given)},
                {"least", std::to_string(least)},
                {"most", std::to_string(kOnHandMax)}}};
}

Status CheckOnHand(std::int64_t on_hand) {
  if (on_hand < 0 || on_hand > kOnHandMax) {
    return OutOfRange(Code::kInvalidArgument, "on_hand is", 0, on_hand);
  }
  return Ok();
}

// That less than nothing would be left is found by the ledger.
Status CheckDelta(std::int64_t on_hand, std::int64_t delta) {
  if (delta < -kOnHandMax || delta > kOnHandMax) {
    return OutOfRange(Code::kInvalidArgument, "delta is", -kOnHandMax, delta);
  }
  if (on_hand + delta > kOnHandMax) {
    return OutOfRange(Code::kFailedPrecondition, "on_hand would be", 0, on_hand + delta);
  }
  return Ok();
}

// Lets orders that wait go on, wakes the stores, and shows the outcome.
Result<v1::Stock> Settled(Ledger& ledger, ports::Random& random, const v1::Product& product) {
  if (ledger.freed()) {
    OrderBook book(ledger, random);
    SB_CHECK(book.ReleasePending());
  }
  SB_CHECK(ledger.Finish());
  return ShowStock(ledger.tx(), ledger.merchant(), product);
}

}  // namespace

void Commands::SetStock(ProductRef product,
                        std::int64_t on_hand,
                        std::string reason,
                        std::string etag,
                        RequestKey key,
                        Done<v1::Stock> done) {
  Transact<v1::Stock>(
      ports_.storage,
      product.merchant,
      std::move(key),
      [product,
       on_hand,
       reason = std::move(reason),
       etag = std::move(etag),
       now = ports_.clock.NowMs(),
       &random = ports_.random](ports::Tx& tx) -> Result<v1::Stock> {
        SB_CHECK(CheckReason(reason));
        SB_CHECK(CheckOnHand(on_hand));
        SB_TRY(const v1::Product record, FindProduct(tx, product));
        const std::string id = IdOf(record.name());
        SB_TRY(const ports::StockLevel level, tx.stock().Get(product.merchant, id));
        SB_CHECK(CheckEtag(etag, std::to_string(level.version), record.name()));
        Ledger ledger(tx, product.merchant, now);
        SB_CHECK(ledger.SetOnHand(id, on_hand, reason));
        return Settled(ledger, random, record);
      },
      std::move(done));
}

void Commands::AdjustStock(ProductRef product,
                           std::int64_t delta,
                           std::string reason,
                           RequestKey key,
                           Done<v1::Stock> done) {
  Transact<v1::Stock>(
      ports_.storage,
      product.merchant,
      std::move(key),
      [product,
       delta,
       reason = std::move(reason),
       now = ports_.clock.NowMs(),
       &random = ports_.random](ports::Tx& tx) -> Result<v1::Stock> {
        SB_CHECK(CheckReason(reason));
        SB_TRY(const v1::Product record, FindProduct(tx, product));
        const std::string id = IdOf(record.name());
        SB_TRY(const ports::StockLevel level, tx.stock().Get(product.merchant, id));
        if (!level.on_hand) {
          return Error{
              .code = Code::kFailedPrecondition,
              .reason = "STOCK_NOT_SET",
              .message = fmt::format("the stock of '{}' was never set; call SetStock first",
                                     record.product_code()),
              .facts = {{"product_code", record.product_code()}}};
        }
        SB_CHECK(CheckDelta(*level.on_hand, delta));
        Ledger ledger(tx, product.merchant, now);
        SB_CHECK(ledger.AddOnHand(id, delta, reason));
        return Settled(ledger, random, record);
      },
      std::move(done));
}

}  // namespace storebridge::engine
