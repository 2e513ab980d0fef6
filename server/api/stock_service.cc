#include "api/stock_service.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/page.h"
#include "api/product_page.h"
#include "api/reading.h"
#include "api/request_key.h"
#include "api/unary_call.h"
#include "api/validate/refs.h"
#include "api/validate/text.h"
#include "domain/names.h"
#include "domain/reason_rules.h"
#include "engine/explanations.h"
#include "engine/refs.h"
#include "engine/stock_book.h"

namespace storebridge::api {
namespace {

Status CheckReason(const std::string& reason) {
  return CheckRequiredText(
      {.field = "reason", .value = reason, .characters_max = domain::kReasonMax});
}

Result<engine::StockSetting> ReadSetting(const v1::SetStockRequest& request) {
  SB_TRY(engine::ProductRef ref, ReadProductRef(request.name(), request.product_code()));
  if (!request.has_on_hand()) {
    return MissingField("on_hand", "write how many pieces are on the shelf; 0 is a number too");
  }
  SB_CHECK(CheckReason(request.reason()));
  SB_CHECK(
      CheckText({.field = "etag", .value = request.etag(), .characters_max = kEtagCharactersMax}));
  return engine::StockSetting{.product = std::move(ref),
                              .on_hand = request.on_hand(),
                              .reason = request.reason(),
                              .etag = request.etag()};
}

// One of a batch: it is of the batch's merchant, and has no request_id of its own.
Result<engine::StockSetting> ReadSettingOf(const std::string& merchant,
                                           const v1::SetStockRequest& request) {
  if (!request.request_id().empty()) {
    return BadField("FIELD_CONFLICT",
                    "request_id",
                    "request_id is set in one of the requests: set the one of the whole call");
  }
  if (request.name().empty() && !request.product_code().empty()) {
    v1::SetStockRequest named = request;
    named.set_name(domain::MerchantName(merchant));
    return ReadSetting(named);
  }
  SB_TRY(engine::StockSetting setting, ReadSetting(request));
  if (setting.product.merchant != merchant) {
    return BadField(
        "FIELD_CONFLICT",
        "name",
        fmt::format("name is of '{}' and parent is '{}': set them in calls of their own",
                    domain::MerchantName(setting.product.merchant),
                    domain::MerchantName(merchant)));
  }
  return setting;
}

Result<engine::StockBatch> ReadBatch(const v1::BatchSetStockRequest& request) {
  SB_TRY(std::string merchant, domain::ParseMerchantName(request.parent()));
  if (request.requests().empty()) {
    return MissingField("requests", "write what to set, as for SetStock");
  }
  if (request.requests_size() > kStockBatchMax) {
    return BadField("FIELD_LENGTH",
                    "requests",
                    fmt::format("requests has {} of them, {} are allowed: use several calls",
                                request.requests_size(),
                                kStockBatchMax));
  }
  engine::StockBatch batch{.merchant = std::move(merchant), .settings = {}, .tell = {}};
  batch.settings.reserve(static_cast<std::size_t>(request.requests_size()));
  for (const v1::SetStockRequest& one : request.requests()) {
    batch.settings.push_back(ReadSettingOf(batch.merchant, one));
  }
  return batch;
}

Result<v1::ExplainStockResponse> ExplainStockNow(const engine::StockEvidence& evidence,
                                                 const Result<std::vector<v1::Store>>& stores,
                                                 const ports::ConnectorHost& connectors) {
  if (!stores) {
    return stores.error();
  }
  v1::ExplainStockResponse response;
  response.set_product(evidence.stock.product());
  response.set_product_code(evidence.stock.product_code());
  response.set_summary(domain::SummaryOfStock(evidence.stock));
  response.set_more_claims(evidence.more_claims);
  FillField(*response.mutable_claims(), evidence.claims);
  FillField(*response.mutable_stores(), engine::Explain(evidence, *stores, connectors));
  return response;
}

}  // namespace

grpc::ServerUnaryReactor* StockService::GetStock(grpc::CallbackServerContext* context,
                                                 const v1::GetStockRequest* request,
                                                 v1::Stock* response) {
  return AnswerNow(ports_, "StockService.GetStock", context, Get(*request), response);
}

grpc::ServerUnaryReactor* StockService::ExplainStock(grpc::CallbackServerContext* /*context*/,
                                                     const v1::ExplainStockRequest* request,
                                                     v1::ExplainStockResponse* response) {
  return AnswerLater(ports_, "StockService.ExplainStock", response, [&](auto done) -> Status {
    SB_TRY(const engine::ProductRef ref, ReadProductRef(request->name(), request->product_code()));
    SB_TRY(engine::StockEvidence evidence,
           ReadFrom<engine::StockEvidence>(
               ports_.storage, [&](const ports::ReadTx& tx) -> Result<engine::StockEvidence> {
                 SB_TRY(const v1::Product product, engine::FindProduct(tx, ref));
                 return engine::GatherStock(tx, ref.merchant, product);
               }));
    std::vector<domain::StoreKey> keys = evidence.stores;
    ports_.engine.GetStores(std::move(keys),
                            [&connectors = ports_.connectors, evidence = std::move(evidence), done](
                                const Result<std::vector<v1::Store>>& stores) -> void {
                              done(ExplainStockNow(evidence, stores, connectors));
                            });
    return Ok();
  });
}

grpc::ServerUnaryReactor* StockService::ListStock(grpc::CallbackServerContext* context,
                                                  const v1::ListStockRequest* request,
                                                  v1::ListStockResponse* response) {
  return AnswerNow(ports_, "StockService.ListStock", context, List(*request), response);
}

grpc::ServerUnaryReactor* StockService::ListStockEntries(grpc::CallbackServerContext* context,
                                                         const v1::ListStockEntriesRequest* request,
                                                         v1::ListStockEntriesResponse* response) {
  return AnswerNow(
      ports_, "StockService.ListStockEntries", context, ListEntries(*request), response);
}

grpc::ServerUnaryReactor* StockService::SetStock(grpc::CallbackServerContext* /*context*/,
                                                 const v1::SetStockRequest* request,
                                                 v1::Stock* response) {
  return AnswerLater(ports_, "StockService.SetStock", response, [&](auto done) -> Status {
    SB_TRY(engine::StockSetting setting, ReadSetting(*request));
    SB_TRY(engine::RequestKey key, MakeRequestKey("SetStock", *request));
    ports_.commands.SetStock(std::move(setting), std::move(key), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* StockService::BatchSetStock(grpc::CallbackServerContext* /*context*/,
                                                      const v1::BatchSetStockRequest* request,
                                                      v1::BatchSetStockResponse* response) {
  return AnswerLater(ports_, "StockService.BatchSetStock", response, [&](auto done) -> Status {
    SB_TRY(engine::StockBatch batch, ReadBatch(*request));
    batch.tell = [&random = ports_.random, &log = ports_.log](const Error& error) {
      return ToStatusMessage(
          error, {.method = "StockService.BatchSetStock", .random = random, .log = log});
    };
    SB_TRY(engine::RequestKey key, MakeRequestKey("BatchSetStock", *request));
    ports_.commands.BatchSetStock(std::move(batch), std::move(key), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* StockService::AdjustStock(grpc::CallbackServerContext* /*context*/,
                                                    const v1::AdjustStockRequest* request,
                                                    v1::Stock* response) {
  return AnswerLater(ports_, "StockService.AdjustStock", response, [&](auto done) -> Status {
    SB_TRY(engine::ProductRef ref, ReadProductRef(request->name(), request->product_code()));
    if (request->delta() == 0) {
      return MissingField("delta", "write how many pieces to add, or less than 0 to take away");
    }
    SB_CHECK(CheckReason(request->reason()));
    SB_TRY(engine::RequestKey key, MakeRequestKey("AdjustStock", *request));
    ports_.commands.AdjustStock(
        std::move(ref), request->delta(), request->reason(), std::move(key), std::move(done));
    return Ok();
  });
}

Result<v1::Stock> StockService::Get(const v1::GetStockRequest& request) const {
  SB_TRY(const engine::ProductRef ref, ReadProductRef(request.name(), request.product_code()));
  return ReadFrom<v1::Stock>(ports_.storage, [&](const ports::ReadTx& tx) -> Result<v1::Stock> {
    SB_TRY(const v1::Product product, engine::FindProduct(tx, ref));
    return engine::ShowStock(tx, ref.merchant, product);
  });
}

Result<v1::ListStockResponse> StockService::List(const v1::ListStockRequest& request) const {
  SB_TRY(const std::string merchant, ReadParent(request.parent()));
  SB_TRY(const Page page,
         ReadPage({.method = "ListStock", .parent = request.parent(), .filter = ""},
                  request.page_size(),
                  request.page_token(),
                  2));
  return ReadFrom<v1::ListStockResponse>(
      ports_.storage, [&](const ports::ReadTx& tx) -> Result<v1::ListStockResponse> {
        SB_TRY(const ProductPage products, ReadProductPage(tx, merchant, page));
        v1::ListStockResponse response;
        response.set_next_page_token(products.next_page_token);
        for (const v1::Product& product : products.products) {
          SB_TRY(const domain::MerchantChild name, domain::ParseProductName(product.name()));
          SB_TRY(*response.add_stock(), engine::ShowStock(tx, name.merchant, product));
        }
        return response;
      });
}

Result<v1::ListStockEntriesResponse> StockService::ListEntries(
    const v1::ListStockEntriesRequest& request) const {
  SB_TRY(const engine::ProductRef ref, ReadProductRef(request.name(), request.product_code()));
  return ReadFrom<v1::ListStockEntriesResponse>(
      ports_.storage, [&](const ports::ReadTx& tx) -> Result<v1::ListStockEntriesResponse> {
        SB_TRY(const v1::Product product, engine::FindProduct(tx, ref));
        SB_TRY(const domain::MerchantChild name, domain::ParseProductName(product.name()));
        // Of the product and not of its code, which may move to another one between two pages.
        SB_TRY(const Page page,
               ReadPage({.method = "ListStockEntries", .parent = product.name(), .filter = ""},
                        request.page_size(),
                        request.page_token(),
                        1));
        SB_TRY(const std::vector<ports::StockEntry> known,
               tx.stock().ListEntries(name.merchant, name.id, page.NumberAfter(), page.limit()));
        std::vector<v1::StockEntry> entries;
        entries.reserve(known.size());
        std::transform(known.begin(), known.end(), std::back_inserter(entries), &engine::ShowEntry);
        v1::ListStockEntriesResponse response;
        response.set_next_page_token(
            CutPage(page, entries, [&](const v1::StockEntry& /*last*/) -> std::vector<std::string> {
              return {std::to_string(known[entries.size() - 1].number)};
            }));
        FillField(*response.mutable_entries(), std::move(entries));
        return response;
      });
}

}  // namespace storebridge::api
