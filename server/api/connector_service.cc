#include "api/connector_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "api/reading.h"
#include "api/unary_call.h"
#include "domain/names.h"

namespace storebridge::api {

grpc::ServerUnaryReactor* ConnectorService::ListConnectors(
    grpc::CallbackServerContext* context,
    const v1::ListConnectorsRequest* /*request*/,
    v1::ListConnectorsResponse* response) {
  return AnswerNow(ports_, "ConnectorService.ListConnectors", context, List(), response);
}

grpc::ServerUnaryReactor* ConnectorService::GetConnector(grpc::CallbackServerContext* context,
                                                         const v1::GetConnectorRequest* request,
                                                         v1::Connector* response) {
  return AnswerNow(ports_, "ConnectorService.GetConnector", context, Get(*request), response);
}

grpc::ServerUnaryReactor* ConnectorService::ReloadConnector(
    grpc::CallbackServerContext* /*context*/,
    const v1::ReloadConnectorRequest* request,
    v1::Connector* response) {
  return AnswerLater(
      ports_, "ConnectorService.ReloadConnector", response, [&](auto done) -> Status {
        SB_TRY(std::string id, domain::ParseConnectorName(request->name()));
        ports_.engine.ReloadConnector(std::move(id), request->validate_only(), std::move(done));
        return Ok();
      });
}

Result<v1::ListConnectorsResponse> ConnectorService::List() const {
  std::vector<v1::Connector> connectors;
  for (ports::ConnectorInfo& info : ports_.connectors.List()) {
    connectors.push_back(std::move(info.resource));
  }
  std::sort(connectors.begin(),
            connectors.end(),
            [](const v1::Connector& a, const v1::Connector& b) { return a.name() < b.name(); });
  v1::ListConnectorsResponse response;
  FillField(*response.mutable_connectors(), std::move(connectors));
  return response;
}

Result<v1::Connector> ConnectorService::Get(const v1::GetConnectorRequest& request) const {
  SB_TRY(const std::string id, domain::ParseConnectorName(request.name()));
  SB_TRY(ports::ConnectorInfo info, ports_.connectors.Find(id));
  return std::move(info.resource);
}

}  // namespace storebridge::api
