#include "api/call_meter.h"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <google/protobuf/descriptor.h>

namespace storebridge::api {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

// As gRPC writes them: https://grpc.github.io/grpc/core/md_doc_statuscodes.html
std::string_view NameOf(grpc::StatusCode code) {
  switch (code) {
    case grpc::OK:
      return "OK";
    case grpc::CANCELLED:
      return "CANCELLED";
    case grpc::INVALID_ARGUMENT:
      return "INVALID_ARGUMENT";
    case grpc::DEADLINE_EXCEEDED:
      return "DEADLINE_EXCEEDED";
    case grpc::NOT_FOUND:
      return "NOT_FOUND";
    case grpc::ALREADY_EXISTS:
      return "ALREADY_EXISTS";
    case grpc::PERMISSION_DENIED:
      return "PERMISSION_DENIED";
    case grpc::UNAUTHENTICATED:
      return "UNAUTHENTICATED";
    case grpc::RESOURCE_EXHAUSTED:
      return "RESOURCE_EXHAUSTED";
    case grpc::FAILED_PRECONDITION:
      return "FAILED_PRECONDITION";
    case grpc::ABORTED:
      return "ABORTED";
    case grpc::OUT_OF_RANGE:
      return "OUT_OF_RANGE";
    case grpc::UNIMPLEMENTED:
      return "UNIMPLEMENTED";
    case grpc::INTERNAL:
      return "INTERNAL";
    case grpc::UNAVAILABLE:
      return "UNAVAILABLE";
    case grpc::DATA_LOSS:
      return "DATA_LOSS";
    case grpc::UNKNOWN:
    case grpc::DO_NOT_USE:
      break;
  }
  return "UNKNOWN";
}

// One call, from its begin to its end.
class CallMeter final : public grpc::experimental::Interceptor {
 public:
  CallMeter(const CallWatch& watch, std::string method)
      : watch_(watch), method_(std::move(method)), began_ms_(watch.clock.SteadyMs()) {}

  ~CallMeter() override {
    watch_.meter.CallEnded(
        {.method = method_, .code = NameOf(code_), .ms = watch_.clock.SteadyMs() - began_ms_});
  }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      code_ = methods->GetSendStatus().error_code();
    }
    methods->Proceed();
  }

 private:
  CallWatch watch_;
  std::string method_;
  std::int64_t began_ms_;
  // A caller who goes away is sent no status.
  grpc::StatusCode code_ = grpc::CANCELLED;
};

class CallMeterFactory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  CallMeterFactory(const CallWatch& watch, std::set<std::string, std::less<>> methods)
      : watch_(watch), methods_(std::move(methods)) {}

  // gRPC owns it, and deletes it at the call's end.
  grpc::experimental::Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    const bool is_known = methods_.contains(std::string_view(info->method()));
    return new CallMeter(watch_, is_known ? info->method() : "unknown");
  }

 private:
  CallWatch watch_;
  std::set<std::string, std::less<>> methods_;
};

std::set<std::string, std::less<>> MethodsOf(const std::vector<std::string>& services) {
  std::set<std::string, std::less<>> methods;
  for (const std::string& name : services) {
    const auto* const service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int i = 0; service != nullptr && i < service->method_count(); ++i) {
      methods.insert("/" + name + "/" + service->method(i)->name());
    }
  }
  return methods;
}

}  // namespace

std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> CallMeters(
    const CallWatch& watch, const std::vector<std::string>& services) {
  std::set<std::string, std::less<>> methods = MethodsOf(services);
  for (const std::string& method : methods) {
    watch.meter.ExpectCalls(method);
  }
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> meters;
  meters.push_back(std::make_unique<CallMeterFactory>(watch, std::move(methods)));
  return meters;
}

}  // namespace storebridge::api
