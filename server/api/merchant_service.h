#pragma once

#include "api/api_ports.h"
#include "storebridge/v1/merchant_service.grpc.pb.h"

namespace storebridge::api {

// See merchant_service.proto.
class MerchantService final : public v1::MerchantService::CallbackService {
 public:
  explicit MerchantService(ApiPorts ports) : ports_(ports) {}

  grpc::ServerUnaryReactor* CreateMerchant(grpc::CallbackServerContext* context,
                                           const v1::CreateMerchantRequest* request,
                                           v1::Merchant* response) override;
  grpc::ServerUnaryReactor* GetMerchant(grpc::CallbackServerContext* context,
                                        const v1::GetMerchantRequest* request,
                                        v1::Merchant* response) override;
  grpc::ServerUnaryReactor* ListMerchants(grpc::CallbackServerContext* context,
                                          const v1::ListMerchantsRequest* request,
                                          v1::ListMerchantsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateMerchant(grpc::CallbackServerContext* context,
                                           const v1::UpdateMerchantRequest* request,
                                           v1::Merchant* response) override;
  grpc::ServerUnaryReactor* DeleteMerchant(grpc::CallbackServerContext* context,
                                           const v1::DeleteMerchantRequest* request,
                                           google::protobuf::Empty* response) override;

 private:
  Result<v1::Merchant> Get(const v1::GetMerchantRequest& request) const;
  Result<v1::ListMerchantsResponse> List(const v1::ListMerchantsRequest& request) const;

  ApiPorts ports_;
};

}  // namespace storebridge::api
