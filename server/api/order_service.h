#pragma once

#include <grpcpp/support/byte_buffer.h>

#include "api/api_ports.h"
#include "storebridge/v1/order_service.grpc.pb.h"

namespace storebridge::api {

// See order_service.proto. An order is stored as the message that GetOrder answers: its bytes are
// passed on as they are.
class OrderService final
    : public v1::OrderService::WithRawCallbackMethod_GetOrder<v1::OrderService::CallbackService> {
 public:
  explicit OrderService(ApiPorts ports) : ports_(ports) {}

  grpc::ServerUnaryReactor* GetOrder(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ExplainOrder(grpc::CallbackServerContext* context,
                                         const v1::ExplainOrderRequest* request,
                                         v1::ExplainOrderResponse* response) override;
  grpc::ServerUnaryReactor* ListOrders(grpc::CallbackServerContext* context,
                                       const v1::ListOrdersRequest* request,
                                       v1::ListOrdersResponse* response) override;
  grpc::ServerUnaryReactor* CollectOrder(grpc::CallbackServerContext* context,
                                         const v1::CollectOrderRequest* request,
                                         v1::Order* response) override;
  grpc::ServerUnaryReactor* ShipOrder(grpc::CallbackServerContext* context,
                                      const v1::ShipOrderRequest* request,
                                      v1::Order* response) override;
  grpc::ServerUnaryReactor* UpdateShipment(grpc::CallbackServerContext* context,
                                           const v1::UpdateShipmentRequest* request,
                                           v1::Order* response) override;
  grpc::ServerUnaryReactor* PutBackOrder(grpc::CallbackServerContext* context,
                                         const v1::PutBackOrderRequest* request,
                                         v1::Order* response) override;
  grpc::ServerUnaryReactor* CancelOrder(grpc::CallbackServerContext* context,
                                        const v1::CancelOrderRequest* request,
                                        v1::Order* response) override;
  grpc::ServerUnaryReactor* HoldOrder(grpc::CallbackServerContext* context,
                                      const v1::HoldOrderRequest* request,
                                      v1::Order* response) override;
  grpc::ServerUnaryReactor* ReleaseOrder(grpc::CallbackServerContext* context,
                                         const v1::ReleaseOrderRequest* request,
                                         v1::Order* response) override;

 private:
  Result<grpc::ByteBuffer> Get(const grpc::ByteBuffer& bytes) const;
  Result<v1::ListOrdersResponse> List(const v1::ListOrdersRequest& request) const;

  ApiPorts ports_;
};

}  // namespace storebridge::api
