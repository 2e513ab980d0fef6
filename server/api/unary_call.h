#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include <google/protobuf/empty.pb.h>
#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include "api/api_ports.h"
#include "api/error.h"

namespace storebridge::api {

// A caller who sets no deadline, or a longer one, waits this long at most where a method says
// nothing else.
inline constexpr std::chrono::seconds kUnaryTimeMax{60};

// A call whose answer arrives later, on another thread. The first of answer, cancellation and
// time-out ends it; what comes after that is dropped. gRPC keeps request and response until the
// end, so only the first may touch them.
template <typename Response>
class UnaryCall final : public grpc::ServerUnaryReactor,
                        public std::enable_shared_from_this<UnaryCall<Response>> {
 public:
  using Done = std::function<void(Result<Response>)>;

  // `method` is a constant; `ports` and `response` outlive the call.
  static std::shared_ptr<UnaryCall> Begin(const ApiPorts& ports,
                                          std::string_view method,
                                          Response* response,
                                          std::chrono::milliseconds time_max = kUnaryTimeMax) {
    std::shared_ptr<UnaryCall> call(new UnaryCall(ports, method, response));
    call->self_ = call;
    call->alarm_.Set(std::chrono::system_clock::now() + time_max,
                     [weak = std::weak_ptr<UnaryCall>(call)](bool has_expired) {
                       const auto self = weak.lock();
                       if (self && has_expired) {
                         self->End(TimedOut());
                       }
                     });
    return call;
  }

  // May be called from any thread, and too late.
  Done MakeDone() {
    return [call = this->shared_from_this()](Result<Response> answer) {
      call->End(std::move(answer));
    };
  }

  // Whether nobody waits for the answer any more. Safe from any thread.
  [[nodiscard]] bool HasEnded() const { return is_ended_; }

  // The first call counts.
  void End(Result<Response> answer) {
    if (is_ended_.exchange(true)) {
      return;
    }
    alarm_.Cancel();
    if (!answer) {
      Finish(ToGrpcStatus(answer.error(), {.method = method_, .random = random_, .log = log_}));
      return;
    }
    *response_ = std::move(*answer);
    Finish(grpc::Status::OK);
  }

  void OnCancel() override {
    End(Error{.code = Code::kCancelled,
              .reason = "CALL_CANCELLED",
              .message = "the caller went away; what was asked for may still happen"});
  }

  void OnDone() override { self_.reset(); }

 private:
  UnaryCall(const ApiPorts& ports, std::string_view method, Response* response)
      : random_(ports.random), log_(ports.log), method_(method), response_(response) {}

  static Error TimedOut() {
    return Error{.code = Code::kDeadlineExceeded,
                 .reason = "CALL_TIME",
                 .message =
                     "the answer took too long; what was asked for may still happen: read "
                     "before trying again"};
  }

  ports::Random& random_;
  ports::Log& log_;
  std::string_view method_;
  Response* response_;
  std::atomic<bool> is_ended_ = false;
  grpc::Alarm alarm_;
  // gRPC holds a bare pointer until OnDone.
  std::shared_ptr<UnaryCall> self_;
};

// Runs `start`, which checks the request and hands `done` on; an error of `start` is the answer.
template <typename Response, typename Start>
grpc::ServerUnaryReactor* AnswerLater(const ApiPorts& ports,
                                      std::string_view method,
                                      Response* response,
                                      Start start) {
  auto call = UnaryCall<Response>::Begin(ports, method, response);
  // The answer may arrive, and gRPC may let go of the call, before `start` returns.
  if (const Status started = start(call->MakeDone()); !started) {
    call->End(started.error());
  }
  return call.get();
}

// Turns "done" into the empty answer of Delete calls.
inline std::function<void(Result<storebridge::Done>)> ToEmpty(
    std::function<void(Result<google::protobuf::Empty>)> done) {
  return [done = std::move(done)](const Result<storebridge::Done>& answer) {
    done(answer ? Result<google::protobuf::Empty>(google::protobuf::Empty())
                : Result<google::protobuf::Empty>(answer.error()));
  };
}

// Gives an answer that is there already.
template <typename Response>
grpc::ServerUnaryReactor* AnswerNow(const ApiPorts& ports,
                                    std::string_view method,
                                    grpc::CallbackServerContext* context,
                                    Result<Response> answer,
                                    Response* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (!answer) {
    reactor->Finish(
        ToGrpcStatus(answer.error(), {.method = method, .random = ports.random, .log = ports.log}));
    return reactor;
  }
  *response = std::move(*answer);
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace storebridge::api
