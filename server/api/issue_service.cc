#include "api/issue_service.h"

#include <string>
#include <utility>
#include <vector>

#include "api/page.h"
#include "api/reading.h"
#include "api/unary_call.h"
#include "api/validate/refs.h"
#include "domain/names.h"

namespace storebridge::api {

grpc::ServerUnaryReactor* IssueService::GetIssue(grpc::CallbackServerContext* context,
                                                 const v1::GetIssueRequest* request,
                                                 v1::Issue* response) {
  return AnswerNow(ports_, "IssueService.GetIssue", context, Get(*request), response);
}

grpc::ServerUnaryReactor* IssueService::ListIssues(grpc::CallbackServerContext* context,
                                                   const v1::ListIssuesRequest* request,
                                                   v1::ListIssuesResponse* response) {
  return AnswerNow(ports_, "IssueService.ListIssues", context, List(*request), response);
}

grpc::ServerUnaryReactor* IssueService::RetryIssue(grpc::CallbackServerContext* /*context*/,
                                                   const v1::RetryIssueRequest* request,
                                                   v1::Issue* response) {
  return AnswerLater(ports_, "IssueService.RetryIssue", response, [&](auto done) -> Status {
    SB_TRY(domain::MerchantChild name, domain::ParseIssueName(request->name()));
    ports_.engine.RetryIssue(std::move(name.merchant), std::move(name.id), std::move(done));
    return Ok();
  });
}

Result<v1::Issue> IssueService::Get(const v1::GetIssueRequest& request) const {
  SB_TRY(const domain::MerchantChild name, domain::ParseIssueName(request.name()));
  return ReadFrom<v1::Issue>(ports_.storage, [&](const ports::ReadTx& tx) {
    return tx.issues().Get(name.merchant, name.id);
  });
}

Result<v1::ListIssuesResponse> IssueService::List(const v1::ListIssuesRequest& request) const {
  SB_TRY(const std::string merchant, ReadParent(request.parent()));
  SB_TRY(const Page page,
         ReadPage({.method = "ListIssues",
                   .parent = request.parent(),
                   .filter = request.show_resolved() ? "all" : "open"},
                  request.page_size(),
                  request.page_token(),
                  2));
  return ReadFrom<v1::ListIssuesResponse>(
      ports_.storage, [&](const ports::ReadTx& tx) -> Result<v1::ListIssuesResponse> {
        SB_CHECK(CheckMerchant(tx, merchant));
        const domain::MerchantChild after{.merchant = page.after[0], .id = page.after[1]};
        SB_TRY(std::vector<v1::Issue> issues,
               tx.issues().List(merchant, request.show_resolved(), after, page.limit()));
        v1::ListIssuesResponse response;
        response.set_next_page_token(
            CutPage(page, issues, [](const v1::Issue& issue) -> std::vector<std::string> {
              domain::MerchantChild name = domain::ParseIssueName(issue.name()).value();
              return {std::move(name.merchant), std::move(name.id)};
            }));
        FillField(*response.mutable_issues(), std::move(issues));
        return response;
      });
}

}  // namespace storebridge::api
