#pragma once

#include "api/api_ports.h"
#include "storebridge/v1/product_service.grpc.pb.h"

namespace storebridge::api {

// See product_service.proto.
class ProductService final : public v1::ProductService::CallbackService {
 public:
  explicit ProductService(ApiPorts ports) : ports_(ports) {}

  grpc::ServerUnaryReactor* GetProduct(grpc::CallbackServerContext* context,
                                       const v1::GetProductRequest* request,
                                       v1::Product* response) override;
  grpc::ServerUnaryReactor* ListProducts(grpc::CallbackServerContext* context,
                                         const v1::ListProductsRequest* request,
                                         v1::ListProductsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateProduct(grpc::CallbackServerContext* context,
                                          const v1::UpdateProductRequest* request,
                                          v1::Product* response) override;

 private:
  Result<v1::Product> Get(const v1::GetProductRequest& request) const;
  Result<v1::ListProductsResponse> List(const v1::ListProductsRequest& request) const;
  // Never gives a product: says where to change it.
  Result<v1::Product> Refuse(const v1::UpdateProductRequest& request) const;

  ApiPorts ports_;
};

}  // namespace storebridge::api
