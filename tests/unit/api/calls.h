#pragma once

#include <memory>
#include <string>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/client_context.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/impl/rpc_method.h>
#include <gtest/gtest.h>

namespace storebridge::testing {

// The method `Service.Method` of our API.
inline const google::protobuf::MethodDescriptor* MethodOf(const std::string& method) {
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName("storebridge.v1." +
                                                                              method);
}

// Calls `Service.Method` with a request in text format, as grpcurl does.
inline grpc::Status Call(grpc::ChannelInterface* channel,
                         const std::string& method,
                         const std::string& text) {
  const google::protobuf::MethodDescriptor* descriptor = MethodOf(method);
  if (descriptor == nullptr) {
    return {grpc::StatusCode::UNKNOWN, "no method " + method};
  }
  google::protobuf::MessageFactory* factory = google::protobuf::MessageFactory::generated_factory();
  const std::unique_ptr<google::protobuf::Message> request(
      factory->GetPrototype(descriptor->input_type())->New());
  const std::unique_ptr<google::protobuf::Message> response(
      factory->GetPrototype(descriptor->output_type())->New());
  if (!google::protobuf::TextFormat::ParseFromString(text, request.get())) {
    return {grpc::StatusCode::UNKNOWN, "not a request: " + text};
  }
  const std::string path = "/" + descriptor->service()->full_name() + "/" + descriptor->name();
  grpc::ClientContext context;
  return grpc::internal::BlockingUnaryCall<google::protobuf::Message, google::protobuf::Message>(
      channel,
      grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC),
      &context,
      *request,
      response.get());
}

}  // namespace storebridge::testing
