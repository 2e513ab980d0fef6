#include "api/store_service.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/page.h"
#include "api/reading.h"
#include "api/request_key.h"
#include "api/unary_call.h"
#include "api/validate/refs.h"
#include "api/validate/store.h"
#include "api/validate/text.h"
#include "domain/reason_rules.h"
#include "engine/store_view.h"

namespace storebridge::api {
namespace {

// A preview ends by itself before that.
constexpr std::chrono::minutes kPreviewTimeMax{11};

Status CheckEtagText(const std::string& etag) {
  return CheckText({.field = "etag", .value = etag, .characters_max = kEtagCharactersMax});
}

v1::CheckStoreResponse ToResponse(const engine::StoreCheckReport& report) {
  v1::CheckStoreResponse response;
  for (const engine::StoreCheck& check : report.checks) {
    v1::StoreCheck& shown = *response.add_checks();
    shown.set_check(check.check);
    shown.set_ok(check.ok);
    shown.set_message(check.message);
    shown.set_action(check.action);
  }
  response.mutable_capabilities()->Assign(report.capabilities.begin(), report.capabilities.end());
  return response;
}

}  // namespace

grpc::ServerUnaryReactor* StoreService::CreateStore(grpc::CallbackServerContext* /*context*/,
                                                    const v1::CreateStoreRequest* request,
                                                    v1::Store* response) {
  return AnswerLater(ports_, "StoreService.CreateStore", response, [&](auto done) -> Status {
    SB_TRY(engine::NewStore store, ReadNewStore(*request));
    SB_TRY(engine::RequestKey key, MakeRequestKey("CreateStore", *request));
    if (store.validate_only) {
      // A rehearsal does not use the id up.
      key = {};
    }
    ports_.commands.CreateStore(std::move(store), std::move(key), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* StoreService::GetStore(grpc::CallbackServerContext* /*context*/,
                                                 const v1::GetStoreRequest* request,
                                                 v1::Store* response) {
  return AnswerLater(ports_, "StoreService.GetStore", response, [&](auto done) -> Status {
    SB_TRY(domain::StoreKey key, domain::ParseStoreName(request->name()));
    ports_.engine.GetStore(std::move(key), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* StoreService::ListStores(grpc::CallbackServerContext* context,
                                                   const v1::ListStoresRequest* request,
                                                   v1::ListStoresResponse* response) {
  return AnswerNow(ports_, "StoreService.ListStores", context, List(*request), response);
}

grpc::ServerUnaryReactor* StoreService::UpdateStore(grpc::CallbackServerContext* /*context*/,
                                                    const v1::UpdateStoreRequest* request,
                                                    v1::Store* response) {
  return AnswerLater(ports_, "StoreService.UpdateStore", response, [&](auto done) -> Status {
    SB_TRY(engine::StoreChange change, ReadStoreChange(*request));
    SB_CHECK(CheckSameConnector(change.key, request->store()));
    ports_.commands.UpdateStore(std::move(change), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* StoreService::DeleteStore(grpc::CallbackServerContext* /*context*/,
                                                    const v1::DeleteStoreRequest* request,
                                                    google::protobuf::Empty* response) {
  return AnswerLater(ports_, "StoreService.DeleteStore", response, [&](auto done) -> Status {
    SB_TRY(domain::StoreKey key, domain::ParseStoreName(request->name()));
    SB_CHECK(CheckEtagText(request->etag()));
    ports_.commands.DeleteStore(std::move(key), request->etag(), ToEmpty(std::move(done)));
    return Ok();
  });
}

grpc::ServerUnaryReactor* StoreService::PauseStore(grpc::CallbackServerContext* /*context*/,
                                                   const v1::PauseStoreRequest* request,
                                                   v1::Store* response) {
  return AnswerLater(ports_, "StoreService.PauseStore", response, [&](auto done) -> Status {
    SB_TRY(domain::StoreKey key, domain::ParseStoreName(request->name()));
    SB_CHECK(CheckText(
        {.field = "reason", .value = request->reason(), .characters_max = domain::kReasonMax}));
    ports_.commands.PauseStore(std::move(key), request->reason(), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* StoreService::ResumeStore(grpc::CallbackServerContext* /*context*/,
                                                    const v1::ResumeStoreRequest* request,
                                                    v1::Store* response) {
  return AnswerLater(ports_, "StoreService.ResumeStore", response, [&](auto done) -> Status {
    SB_TRY(domain::StoreKey key, domain::ParseStoreName(request->name()));
    ports_.commands.ResumeStore(std::move(key), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* StoreService::CheckStore(grpc::CallbackServerContext* /*context*/,
                                                   const v1::CheckStoreRequest* request,
                                                   v1::CheckStoreResponse* response) {
  return AnswerLater(ports_, "StoreService.CheckStore", response, [&](auto done) -> Status {
    SB_TRY(domain::StoreKey key, domain::ParseStoreName(request->name()));
    ports_.engine.CheckStore(
        std::move(key), [done = std::move(done)](const Result<engine::StoreCheckReport>& report) {
          done(report ? Result<v1::CheckStoreResponse>(ToResponse(*report))
                      : Result<v1::CheckStoreResponse>(report.error()));
        });
    return Ok();
  });
}

grpc::ServerUnaryReactor* StoreService::PreviewStore(grpc::CallbackServerContext* /*context*/,
                                                     const v1::PreviewStoreRequest* request,
                                                     v1::StorePreview* response) {
  const auto call = UnaryCall<v1::StorePreview>::Begin(
      ports_, "StoreService.PreviewStore", response, kPreviewTimeMax);
  Result<engine::Engine::PreviewRequest> asked = ReadPreviewRequest(*request);
  if (!asked) {
    call->End(asked.error());
    return call.get();
  }
  ports_.engine.PreviewStore(
      std::move(*asked), [call] { return !call->HasEnded(); }, call->MakeDone());
  return call.get();
}

Result<v1::ListStoresResponse> StoreService::List(const v1::ListStoresRequest& request) const {
  SB_TRY(const std::string merchant, ReadParent(request.parent()));
  SB_TRY(const Page page,
         ReadPage({.method = "ListStores", .parent = request.parent(), .filter = ""},
                  request.page_size(),
                  request.page_token(),
                  2));
  return ReadFrom<v1::ListStoresResponse>(
      ports_.storage, [&](const ports::ReadTx& tx) -> Result<v1::ListStoresResponse> {
        SB_CHECK(CheckMerchant(tx, merchant));
        const domain::StoreKey after{.merchant = page.after[0], .store = page.after[1]};
        SB_TRY(std::vector<v1::Store> stores, tx.stores().List(merchant, after, page.limit()));
        v1::ListStoresResponse response;
        response.set_next_page_token(
            CutPage(page, stores, [](const v1::Store& store) -> std::vector<std::string> {
              domain::StoreKey key = domain::ParseStoreName(store.name()).value();
              return {std::move(key.merchant), std::move(key.store)};
            }));
        for (v1::Store& store : stores) {
          SB_TRY(const domain::StoreKey key, domain::ParseStoreName(store.name()));
          *response.add_stores() = engine::ShowStore(tx, key, std::move(store));
        }
        return response;
      });
}

Status StoreService::CheckSameConnector(const domain::StoreKey& key, const v1::Store& store) const {
  if (store.connector().empty()) {
    return Ok();
  }
  SB_TRY(const v1::Store record, ReadFrom<v1::Store>(ports_.storage, [&](const ports::ReadTx& tx) {
           return tx.stores().Get(key);
         }));
  if (record.connector() == store.connector()) {
    return Ok();
  }
  return Error{
      .code = Code::kInvalidArgument,
      .reason = "CONNECTOR_FIXED",
      .message = fmt::format("the connector of '{}' is '{}' for good, not '{}': connect another "
                             "store with that one, and delete this one",
                             record.name(),
                             record.connector(),
                             store.connector()),
      .facts = {{"store", record.name()}, {"connector", record.connector()}}};
}

}  // namespace storebridge::api
