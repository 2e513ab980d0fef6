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

Status CheckOnHand(std::int64_t on_hand) {
  if (on_hand >= 0 && on_hand <= kOnHandMax) {
    return Ok();
  }
  return Error{
      .code = Code::kInvalidArgument,
      .reason = "STOCK_RANGE",
      .message = fmt::format("on_hand would be {}; 0 to {} are allowed", on_hand, kOnHandMax),
      .facts = {{"on_hand", std::to_string(on_hand)}}};
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
        if (delta > kOnHandMax || delta < -kOnHandMax) {
          return CheckOnHand(delta).error();
        }
        Ledger ledger(tx, product.merchant, now);
        if (*level.on_hand + delta > kOnHandMax) {
          return CheckOnHand(*level.on_hand + delta).error();
        }
        SB_CHECK(ledger.AddOnHand(id, delta, reason));
        return Settled(ledger, random, record);
      },
      std::move(done));
}

}  // namespace storebridge::engine
