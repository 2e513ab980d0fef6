#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "domain/reason_rules.h"
#include "engine/commands.h"
#include "engine/ledger.h"
#include "engine/order_book.h"
#include "engine/record_error.h"
#include "engine/stock_book.h"
#include "engine/transact.h"

namespace storebridge::engine {
namespace {

constexpr std::int64_t kOnHandMax = 1'000'000'000;

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

// The product of a setting that can be made.
Result<v1::Product> FindProductOf(const ports::ReadTx& tx, const StockSetting& setting) {
  SB_CHECK(domain::CheckReason(setting.reason));
  SB_CHECK(CheckOnHand(setting.on_hand));
  return FindProduct(tx, setting.product);
}

// kAborted when it was changed since it was seen.
Status CheckSeen(const ports::ReadTx& tx, const StockSetting& setting, const v1::Product& product) {
  SB_TRY(const ports::StockLevel level,
         tx.stock().Get(setting.product.merchant, IdOf(product.name())));
  return CheckEtag(setting.etag, std::to_string(level.version), product.name());
}

// Lets orders that wait go on, and wakes the stores.
Status Settle(Ledger& ledger, ports::Random& random) {
  if (ledger.freed()) {
    OrderBook book(ledger, random);
    SB_CHECK(book.ReleasePending());
  }
  return ledger.Finish();
}

// As Settle, and shows the outcome.
Result<v1::Stock> Settled(Ledger& ledger, ports::Random& random, const v1::Product& product) {
  SB_CHECK(Settle(ledger, random));
  return ShowStock(ledger.tx(), ledger.merchant(), product);
}

// One batch of settings inside a transaction.
class BatchRun {
 public:
  BatchRun(ports::Tx& tx, const StockBatch& batch, std::int64_t now_ms)
      : batch_(batch), ledger_(tx, batch.merchant, now_ms) {}

  Result<v1::BatchSetStockResponse> Run(ports::Random& random) {
    SB_CHECK(ledger_.tx().merchants().Get(batch_.merchant));
    v1::BatchSetStockResponse response;
    std::vector<std::pair<v1::SetStockResult*, v1::Product>> set;
    for (const Result<StockSetting>& setting : batch_.settings) {
      v1::SetStockResult* result = response.add_results();
      Result<v1::Product> product = setting ? Check(*setting) : setting.error();
      if (product) {
        SB_CHECK(ledger_.SetOnHand(IdOf(product->name()), setting->on_hand, setting->reason));
        set.emplace_back(result, std::move(*product));
      } else if (IsRecordError(product.error())) {
        *result->mutable_error() = batch_.tell(product.error());
      } else {
        return product.error();
      }
    }
    SB_CHECK(Settle(ledger_, random));
    for (const auto& [result, product] : set) {
      SB_TRY(*result->mutable_stock(), ShowBalance(ledger_.tx(), batch_.merchant, product));
    }
    return response;
  }

 private:
  // Gives the product. Nothing is written before all of a setting is right.
  Result<v1::Product> Check(const StockSetting& setting) {
    SB_TRY(v1::Product product, FindProductOf(ledger_.tx(), setting));
    if (set_.contains(product.name())) {
      return Error{.code = Code::kInvalidArgument,
                   .reason = "STOCK_SET_TWICE",
                   .message = fmt::format("the stock of '{}' is set by an earlier request of this "
                                          "call; name each product once",
                                          product.product_code()),
                   .facts = {{"product_code", product.product_code()}}};
    }
    SB_CHECK(CheckSeen(ledger_.tx(), setting, product));
    set_.insert(product.name());
    return product;
  }

  const StockBatch& batch_;
  Ledger ledger_;
  // Names of the products that are set.
  std::set<std::string> set_;
};

}  // namespace

void Commands::SetStock(StockSetting setting, RequestKey key, Done<v1::Stock> done) {
  std::string merchant = setting.product.merchant;
  Transact<v1::Stock>(
      ports_.storage,
      std::move(merchant),
      std::move(key),
      [setting = std::move(setting), now = ports_.clock.NowMs(), &random = ports_.random](
          ports::Tx& tx) -> Result<v1::Stock> {
        SB_TRY(const v1::Product product, FindProductOf(tx, setting));
        SB_CHECK(CheckSeen(tx, setting, product));
        Ledger ledger(tx, setting.product.merchant, now);
        SB_CHECK(ledger.SetOnHand(IdOf(product.name()), setting.on_hand, setting.reason));
        return Settled(ledger, random, product);
      },
      std::move(done));
}

void Commands::BatchSetStock(StockBatch batch,
                             RequestKey key,
                             Done<v1::BatchSetStockResponse> done) {
  std::string merchant = batch.merchant;
  Transact<v1::BatchSetStockResponse>(
      ports_.storage,
      std::move(merchant),
      std::move(key),
      [batch = std::move(batch), now = ports_.clock.NowMs(), &random = ports_.random](ports::Tx& tx)
          -> Result<v1::BatchSetStockResponse> { return BatchRun(tx, batch, now).Run(random); },
      std::move(done));
}

void Commands::AdjustStock(ProductRef product,
                           std::int64_t delta,
                           std::string reason,
                           RequestKey key,
                           Done<v1::Stock> done) {
  std::string merchant = product.merchant;
  Transact<v1::Stock>(
      ports_.storage,
      std::move(merchant),
      std::move(key),
      [product = std::move(product),
       delta,
       reason = std::move(reason),
       now = ports_.clock.NowMs(),
       &random = ports_.random](ports::Tx& tx) -> Result<v1::Stock> {
        SB_CHECK(domain::CheckReason(reason));
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
