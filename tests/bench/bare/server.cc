// A gRPC server with nothing behind it, for the benchmarks: see README.md.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>

#include "storebridge/v1/order_service.grpc.pb.h"

namespace storebridge::bench {
namespace {

class Service final
    : public v1::OrderService::WithRawCallbackMethod_GetOrder<v1::OrderService::Service> {
 public:
  explicit Service(std::string bytes) : bytes_(std::move(bytes)) {}

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

int Serve(const std::string& answer_file, const std::string& port_file) {
  std::ifstream answer(answer_file, std::ios::binary);
  Service service(std::string(std::istreambuf_iterator<char>(answer), {}));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) {
    fmt::print(stderr, "bench_bare_server: gRPC does not start\n");
    return 1;
  }
  const std::string half = port_file + ".half";
  std::ofstream(half) << port << '\n';
  std::rename(half.c_str(), port_file.c_str());
  server->Wait();
  return 0;
}

}  // namespace
}  // namespace storebridge::bench

int main(int argc, char** argv) {
  CLI::App flags{"A gRPC server that answers GetOrder with the bytes of a file"};
  std::string answer_file;
  std::string port_file;
  flags.add_option("--answer", answer_file, "the answer")->required();
  flags.add_option("--port-file", port_file, "takes the port")->required();
  CLI11_PARSE(flags, argc, argv);
  return storebridge::bench::Serve(answer_file, port_file);
}
