#include "api/unary_call.h"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include "api_fixture.h"

namespace storebridge::api {
namespace {

using testing::InfoOf;

// Keeps what it is asked, and answers when it is told to.
class SilentService final : public v1::MerchantService::CallbackService {
 public:
  using Done = UnaryCall<v1::Merchant>::Done;

  SilentService(const ApiPorts& ports, std::chrono::milliseconds time_max)
      : ports_(ports), time_max_(time_max) {}

  grpc::ServerUnaryReactor* GetMerchant(grpc::CallbackServerContext* /*context*/,
                                        const v1::GetMerchantRequest* /*request*/,
                                        v1::Merchant* response) override {
    const auto call =
        UnaryCall<v1::Merchant>::Begin(ports_, "MerchantService.GetMerchant", response, time_max_);
    has_ended_ = [call] { return call->HasEnded(); };
    asked_.set_value(call->MakeDone());
    return call.get();
  }

  // The way to answer, once there was a call.
  Done WaitForCall() { return asked_.get_future().get(); }

  // Whether nobody waits for its answer any more; after WaitForCall.
  [[nodiscard]] bool HasEnded() const { return has_ended_(); }

 private:
  ApiPorts ports_;
  std::chrono::milliseconds time_max_;
  std::promise<Done> asked_;
  std::function<bool()> has_ended_;
};

class UnaryCallTest : public testing::ApiFixture {
 protected:
  void TearDown() override {
    silent_server_.reset();
    ApiFixture::TearDown();
  }

  void Serve(std::chrono::milliseconds time_max) {
    service_ = std::make_unique<SilentService>(Ports(), time_max);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service_.get());
    silent_server_ = builder.BuildAndStart();
    stub_ = v1::MerchantService::NewStub(grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                                             grpc::InsecureChannelCredentials()));
  }

  // Calls from a thread of its own.
  std::future<grpc::Status> Call() {
    return std::async(std::launch::async, [this] {
      v1::Merchant response;
      return stub_->GetMerchant(&context_, v1::GetMerchantRequest(), &response);
    });
  }

  grpc::ClientContext context_;
  std::unique_ptr<SilentService> service_;
  std::unique_ptr<v1::MerchantService::Stub> stub_;
  std::unique_ptr<grpc::Server> silent_server_;
};

TEST_F(UnaryCallTest, EndsByItselfWhenNoAnswerComes) {
  Serve(std::chrono::milliseconds(20));

  const grpc::Status status = Call().get();

  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(InfoOf(status).reason(), "CALL_TIME");
  service_->WaitForCall()(v1::Merchant());
}

TEST_F(UnaryCallTest, DropsAnAnswerAfterTheCallerWentAway) {
  Serve(kUnaryTimeMax);
  std::future<grpc::Status> call = Call();
  const SilentService::Done done = service_->WaitForCall();
  EXPECT_FALSE(service_->HasEnded());

  context_.TryCancel();
  EXPECT_EQ(call.get().error_code(), grpc::StatusCode::CANCELLED);
  silent_server_->Shutdown();
  EXPECT_TRUE(service_->HasEnded());
  done(v1::Merchant());
}

TEST_F(UnaryCallTest, TakesTheFirstOfTwoAnswers) {
  Serve(kUnaryTimeMax);
  std::future<grpc::Status> call = Call();
  const SilentService::Done done = service_->WaitForCall();

  done(Error{.code = Code::kAborted, .reason = "ETAG_STALE", .message = "it has changed"});
  done(v1::Merchant());

  EXPECT_EQ(call.get().error_code(), grpc::StatusCode::ABORTED);
}

TEST_F(UnaryCallTest, DoesNotHoldUpAShutdown) {
  Serve(kUnaryTimeMax);
  std::future<grpc::Status> call = Call();
  const SilentService::Done done = service_->WaitForCall();

  silent_server_->Shutdown(std::chrono::system_clock::now());

  EXPECT_FALSE(call.get().ok());
}

}  // namespace
}  // namespace storebridge::api
