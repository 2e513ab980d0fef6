#include "bench/bare_server.h"

#include <fmt/format.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>

#include "storebridge/v1/order_service.grpc.pb.h"

namespace storebridge::bench {

class BareServer::Service final
    : public v1::OrderService::WithRawCallbackMethod_GetOrder<v1::OrderService::Service> {
 public:
  explicit Service(const std::string& bytes) : bytes_(bytes) {}

  grpc::ServerUnaryReactor* GetOrder(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* /*request*/,
                                     grpc::ByteBuffer* response) override {
    const grpc::Slice slice(bytes_);
    *response = grpc::ByteBuffer(&slice, 1);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  std::string bytes_;
};

BareServer::BareServer(const std::string& bytes) : service_(std::make_unique<Service>(bytes)) {}

BareServer::~BareServer() {
  if (server_ != nullptr) {
    server_->Shutdown();
  }
}

Result<std::unique_ptr<BareServer>> BareServer::Start(const std::string& bytes) {
  std::unique_ptr<BareServer> server(new BareServer(bytes));
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &server->port_);
  builder.RegisterService(server->service_.get());
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr) {
    return Error{.code = Code::kUnavailable,
                 .reason = "BENCH_WRONG",
                 .message = "a bare gRPC server does not start"};
  }
  return server;
}

std::string BareServer::address() const {
  return fmt::format("127.0.0.1:{}", port_);
}

}  // namespace storebridge::bench
