#include "api/server.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "api_fixture.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "storebridge/v1/order_service.grpc.pb.h"

namespace storebridge::api {
namespace {

using testing::InfoOf;

class GrpcServerTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    std::string name = ::testing::TempDir() + "api.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }

  void TearDown() override {
    ApiFixture::TearDown();
    std::filesystem::remove_all(folder_);
  }

  Result<std::unique_ptr<GrpcServer>> StartOn(const ServerOptions& options) {
    return GrpcServer::Start(options, Ports());
  }

  std::string folder_;
};

// A call that needs nothing to be there.
grpc::Status Ping(const std::string& address) {
  const auto stub = v1::MerchantService::NewStub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  v1::ListMerchantsResponse response;
  return stub->ListMerchants(&context, v1::ListMerchantsRequest(), &response);
}

TEST_F(GrpcServerTest, ServesOnTheFreePortThatItReports) {
  EXPECT_GT(server_->port(), 0);
  EXPECT_EQ(server_->addresses().front(), "127.0.0.1:" + std::to_string(server_->port()));
  EXPECT_TRUE(Ping(server_->addresses().front()).ok());
}

TEST_F(GrpcServerTest, SaysThatAPortIsTaken) {
  const auto second = StartOn({.tcp_address = server_->addresses().front()});

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kFailedPrecondition);
  EXPECT_NE(second.error().message.find("another program uses the port"), std::string::npos)
      << second.error().message;
}

TEST_F(GrpcServerTest, RefusesOtherAddressesThanLoopbackWithoutMutualTls) {
  for (const char* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:7420", "store.example:7420"}) {
    const auto server = StartOn({.tcp_address = address});

    ASSERT_FALSE(server) << address;
    EXPECT_EQ(server.error().reason, "LISTEN_NEEDS_TLS") << server.error().message;
  }
}

TEST_F(GrpcServerTest, RefusesWhatIsNoAddress) {
  for (const char* address :
       {"7420", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:65536", ":1", "::1:7"}) {
    const auto server = StartOn({.tcp_address = address});

    ASSERT_FALSE(server) << address;
    EXPECT_EQ(server.error().reason, "LISTEN_ADDRESS") << server.error().message;
  }
}

TEST_F(GrpcServerTest, RefusesToListenNowhere) {
  EXPECT_EQ(StartOn({.tcp_address = ""}).error().reason, "LISTEN_ADDRESS");
}

TEST_F(GrpcServerTest, NamesTheTlsFileThatCannotBeRead) {
  const auto server =
      StartOn({.tcp_address = "127.0.0.1:0", .tls = {.certificate = folder_ + "/none.pem"}});

  ASSERT_FALSE(server);
  EXPECT_NE(server.error().message.find("none.pem"), std::string::npos);
}

TEST_F(GrpcServerTest, SaysWhenTlsFilesAreNoCertificates) {
  std::ofstream(folder_ + "/cert.pem") << "no certificate";
  std::ofstream(folder_ + "/key.pem") << "no key";

  const auto server =
      StartOn({.tcp_address = "127.0.0.1:0",
               .tls = {.certificate = folder_ + "/cert.pem", .key = folder_ + "/key.pem"}});

  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().reason, "TLS_FILE");
  EXPECT_NE(server.error().message.find("the key has to be that of the certificate"),
            std::string::npos)
      << server.error().message;
}

TEST_F(GrpcServerTest, ServesOnAUnixSocketThatOnlyItsUserMayUse) {
  const std::string path = folder_ + "/sb.sock";

  const auto server = StartOn({.tcp_address = "", .unix_socket = path});

  ASSERT_TRUE(server) << server.error().message;
  struct stat found {};
  ASSERT_EQ(lstat(path.c_str(), &found), 0);
  EXPECT_TRUE(S_ISSOCK(found.st_mode));
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  EXPECT_EQ((*server)->addresses(), std::vector<std::string>{"unix:" + path});
  EXPECT_TRUE(Ping("unix:" + path).ok());
}

TEST_F(GrpcServerTest, LeavesNothingBehindInTheFolderOfTheSocket) {
  auto server = StartOn({.tcp_address = "", .unix_socket = folder_ + "/sb.sock"});
  ASSERT_TRUE(server);

  server->reset();

  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(GrpcServerTest, ReplacesTheSocketOfAServerThatCrashed) {
  const std::string path = folder_ + "/sb.sock";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  close(fd);

  const auto server = StartOn({.tcp_address = "", .unix_socket = path});

  ASSERT_TRUE(server) << server.error().message;
  EXPECT_TRUE(Ping("unix:" + path).ok());
}

TEST_F(GrpcServerTest, LeavesTheSocketOfARunningServerAlone) {
  const std::string path = folder_ + "/sb.sock";
  const auto first = StartOn({.tcp_address = "", .unix_socket = path});

  const auto second = StartOn({.tcp_address = "", .unix_socket = path});

  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another server listens there"), std::string::npos);
  EXPECT_TRUE(Ping("unix:" + path).ok());
}

TEST_F(GrpcServerTest, NeverReplacesAFileThatIsNoSocket) {
  const std::string path = folder_ + "/precious";
  std::ofstream(path) << "data";

  const auto server = StartOn({.tcp_address = "", .unix_socket = path});

  ASSERT_FALSE(server);
  EXPECT_NE(server.error().message.find("a file that is not a socket"), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(path), 4U);
}

TEST_F(GrpcServerTest, RefusesASocketPathThatTheSystemCannotTake) {
  EXPECT_EQ(StartOn({.tcp_address = "", .unix_socket = folder_ + "/" + std::string(120, 'x')})
                .error()
                .reason,
            "LISTEN_ADDRESS");
  EXPECT_EQ(StartOn({.tcp_address = "", .unix_socket = "sb.sock"}).error().reason,
            "LISTEN_ADDRESS");
}

TEST_F(GrpcServerTest, RefusesAMessageOfMoreThan4MiB) {
  const auto stub = v1::OrderService::NewStub(channel_);
  grpc::ClientContext context;
  v1::GetOrderRequest request;
  request.set_name(std::string(5UL * 1024UL * 1024UL, 'x'));
  v1::Order response;

  const grpc::Status status = stub->GetOrder(&context, request, &response);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(GrpcServerTest, AnswersHealthChecksOfTheServerAndOfEachService) {
  const auto stub = grpc::health::v1::Health::NewStub(channel_);

  for (const char* service : {"", "storebridge.v1.OrderService", "storebridge.v1.ChangeService"}) {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    grpc::health::v1::HealthCheckResponse response;
    const grpc::Status status = stub->Check(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING) << service;
  }
}

TEST_F(GrpcServerTest, RefusesCallsAfterAShutdown) {
  const std::string address = server_->addresses().front();

  server_->Shutdown(std::chrono::seconds(10));
  server_->Shutdown(std::chrono::seconds(10));

  const auto stub = v1::MerchantService::NewStub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  v1::ListMerchantsResponse response;
  EXPECT_EQ(stub->ListMerchants(&context, v1::ListMerchantsRequest(), &response).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace storebridge::api
