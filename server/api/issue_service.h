#pragma once

#include "api/api_ports.h"
#include "storebridge/v1/issue_service.grpc.pb.h"

namespace storebridge::api {

// See issue_service.proto.
class IssueService final : public v1::IssueService::CallbackService {
 public:
  explicit IssueService(ApiPorts ports) : ports_(ports) {}

  grpc::ServerUnaryReactor* GetIssue(grpc::CallbackServerContext* context,
                                     const v1::GetIssueRequest* request,
                                     v1::Issue* response) override;
  grpc::ServerUnaryReactor* ListIssues(grpc::CallbackServerContext* context,
                                       const v1::ListIssuesRequest* request,
                                       v1::ListIssuesResponse* response) override;
  grpc::ServerUnaryReactor* RetryIssue(grpc::CallbackServerContext* context,
                                       const v1::RetryIssueRequest* request,
                                       v1::Issue* response) override;

 private:
  Result<v1::Issue> Get(const v1::GetIssueRequest& request) const;
  Result<v1::ListIssuesResponse> List(const v1::ListIssuesRequest& request) const;

  ApiPorts ports_;
};

}  // namespace storebridge::api
