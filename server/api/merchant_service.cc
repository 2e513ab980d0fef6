#include "api/merchant_service.h"

#include <string>
#include <utility>
#include <vector>

#include "api/page.h"
#include "api/reading.h"
#include "api/request_key.h"
#include "api/unary_call.h"
#include "api/validate/text.h"
#include "core/ids.h"
#include "domain/names.h"
#include "domain/text_rules.h"

namespace storebridge::api {
namespace {

Status CheckDisplayName(const std::string& display_name) {
  return CheckText({.field = "merchant.display_name",
                    .value = display_name,
                    .characters_max = domain::kDisplayNameMax});
}

}  // namespace

grpc::ServerUnaryReactor* MerchantService::CreateMerchant(grpc::CallbackServerContext* /*context*/,
                                                          const v1::CreateMerchantRequest* request,
                                                          v1::Merchant* response) {
  return AnswerLater(ports_, "MerchantService.CreateMerchant", response, [&](auto done) -> Status {
    if (request->merchant_id().empty()) {
      return MissingField("merchant_id", "write 1 to 32 of a-z, 0-9 and '-', such as 'acme'");
    }
    SB_CHECK(CheckChosenId("merchant", request->merchant_id()));
    SB_CHECK(CheckDisplayName(request->merchant().display_name()));
    SB_TRY(engine::RequestKey key, MakeRequestKey("CreateMerchant", *request));
    ports_.commands.CreateMerchant(request->merchant_id(),
                                   request->merchant().display_name(),
                                   std::move(key),
                                   std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* MerchantService::GetMerchant(grpc::CallbackServerContext* context,
                                                       const v1::GetMerchantRequest* request,
                                                       v1::Merchant* response) {
  return AnswerNow(ports_, "MerchantService.GetMerchant", context, Get(*request), response);
}

grpc::ServerUnaryReactor* MerchantService::ListMerchants(grpc::CallbackServerContext* context,
                                                         const v1::ListMerchantsRequest* request,
                                                         v1::ListMerchantsResponse* response) {
  return AnswerNow(ports_, "MerchantService.ListMerchants", context, List(*request), response);
}

grpc::ServerUnaryReactor* MerchantService::UpdateMerchant(grpc::CallbackServerContext* /*context*/,
                                                          const v1::UpdateMerchantRequest* request,
                                                          v1::Merchant* response) {
  return AnswerLater(ports_, "MerchantService.UpdateMerchant", response, [&](auto done) -> Status {
    const v1::Merchant& merchant = request->merchant();
    SB_TRY(std::string id, domain::ParseMerchantName(merchant.name()));
    SB_CHECK(CheckRequiredText({.field = "merchant.display_name",
                                .value = merchant.display_name(),
                                .characters_max = domain::kDisplayNameMax}));
    SB_CHECK(CheckText({.field = "merchant.etag",
                        .value = merchant.etag(),
                        .characters_max = kEtagCharactersMax}));
    ports_.commands.UpdateMerchant(
        std::move(id), merchant.display_name(), merchant.etag(), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* MerchantService::DeleteMerchant(grpc::CallbackServerContext* /*context*/,
                                                          const v1::DeleteMerchantRequest* request,
                                                          google::protobuf::Empty* response) {
  return AnswerLater(ports_, "MerchantService.DeleteMerchant", response, [&](auto done) -> Status {
    SB_TRY(std::string id, domain::ParseMerchantName(request->name()));
    SB_CHECK(CheckText(
        {.field = "etag", .value = request->etag(), .characters_max = kEtagCharactersMax}));
    ports_.commands.DeleteMerchant(
        std::move(id), request->etag(), request->force(), ToEmpty(std::move(done)));
    return Ok();
  });
}

Result<v1::Merchant> MerchantService::Get(const v1::GetMerchantRequest& request) const {
  SB_TRY(const std::string id, domain::ParseMerchantName(request.name()));
  return ReadFrom<v1::Merchant>(ports_.storage,
                                [&](const ports::ReadTx& tx) { return tx.merchants().Get(id); });
}

Result<v1::ListMerchantsResponse> MerchantService::List(
    const v1::ListMerchantsRequest& request) const {
  SB_TRY(const Page page,
         ReadPage({.method = "ListMerchants", .parent = "", .filter = ""},
                  request.page_size(),
                  request.page_token(),
                  1));
  return ReadFrom<v1::ListMerchantsResponse>(
      ports_.storage, [&](const ports::ReadTx& tx) -> Result<v1::ListMerchantsResponse> {
        SB_TRY(std::vector<v1::Merchant> merchants,
               tx.merchants().List(page.after[0], page.limit()));
        v1::ListMerchantsResponse response;
        response.set_next_page_token(
            CutPage(page, merchants, [](const v1::Merchant& merchant) -> std::vector<std::string> {
              return {domain::ParseMerchantName(merchant.name()).value()};
            }));
        FillField(*response.mutable_merchants(), std::move(merchants));
        return response;
      });
}

}  // namespace storebridge::api
