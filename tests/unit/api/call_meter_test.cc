#include "api/call_meter.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <grpcpp/generic/generic_stub.h>

#include "api_fixture.h"
#include "storebridge/v1/change_service.grpc.pb.h"

namespace storebridge::api {
namespace {

// Keeps what it is told, which is after the caller has the answer.
class KeepingMeter final : public ports::Meter {
 public:
  void CallEnded(const ports::CallMeasure& call) override {
    const std::lock_guard lock(mutex_);
    ++calls_[{std::string(call.method), std::string(call.code)}];
    changed_.notify_all();
  }

  void ExpectCalls(std::string_view method) override { expected.emplace(method); }

  // Waits until that many calls have ended so.
  bool Saw(const std::string& method, const std::string& code, int times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] {
      return calls_[{method, code}] == times;
    });
  }

  std::set<std::string> expected;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<std::string, std::string>, int> calls_;
};

class CallMeterTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    Result<std::unique_ptr<GrpcServer>> started = GrpcServer::Start(
        {.tcp_address = "127.0.0.1:0"}, Ports(), CallWatch{.meter = meter_, .clock = clock_});
    ASSERT_TRUE(started) << started.error().message;
    watched_ = std::move(*started);
    channel_ =
        grpc::CreateChannel(watched_->addresses().front(), grpc::InsecureChannelCredentials());
  }
  void TearDown() override {
    watched_.reset();
    ApiFixture::TearDown();
  }

  grpc::StatusCode GetMerchant(const std::string& name) {
    grpc::ClientContext context;
    v1::GetMerchantRequest request;
    request.set_name(name);
    v1::Merchant merchant;
    return v1::MerchantService::NewStub(channel_)
        ->GetMerchant(&context, request, &merchant)
        .error_code();
  }

  KeepingMeter meter_;
  std::unique_ptr<GrpcServer> watched_;
};

TEST_F(CallMeterTest, TellsEachCallWithItsCode) {
  CreateMerchant("acme");

  EXPECT_EQ(GetMerchant("merchants/acme"), grpc::OK);
  EXPECT_EQ(GetMerchant("merchants/acme"), grpc::OK);
  EXPECT_EQ(GetMerchant("merchants/none"), grpc::NOT_FOUND);
  EXPECT_EQ(GetMerchant("nonsense"), grpc::INVALID_ARGUMENT);

  EXPECT_TRUE(meter_.Saw("/storebridge.v1.MerchantService/GetMerchant", "OK", 2));
  EXPECT_TRUE(meter_.Saw("/storebridge.v1.MerchantService/GetMerchant", "NOT_FOUND", 1));
  EXPECT_TRUE(meter_.Saw("/storebridge.v1.MerchantService/GetMerchant", "INVALID_ARGUMENT", 1));
}

TEST_F(CallMeterTest, NamesTheMethodsThatThereAre) {
  EXPECT_TRUE(meter_.expected.contains("/storebridge.v1.OrderService/GetOrder"));
  EXPECT_TRUE(meter_.expected.contains("/grpc.health.v1.Health/Check"));
}

// Or each caller could make as many series as he likes, of names that he chooses.
TEST_F(CallMeterTest, GivesACallOfWhatIsNotThereNoName) {
  for (const char* method : {"/merchants/acme/someone@example.com", "/a.B/C", "/\xff\xfe"}) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    grpc::CompletionQueue queue;
    const auto call = stub.PrepareUnaryCall(&context, method, grpc::ByteBuffer(), &queue);
    call->StartCall();
    grpc::ByteBuffer answer;
    grpc::Status status;
    call->Finish(&answer, &status, nullptr);
    void* tag = nullptr;
    bool is_done = false;
    ASSERT_TRUE(queue.Next(&tag, &is_done));
    EXPECT_FALSE(status.ok());
    queue.Shutdown();
    while (queue.Next(&tag, &is_done)) {
    }
  }

  EXPECT_TRUE(meter_.Saw("unknown", "UNIMPLEMENTED", 3));
}

TEST_F(CallMeterTest, TellsOfAStreamThatItsCallerLeft) {
  CreateMerchant("acme");
  grpc::ClientContext context;
  v1::WatchChangesRequest request;
  request.set_parent("merchants/acme");
  const auto stub = v1::ChangeService::NewStub(channel_);
  const auto stream = stub->WatchChanges(&context, request);
  stream->WaitForInitialMetadata();

  context.TryCancel();
  EXPECT_FALSE(stream->Finish().ok());

  EXPECT_TRUE(meter_.Saw("/storebridge.v1.ChangeService/WatchChanges", "CANCELLED", 1));
}

}  // namespace
}  // namespace storebridge::api
