#pragma once

#include "api/api_ports.h"
#include "storebridge/v1/connector_service.grpc.pb.h"

namespace storebridge::api {

// See connector_service.proto.
class ConnectorService final : public v1::ConnectorService::CallbackService {
 public:
  explicit ConnectorService(ApiPorts ports) : ports_(ports) {}

  grpc::ServerUnaryReactor* ListConnectors(grpc::CallbackServerContext* context,
                                           const v1::ListConnectorsRequest* request,
                                           v1::ListConnectorsResponse* response) override;
  grpc::ServerUnaryReactor* GetConnector(grpc::CallbackServerContext* context,
                                         const v1::GetConnectorRequest* request,
                                         v1::Connector* response) override;
  grpc::ServerUnaryReactor* ReloadConnector(grpc::CallbackServerContext* context,
                                            const v1::ReloadConnectorRequest* request,
                                            v1::Connector* response) override;

 private:
  Result<v1::ListConnectorsResponse> List() const;
  Result<v1::Connector> Get(const v1::GetConnectorRequest& request) const;

  ApiPorts ports_;
};

}  // namespace storebridge::api
