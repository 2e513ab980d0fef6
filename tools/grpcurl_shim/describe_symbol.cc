// Prints one symbol of a gRPC server as proto source with its comments, as `grpcurl describe` does:
// buf has no such command.
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "core/result.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"

namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using grpc::reflection::v1alpha::ServerReflection;
using grpc::reflection::v1alpha::ServerReflectionRequest;
using grpc::reflection::v1alpha::ServerReflectionResponse;
using storebridge::Code;
using storebridge::Error;
using storebridge::Ok;
using storebridge::Result;
using storebridge::Status;

constexpr std::chrono::seconds kMost{20};
constexpr std::size_t kFilesMost = 1'000;

// The files of a server that one symbol needs.
class ServedFiles {
 public:
  explicit ServedFiles(const std::string& address)
      : stub_(ServerReflection::NewStub(
            grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {
    context_.set_deadline(std::chrono::system_clock::now() + kMost);
    stream_ = stub_->ServerReflectionInfo(&context_);
  }

  Status FetchSymbol(const std::string& symbol) {
    ServerReflectionRequest request;
    request.set_file_containing_symbol(symbol);
    SB_CHECK(Ask(request));
    while (!missing_.empty() && files_.size() < kFilesMost) {
      request.set_file_by_filename(missing_.back());
      missing_.pop_back();
      if (!files_.contains(request.file_by_filename())) {
        SB_CHECK(Ask(request));
      }
    }
    return Ok();
  }

  // Puts a file and what it imports into a pool.
  bool Build(const std::string& name, DescriptorPool& pool) const {
    const auto found = files_.find(name);
    if (pool.FindFileByName(name) != nullptr || found == files_.end()) {
      return found != files_.end();
    }
    for (const std::string& import : found->second.dependency()) {
      if (!Build(import, pool)) {
        return false;
      }
    }
    return pool.BuildFile(found->second) != nullptr;
  }

  [[nodiscard]] const std::map<std::string, FileDescriptorProto>& files() const { return files_; }

 private:
  Status Ask(const ServerReflectionRequest& request) {
    ServerReflectionResponse response;
    if (!stream_->Write(request) || !stream_->Read(&response)) {
      const grpc::Status ended = stream_->Finish();
      return Error{.code = Code::kUnavailable, .reason = "CALL", .message = ended.error_message()};
    }
    if (response.has_error_response()) {
      return Error{.code = Code::kNotFound,
                   .reason = "SYMBOL",
                   .message = response.error_response().error_message()};
    }
    for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
      FileDescriptorProto file;
      if (file.ParseFromString(bytes)) {
        missing_.insert(missing_.end(), file.dependency().begin(), file.dependency().end());
        files_[file.name()] = std::move(file);
      }
    }
    return Ok();
  }

  std::unique_ptr<ServerReflection::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<ServerReflectionRequest, ServerReflectionResponse>>
      stream_;
  std::map<std::string, FileDescriptorProto> files_;
  std::vector<std::string> missing_;
};

std::string Show(const DescriptorPool& pool, const std::string& symbol) {
  google::protobuf::DebugStringOptions options;
  options.include_comments = true;
  if (const Descriptor* found = pool.FindMessageTypeByName(symbol)) {
    return fmt::format("{} is a message:\n{}", symbol, found->DebugStringWithOptions(options));
  }
  if (const ServiceDescriptor* found = pool.FindServiceByName(symbol)) {
    return fmt::format("{} is a service:\n{}", symbol, found->DebugStringWithOptions(options));
  }
  if (const EnumDescriptor* found = pool.FindEnumTypeByName(symbol)) {
    return fmt::format("{} is an enum:\n{}", symbol, found->DebugStringWithOptions(options));
  }
  if (const MethodDescriptor* found = pool.FindMethodByName(symbol)) {
    return fmt::format("{} is a method:\n{}", symbol, found->DebugStringWithOptions(options));
  }
  return "";
}

Status Describe(const std::string& address, const std::string& symbol) {
  ServedFiles files(address);
  SB_CHECK(files.FetchSymbol(symbol));
  DescriptorPool pool;
  for (const auto& [name, file] : files.files()) {
    files.Build(name, pool);
  }
  const std::string text = Show(pool, symbol);
  if (text.empty()) {
    return Error{
        .code = Code::kNotFound, .reason = "SYMBOL", .message = "the server has no " + symbol};
  }
  fmt::print("{}", text);
  return Ok();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: describe_symbol HOST:PORT SYMBOL\n");
    return 2;
  }
  if (const Status status = Describe(argv[1], argv[2]); !status) {
    fmt::print(stderr, "describe_symbol: {}\n", status.error().message);
    return 1;
  }
  return 0;
}
