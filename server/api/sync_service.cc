#include "api/sync_service.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/page.h"
#include "api/reading.h"
#include "api/refused_stream.h"
#include "api/request_key.h"
#include "api/run_stream.h"
#include "api/unary_call.h"
#include "domain/flow.h"
#include "domain/names.h"

namespace storebridge::api {
grpc::ServerUnaryReactor* SyncService::StartSyncRun(grpc::CallbackServerContext* /*context*/,
                                                    const v1::StartSyncRunRequest* request,
                                                    v1::SyncRun* response) {
  return AnswerLater(ports_, "SyncService.StartSyncRun", response, [&](auto done) -> Status {
    engine::Engine::RunRequest run;
    SB_TRY(run.store, domain::ParseStoreName(request->parent()));
    SB_TRY(run.flow, domain::FlowFrom(request->flow()));
    run.is_full = request->full();
    SB_TRY(engine::RequestKey key, MakeRequestKey("StartSyncRun", *request));
    ports_.engine.StartRun(std::move(run), std::move(key), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* SyncService::GetSyncRun(grpc::CallbackServerContext* /*context*/,
                                                  const v1::GetSyncRunRequest* request,
                                                  v1::SyncRun* response) {
  return AnswerLater(ports_, "SyncService.GetSyncRun", response, [&](auto done) -> Status {
    SB_TRY(domain::SyncRunKey key, domain::ParseSyncRunName(request->name()));
    ports_.engine.GetRun(std::move(key.store), std::move(key.run), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* SyncService::ListSyncRuns(grpc::CallbackServerContext* context,
                                                    const v1::ListSyncRunsRequest* request,
                                                    v1::ListSyncRunsResponse* response) {
  return AnswerNow(ports_, "SyncService.ListSyncRuns", context, List(*request), response);
}

grpc::ServerUnaryReactor* SyncService::CancelSyncRun(grpc::CallbackServerContext* /*context*/,
                                                     const v1::CancelSyncRunRequest* request,
                                                     v1::SyncRun* response) {
  return AnswerLater(ports_, "SyncService.CancelSyncRun", response, [&](auto done) -> Status {
    SB_TRY(domain::SyncRunKey key, domain::ParseSyncRunName(request->name()));
    ports_.engine.CancelRun(std::move(key.store), std::move(key.run), std::move(done));
    return Ok();
  });
}

grpc::ServerWriteReactor<v1::WatchSyncRunResponse>* SyncService::WatchSyncRun(
    grpc::CallbackServerContext* /*context*/, const v1::WatchSyncRunRequest* request) {
  const Result<domain::SyncRunKey> key = domain::ParseSyncRunName(request->name());
  if (!key) {
    return RefuseStream<v1::WatchSyncRunResponse>(ports_, "SyncService.WatchSyncRun", key.error());
  }
  const auto stream = std::make_shared<RunStream>(ports_, watchers_);
  stream->Begin(*key);
  return stream.get();
}

Result<v1::ListSyncRunsResponse> SyncService::List(const v1::ListSyncRunsRequest& request) const {
  SB_TRY(const domain::StoreKey store, domain::ParseStoreName(request.parent()));
  SB_TRY(const Page page,
         ReadPage({.method = "ListSyncRuns", .parent = request.parent(), .filter = ""},
                  request.page_size(),
                  request.page_token(),
                  1));
  return ReadFrom<v1::ListSyncRunsResponse>(
      ports_.storage, [&](const ports::ReadTx& tx) -> Result<v1::ListSyncRunsResponse> {
        SB_CHECK(tx.stores().Get(store));
        SB_TRY(std::vector<v1::SyncRun> runs,
               tx.sync_runs().List(store, page.after[0], page.limit()));
        v1::ListSyncRunsResponse response;
        response.set_next_page_token(
            CutPage(page, runs, [](const v1::SyncRun& run) -> std::vector<std::string> {
              return {domain::ParseSyncRunName(run.name()).value().run};
            }));
        FillField(*response.mutable_sync_runs(), std::move(runs));
        return response;
      });
}

}  // namespace storebridge::api
