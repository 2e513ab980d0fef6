#include "bench/order_calls.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>

#include "day_kit/call.h"
#include "storebridge/v1/order_service.pb.h"

namespace storebridge::bench {
namespace {

constexpr std::chrono::seconds kCallMost{30};

// Keeps calls in flight until its time is over.
class Load {
 public:
  Load(const std::string& address, const std::vector<std::string>& names)
      : stub_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())) {
    for (const std::string& name : names) {
      v1::GetOrderRequest request;
      request.set_name(name);
      const grpc::Slice slice(request.SerializeAsString());
      requests_.emplace_back(&slice, 1);
    }
  }

  Result<double> Run(std::size_t in_flight, std::chrono::milliseconds length) {
    end_ = std::chrono::steady_clock::now() + length;
    left_ = in_flight;
    const auto began = std::chrono::steady_clock::now();
    std::vector<std::unique_ptr<Call>> calls(in_flight);
    for (auto& call : calls) {
      call = std::make_unique<Call>();
      Begin(*call);
    }
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return left_ == 0; });
    if (!failure_.ok()) {
      return day::ToError(failure_);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    return static_cast<double>(answered_) / took.count();
  }

 private:
  struct Call {
    std::unique_ptr<grpc::ClientContext> context;
    grpc::ByteBuffer response;
  };

  void Begin(Call& call) {
    call.context = std::make_unique<grpc::ClientContext>();
    call.context->set_deadline(std::chrono::system_clock::now() + kCallMost);
    const grpc::ByteBuffer& request = requests_.at(next_++ % requests_.size());
    stub_.UnaryCall(call.context.get(),
                    "/storebridge.v1.OrderService/GetOrder",
                    {},
                    &request,
                    &call.response,
                    [this, &call](const grpc::Status& status) { Ended(call, status); });
  }

  void Ended(Call& call, const grpc::Status& status) {
    if (status.ok()) {
      ++answered_;
    }
    if (status.ok() && std::chrono::steady_clock::now() < end_) {
      return Begin(call);
    }
    const std::lock_guard lock(mutex_);
    if (!status.ok()) {
      failure_ = status;
    }
    if (--left_ == 0) {
      ended_.notify_all();
    }
  }

  grpc::GenericStub stub_;
  std::vector<grpc::ByteBuffer> requests_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> answered_ = 0;
  std::chrono::steady_clock::time_point end_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t left_ = 0;
  grpc::Status failure_;
};

}  // namespace

Result<double> GetOrderRate(const std::string& address,
                            const std::vector<std::string>& names,
                            std::size_t in_flight,
                            std::chrono::milliseconds length) {
  Load load(address, names);
  return load.Run(in_flight, length);
}

}  // namespace storebridge::bench
