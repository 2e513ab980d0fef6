#pragma once

#include "api/api_ports.h"
#include "api/watchers.h"
#include "storebridge/v1/sync_service.grpc.pb.h"

namespace storebridge::api {

// See sync_service.proto.
class SyncService final : public v1::SyncService::CallbackService {
 public:
  // `watchers` outlives the service.
  SyncService(ApiPorts ports, Watchers& watchers) : ports_(ports), watchers_(watchers) {}

  grpc::ServerUnaryReactor* StartSyncRun(grpc::CallbackServerContext* context,
                                         const v1::StartSyncRunRequest* request,
                                         v1::SyncRun* response) override;
  grpc::ServerUnaryReactor* GetSyncRun(grpc::CallbackServerContext* context,
                                       const v1::GetSyncRunRequest* request,
                                       v1::SyncRun* response) override;
  grpc::ServerUnaryReactor* ListSyncRuns(grpc::CallbackServerContext* context,
                                         const v1::ListSyncRunsRequest* request,
                                         v1::ListSyncRunsResponse* response) override;
  grpc::ServerUnaryReactor* CancelSyncRun(grpc::CallbackServerContext* context,
                                          const v1::CancelSyncRunRequest* request,
                                          v1::SyncRun* response) override;
  grpc::ServerWriteReactor<v1::WatchSyncRunResponse>* WatchSyncRun(
      grpc::CallbackServerContext* context, const v1::WatchSyncRunRequest* request) override;

 private:
  Result<v1::ListSyncRunsResponse> List(const v1::ListSyncRunsRequest& request) const;

  ApiPorts ports_;
  Watchers& watchers_;
};

}  // namespace storebridge::api
