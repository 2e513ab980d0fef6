#include "api/reflection.h"

#include <algorithm>
#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include "api_fixture.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"

namespace storebridge::api {
namespace {

namespace pb = google::protobuf;

// A client of one version of reflection.
template <typename Service, typename Request, typename Response>
class Client {
 public:
  explicit Client(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(Service::NewStub(channel)), stream_(stub_->ServerReflectionInfo(&context_)) {}

  ~Client() {
    stream_->WritesDone();
    EXPECT_TRUE(stream_->Finish().ok());
  }

  Response Ask(const Request& request) {
    Response response;
    EXPECT_TRUE(stream_->Write(request));
    EXPECT_TRUE(stream_->Read(&response));
    return response;
  }

 private:
  std::unique_ptr<typename Service::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> stream_;
};

using V1Request = grpc::reflection::v1::ServerReflectionRequest;
using V1Response = grpc::reflection::v1::ServerReflectionResponse;
using V1Client = Client<grpc::reflection::v1::ServerReflection, V1Request, V1Response>;
using AlphaRequest = grpc::reflection::v1alpha::ServerReflectionRequest;
using AlphaResponse = grpc::reflection::v1alpha::ServerReflectionResponse;
using AlphaClient =
    Client<grpc::reflection::v1alpha::ServerReflection, AlphaRequest, AlphaResponse>;

class ReflectionTest : public testing::ApiFixture {};

template <typename Response>
std::vector<std::string> ServicesIn(const Response& response) {
  std::vector<std::string> services;
  for (const auto& service : response.list_services_response().service()) {
    services.push_back(service.name());
  }
  return services;
}

// All files of an answer, as a client puts them together.
const pb::FileDescriptor* Build(const V1Response& response,
                                const std::string& file,
                                pb::DescriptorPool& pool) {
  std::vector<pb::FileDescriptorProto> files;
  for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
    EXPECT_TRUE(files.emplace_back().ParseFromString(bytes));
  }
  // Imports first, however they came.
  for (std::size_t round = 0; round < files.size(); ++round) {
    for (const pb::FileDescriptorProto& proto : files) {
      const bool has_imports = std::all_of(
          proto.dependency().begin(), proto.dependency().end(), [&](const std::string& import) {
            return pool.FindFileByName(import) != nullptr;
          });
      if (has_imports && pool.FindFileByName(proto.name()) == nullptr) {
        pool.BuildFile(proto);
      }
    }
  }
  return pool.FindFileByName(file);
}

template <typename Descriptor>
std::string CommentOf(const Descriptor* descriptor) {
  pb::SourceLocation location;
  EXPECT_TRUE(descriptor->GetSourceLocation(&location));
  return location.leading_comments;
}

TEST_F(ReflectionTest, ListsAllServicesInBothVersions) {
  V1Request request;
  request.set_list_services("*");
  AlphaRequest alpha_request;
  alpha_request.set_list_services("*");

  const std::vector<std::string> services = ServicesIn(V1Client(channel_).Ask(request));

  EXPECT_EQ(services,
            (std::vector<std::string>{"grpc.channelz.v1.Channelz",
                                      "grpc.health.v1.Health",
                                      "grpc.reflection.v1.ServerReflection",
                                      "grpc.reflection.v1alpha.ServerReflection",
                                      "storebridge.v1.ChangeService",
                                      "storebridge.v1.ConnectorService",
                                      "storebridge.v1.IssueService",
                                      "storebridge.v1.MerchantService",
                                      "storebridge.v1.OrderService",
                                      "storebridge.v1.ProductService",
                                      "storebridge.v1.StockService",
                                      "storebridge.v1.StoreService",
                                      "storebridge.v1.SyncService"}));
  EXPECT_EQ(ServicesIn(AlphaClient(channel_).Ask(alpha_request)), services);
}

TEST_F(ReflectionTest, DescribesEveryServiceThatItLists) {
  V1Client client(channel_);
  V1Request list;
  list.set_list_services("*");

  for (const std::string& service : ServicesIn(client.Ask(list))) {
    V1Request request;
    request.set_file_containing_symbol(service);
    const V1Response response = client.Ask(request);
    ASSERT_GT(response.file_descriptor_response().file_descriptor_proto_size(), 0) << service;
    pb::FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(response.file_descriptor_response().file_descriptor_proto(0)));
    pb::DescriptorPool pool;
    ASSERT_NE(Build(response, file.name(), pool), nullptr) << service;
    EXPECT_NE(pool.FindServiceByName(service), nullptr) << service;
  }
}

TEST_F(ReflectionTest, ServesTheCommentsOfServicesMethodsFieldsAndValues) {
  V1Request request;
  request.set_file_containing_symbol("storebridge.v1.OrderService");

  const V1Response response = V1Client(channel_).Ask(request);

  pb::DescriptorPool pool;
  ASSERT_NE(Build(response, "storebridge/v1/order_service.proto", pool), nullptr);
  const pb::ServiceDescriptor* service = pool.FindServiceByName("storebridge.v1.OrderService");
  EXPECT_NE(CommentOf(service).find("Try: grpcurl"), std::string::npos);
  EXPECT_NE(CommentOf(service->FindMethodByName("ShipOrder")).find("have left"), std::string::npos);
  EXPECT_NE(CommentOf(pool.FindMessageTypeByName("storebridge.v1.Order")->FindFieldByName("etag"))
                .find("Output only."),
            std::string::npos);
  EXPECT_NE(CommentOf(pool.FindEnumValueByName("storebridge.v1.ORDER_STATE_NEW")).find("reserved"),
            std::string::npos);
}

TEST_F(ReflectionTest, LeavesJsonNamesOut) {
  V1Request request;
  request.set_file_by_filename("storebridge/v1/store.proto");

  const V1Response response = V1Client(channel_).Ask(request);

  ASSERT_GT(response.file_descriptor_response().file_descriptor_proto_size(), 1);
  for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
    pb::FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(bytes));
    EXPECT_EQ(file.DebugString().find("json_name"), std::string::npos) << file.name();
  }
}

TEST_F(ReflectionTest, FindsMessagesFieldsMethodsAndErrorDetails) {
  V1Client client(channel_);

  for (const char* symbol : {"storebridge.v1.Store",
                             "storebridge.v1.Store.State",
                             "storebridge.v1.Store.State.STATE_ACTIVE",
                             "storebridge.v1.Store.display_name",
                             "storebridge.v1.StoreService.PauseStore",
                             "google.rpc.ErrorInfo",
                             "google.protobuf.FieldMask"}) {
    V1Request request;
    request.set_file_containing_symbol(symbol);
    EXPECT_TRUE(client.Ask(request).has_file_descriptor_response()) << symbol;
  }
}

TEST_F(ReflectionTest, SaysWhatIsNotThere) {
  V1Client client(channel_);
  V1Request symbol;
  symbol.set_file_containing_symbol("storebridge.v1.Nothing");
  V1Request file;
  file.set_file_by_filename("nothing.proto");
  V1Request extension;
  extension.mutable_file_containing_extension()->set_containing_type("google.rpc.ErrorInfo");

  for (const V1Request& request : {symbol, file, extension, V1Request()}) {
    const V1Response response = client.Ask(request);
    EXPECT_EQ(response.error_response().error_code(), grpc::StatusCode::NOT_FOUND);
    EXPECT_EQ(response.original_request().SerializeAsString(), request.SerializeAsString());
  }
}

TEST_F(ReflectionTest, AnswersThatThereAreNoExtensions) {
  V1Request request;
  request.set_all_extension_numbers_of_type("google.rpc.ErrorInfo");

  const V1Response response = V1Client(channel_).Ask(request);

  EXPECT_EQ(response.all_extension_numbers_response().base_type_name(), "google.rpc.ErrorInfo");
  EXPECT_EQ(response.all_extension_numbers_response().extension_number_size(), 0);
}

TEST(DescriptorsTest, RefusesWhatIsNoProtoset) {
  EXPECT_EQ(Descriptors::Parse("\xff\xff").error().reason, "PROTOSET");
}

}  // namespace
}  // namespace storebridge::api
