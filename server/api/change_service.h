#pragma once

#include "api/api_ports.h"
#include "api/change_feed.h"
#include "api/watchers.h"
#include "storebridge/v1/change_service.grpc.pb.h"

namespace storebridge::api {

// See change_service.proto.
class ChangeService final : public v1::ChangeService::CallbackService {
 public:
  // `watchers` outlives the service.
  ChangeService(ApiPorts ports, Watchers& watchers);

  grpc::ServerUnaryReactor* ListChanges(grpc::CallbackServerContext* context,
                                        const v1::ListChangesRequest* request,
                                        v1::ListChangesResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchChangesResponse>* WatchChanges(
      grpc::CallbackServerContext* context, const v1::WatchChangesRequest* request) override;

 private:
  Result<v1::ListChangesResponse> List(const v1::ListChangesRequest& request) const;
  // Where the reader begins.
  Result<ChangePlaces> ReadStart(const v1::WatchChangesRequest& request) const;

  ApiPorts ports_;
  Watchers& watchers_;
  ChangeFeed feed_;
};

}  // namespace storebridge::api
