#include "api/reflection.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <grpcpp/support/server_callback.h>

#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"

namespace storebridge::api {
namespace {

namespace v1_reflection = grpc::reflection::v1;
namespace v1alpha_reflection = grpc::reflection::v1alpha;

// Fills `response` with a file and what it imports, or says that it is not there.
template <typename Response>
void AnswerFile(const Descriptors& descriptors,
                const std::string& file,
                const std::string& asked,
                Response& response) {
  const std::vector<std::string> files = descriptors.FilesOf(file);
  for (const std::string& serialized : files) {
    response.mutable_file_descriptor_response()->add_file_descriptor_proto(serialized);
  }
  if (files.empty()) {
    response.mutable_error_response()->set_error_code(grpc::StatusCode::NOT_FOUND);
    response.mutable_error_response()->set_error_message(
        fmt::format("there is no '{}' here; list shows the services", asked.substr(0, 200)));
  }
}

template <typename Request, typename Response>
Response Answer(const Descriptors& descriptors, const Request& request) {
  Response response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  if (request.has_list_services()) {
    for (const std::string& service : descriptors.services()) {
      response.mutable_list_services_response()->add_service()->set_name(service);
    }
  } else if (request.has_file_by_filename()) {
    AnswerFile(descriptors, request.file_by_filename(), request.file_by_filename(), response);
  } else if (request.has_file_containing_symbol()) {
    const std::string& symbol = request.file_containing_symbol();
    AnswerFile(descriptors, descriptors.FileOfSymbol(symbol), symbol, response);
  } else if (request.has_all_extension_numbers_of_type()) {
    // There are none. Clients that decode error details ask for them, and give up when they are
    // told of an error.
    response.mutable_all_extension_numbers_response()->set_base_type_name(
        request.all_extension_numbers_of_type());
  } else {
    AnswerFile(descriptors, "", "extension", response);
  }
  return response;
}

// Answers one question after the other.
template <typename Request, typename Response>
class ReflectionStream final : public grpc::ServerBidiReactor<Request, Response> {
 public:
  explicit ReflectionStream(const Descriptors& descriptors) : descriptors_(descriptors) {
    this->StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      return this->Finish(grpc::Status::OK);
    }
    response_ = Answer<Request, Response>(descriptors_, request_);
    this->StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) {
      return this->Finish(grpc::Status::CANCELLED);
    }
    this->StartRead(&request_);
  }

  // A cancelled call fails its read or write, and ends there.
  void OnCancel() override {}

  void OnDone() override { delete this; }

 private:
  const Descriptors& descriptors_;
  Request request_;
  Response response_;
};

template <typename Base, typename Request, typename Response>
class ReflectionService final : public Base {
 public:
  explicit ReflectionService(const Descriptors& descriptors) : descriptors_(descriptors) {}

  grpc::ServerBidiReactor<Request, Response>* ServerReflectionInfo(
      grpc::CallbackServerContext* /*context*/) override {
    return std::make_unique<ReflectionStream<Request, Response>>(descriptors_).release();
  }

 private:
  const Descriptors& descriptors_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeReflectionV1(const Descriptors& descriptors) {
  return std::make_unique<ReflectionService<v1_reflection::ServerReflection::CallbackService,
                                            v1_reflection::ServerReflectionRequest,
                                            v1_reflection::ServerReflectionResponse>>(descriptors);
}

std::unique_ptr<grpc::Service> MakeReflectionV1Alpha(const Descriptors& descriptors) {
  return std::make_unique<ReflectionService<v1alpha_reflection::ServerReflection::CallbackService,
                                            v1alpha_reflection::ServerReflectionRequest,
                                            v1alpha_reflection::ServerReflectionResponse>>(
      descriptors);
}

}  // namespace storebridge::api
