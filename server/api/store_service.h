#pragma once

#include "api/api_ports.h"
#include "domain/names.h"
#include "storebridge/v1/store_service.grpc.pb.h"

namespace storebridge::api {

// See store_service.proto.
class StoreService final : public v1::StoreService::CallbackService {
 public:
  explicit StoreService(ApiPorts ports) : ports_(ports) {}

  grpc::ServerUnaryReactor* CreateStore(grpc::CallbackServerContext* context,
                                        const v1::CreateStoreRequest* request,
                                        v1::Store* response) override;
  grpc::ServerUnaryReactor* GetStore(grpc::CallbackServerContext* context,
                                     const v1::GetStoreRequest* request,
                                     v1::Store* response) override;
  grpc::ServerUnaryReactor* ListStores(grpc::CallbackServerContext* context,
                                       const v1::ListStoresRequest* request,
                                       v1::ListStoresResponse* response) override;
  grpc::ServerUnaryReactor* UpdateStore(grpc::CallbackServerContext* context,
                                        const v1::UpdateStoreRequest* request,
                                        v1::Store* response) override;
  grpc::ServerUnaryReactor* DeleteStore(grpc::CallbackServerContext* context,
                                        const v1::DeleteStoreRequest* request,
                                        google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* PauseStore(grpc::CallbackServerContext* context,
                                       const v1::PauseStoreRequest* request,
                                       v1::Store* response) override;
  grpc::ServerUnaryReactor* ResumeStore(grpc::CallbackServerContext* context,
                                        const v1::ResumeStoreRequest* request,
                                        v1::Store* response) override;
  grpc::ServerUnaryReactor* CheckStore(grpc::CallbackServerContext* context,
                                       const v1::CheckStoreRequest* request,
                                       v1::CheckStoreResponse* response) override;
  grpc::ServerUnaryReactor* PreviewStore(grpc::CallbackServerContext* context,
                                         const v1::PreviewStoreRequest* request,
                                         v1::StorePreview* response) override;

 private:
  Result<v1::ListStoresResponse> List(const v1::ListStoresRequest& request) const;
  // The connector is fixed at creation.
  Status CheckSameConnector(const domain::StoreKey& key, const v1::Store& store) const;

  ApiPorts ports_;
};

}  // namespace storebridge::api
