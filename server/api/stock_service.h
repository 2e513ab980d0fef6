#pragma once

#include "api/api_ports.h"
#include "storebridge/v1/stock_service.grpc.pb.h"

namespace storebridge::api {

// What one BatchSetStock may set: its transaction holds up the other ones.
inline constexpr int kStockBatchMax = 1000;

// See stock_service.proto.
class StockService final : public v1::StockService::CallbackService {
 public:
  explicit StockService(ApiPorts ports) : ports_(ports) {}

  grpc::ServerUnaryReactor* GetStock(grpc::CallbackServerContext* context,
                                     const v1::GetStockRequest* request,
                                     v1::Stock* response) override;
  grpc::ServerUnaryReactor* ExplainStock(grpc::CallbackServerContext* context,
                                         const v1::ExplainStockRequest* request,
                                         v1::ExplainStockResponse* response) override;
  grpc::ServerUnaryReactor* ListStock(grpc::CallbackServerContext* context,
                                      const v1::ListStockRequest* request,
                                      v1::ListStockResponse* response) override;
  grpc::ServerUnaryReactor* ListStockEntries(grpc::CallbackServerContext* context,
                                             const v1::ListStockEntriesRequest* request,
                                             v1::ListStockEntriesResponse* response) override;
  grpc::ServerUnaryReactor* SetStock(grpc::CallbackServerContext* context,
                                     const v1::SetStockRequest* request,
                                     v1::Stock* response) override;
  grpc::ServerUnaryReactor* BatchSetStock(grpc::CallbackServerContext* context,
                                          const v1::BatchSetStockRequest* request,
                                          v1::BatchSetStockResponse* response) override;
  grpc::ServerUnaryReactor* AdjustStock(grpc::CallbackServerContext* context,
                                        const v1::AdjustStockRequest* request,
                                        v1::Stock* response) override;

 private:
  Result<v1::Stock> Get(const v1::GetStockRequest& request) const;
  Result<v1::ListStockResponse> List(const v1::ListStockRequest& request) const;
  Result<v1::ListStockEntriesResponse> ListEntries(
      const v1::ListStockEntriesRequest& request) const;

  ApiPorts ports_;
};

}  // namespace storebridge::api
