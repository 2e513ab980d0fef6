#pragma once

#include <memory>
#include <string>

#include <grpcpp/server.h>

#include "core/result.h"

namespace storebridge::bench {

// A gRPC server with nothing behind it: OrderService.GetOrder over the callback API, with the same
// bytes for every request. What gRPC itself leaves of a machine.
class BareServer {
 public:
  // `bytes` is the answer.
  static Result<std::unique_ptr<BareServer>> Start(const std::string& bytes);
  ~BareServer();
  BareServer(const BareServer&) = delete;
  BareServer& operator=(const BareServer&) = delete;

  [[nodiscard]] std::string address() const;

 private:
  class Service;
  explicit BareServer(const std::string& bytes);

  std::unique_ptr<Service> service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace storebridge::bench
