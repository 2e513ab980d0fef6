#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "api_fixture.h"
#include "storebridge/v1/issue_service.grpc.pb.h"

namespace storebridge::api {
namespace {

class IssueServiceTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    CreateMerchant("demo");
    stub_ = v1::IssueService::NewStub(channel_);
  }

  // Gives the name of an issue.
  std::string CreateIssue(v1::Issue::State state) {
    v1::Issue issue;
    issue.set_name(domain::IssueName("demo", NextId()));
    issue.set_reason("PRODUCT_CODE_MISSING");
    issue.set_state(state);
    Write([&](ports::Tx& tx) {
      return tx.issues().Put({.store = {.merchant = "demo", .store = "web"}}, issue);
    });
    return issue.name();
  }

  std::unique_ptr<v1::IssueService::Stub> stub_;
};

TEST_F(IssueServiceTest, ShowsAnIssueThatStandsAndOneThatWasResolved) {
  for (const v1::Issue::State state : {v1::Issue::STATE_OPEN, v1::Issue::STATE_RESOLVED}) {
    v1::GetIssueRequest request;
    request.set_name(CreateIssue(state));
    grpc::ClientContext context;
    v1::Issue issue;

    const grpc::Status status = stub_->GetIssue(&context, request, &issue);

    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(issue.name(), request.name());
    EXPECT_EQ(issue.reason(), "PRODUCT_CODE_MISSING");
    EXPECT_EQ(issue.state(), state);
  }
}

}  // namespace
}  // namespace storebridge::api
