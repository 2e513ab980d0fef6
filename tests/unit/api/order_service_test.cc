#include "api/order_service.h"

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include "api_fixture.h"
#include "domain/timestamp.h"

namespace storebridge::api {
namespace {

using testing::InfoOf;

const domain::StoreKey kWeb{.merchant = "demo", .store = "web"};
const domain::StoreKey kOutlet{.merchant = "demo", .store = "outlet"};

class OrderServiceTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    CreateMerchant("demo");
    CreateStore(kWeb);
    CreateStore(kOutlet);
    stub_ = v1::OrderService::NewStub(channel_);
  }

  grpc::Status Get(const std::string& name, const std::string& number, v1::Order* order) {
    grpc::ClientContext context;
    v1::GetOrderRequest request;
    request.set_name(name);
    request.set_order_number(number);
    return stub_->GetOrder(&context, request, order);
  }

  grpc::Status CallRaw(const std::string& method,
                       const grpc::ByteBuffer& request,
                       grpc::ByteBuffer* response) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    std::promise<grpc::Status> ended;
    stub.UnaryCall(&context, method, {}, &request, response, [&](grpc::Status status) {
      ended.set_value(std::move(status));
    });
    return ended.get_future().get();
  }

  v1::ListOrdersResponse List(const v1::ListOrdersRequest& request) {
    grpc::ClientContext context;
    v1::ListOrdersResponse response;
    const grpc::Status status = stub_->ListOrders(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  // Numbers of the orders that a filter shows.
  std::vector<std::string> Numbers(const std::string& filter) {
    v1::ListOrdersRequest request;
    request.set_parent("merchants/demo");
    request.set_filter(filter);
    std::vector<std::string> numbers;
    const v1::ListOrdersResponse response = List(request);
    for (const v1::Order& order : response.orders()) {
      numbers.push_back(order.order_number());
    }
    return numbers;
  }

  std::unique_ptr<v1::OrderService::Stub> stub_;
};

TEST_F(OrderServiceTest, ShowsAnOrderByNameAndByNumber) {
  const std::string id = CreateOrder(kWeb, "1007", v1::ORDER_STATE_NEW);
  v1::Order by_name;
  v1::Order by_number;

  const grpc::Status named = Get(domain::OrderName("demo", id), "", &by_name);
  const grpc::Status numbered = Get("merchants/demo", "1007", &by_number);

  ASSERT_TRUE(named.ok()) << named.error_message();
  ASSERT_TRUE(numbered.ok()) << numbered.error_message();
  EXPECT_EQ(by_name.order_number(), "1007");
  EXPECT_EQ(by_number.name(), domain::OrderName("demo", id));
}

TEST_F(OrderServiceTest, AnswersBytesThatAreNoRequestAndGoesOn) {
  const std::string id = CreateOrder(kWeb, "1007", v1::ORDER_STATE_NEW);
  const grpc::Slice slice("\xff\xff not a message");
  const grpc::ByteBuffer bytes(&slice, 1);
  grpc::ByteBuffer nothing;
  v1::Order order;

  const grpc::Status refused = CallRaw("/storebridge.v1.OrderService/GetOrder", bytes, &nothing);

  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(refused).reason(), "REQUEST_BYTES");
  EXPECT_TRUE(Get(domain::OrderName("demo", id), "", &order).ok());
}

TEST_F(OrderServiceTest, NamesTheOrdersWhenTwoStoresHaveTheNumber) {
  const std::string first = CreateOrder(kWeb, "1007", v1::ORDER_STATE_NEW);
  const std::string second = CreateOrder(kOutlet, "1007", v1::ORDER_STATE_NEW);
  v1::Order order;

  const grpc::Status status = Get("merchants/demo", "1007", &order);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(InfoOf(status).reason(), "ORDER_NUMBER_AMBIGUOUS");
  EXPECT_NE(status.error_message().find(first), std::string::npos);
  EXPECT_NE(status.error_message().find(second), std::string::npos);
}

TEST_F(OrderServiceTest, LeavesOrdersThatAwaitPaymentOutUnlessAskedForThem) {
  CreateOrder(kWeb, "1", v1::ORDER_STATE_AWAITING_PAYMENT);
  CreateOrder(kWeb, "2", v1::ORDER_STATE_NEW);
  CreateOrder(kWeb, "3", v1::ORDER_STATE_CANCELLED);

  EXPECT_EQ(Numbers(""), (std::vector<std::string>{"3", "2"}));
  EXPECT_EQ(Numbers("state = AWAITING_PAYMENT"), std::vector<std::string>{"1"});
}

TEST_F(OrderServiceTest, FiltersByStateStoreAndNumber) {
  CreateOrder(kWeb, "1", v1::ORDER_STATE_NEW);
  CreateOrder(kWeb, "2", v1::ORDER_STATE_DRAFT);
  CreateOrder(kOutlet, "3", v1::ORDER_STATE_NEW);

  EXPECT_EQ(Numbers("state = NEW"), (std::vector<std::string>{"3", "1"}));
  EXPECT_EQ(Numbers("state = NEW AND store = \"merchants/demo/stores/web\""),
            std::vector<std::string>{"1"});
  EXPECT_EQ(Numbers("order_number = \"2\""), std::vector<std::string>{"2"});
}

TEST_F(OrderServiceTest, PagesThroughAllOrdersOnce) {
  std::vector<std::string> expected;
  for (int i = 0; i < 7; ++i) {
    CreateOrder(kWeb, std::to_string(i), v1::ORDER_STATE_NEW);
    expected.insert(expected.begin(), std::to_string(i));
  }
  v1::ListOrdersRequest request;
  request.set_parent("merchants/-");
  request.set_page_size(3);
  std::vector<std::string> numbers;
  int pages = 0;

  do {
    const v1::ListOrdersResponse response = List(request);
    for (const v1::Order& order : response.orders()) {
      numbers.push_back(order.order_number());
    }
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());

  EXPECT_EQ(numbers, expected);
  EXPECT_EQ(pages, 3);
}

TEST_F(OrderServiceTest, RefusesATokenWhenTheFilterChanged) {
  CreateOrder(kWeb, "1", v1::ORDER_STATE_NEW);
  CreateOrder(kWeb, "2", v1::ORDER_STATE_NEW);
  v1::ListOrdersRequest request;
  request.set_parent("merchants/demo");
  request.set_page_size(1);
  request.set_page_token(List(request).next_page_token());
  request.set_filter("state = NEW");
  grpc::ClientContext context;
  v1::ListOrdersResponse response;

  const grpc::Status status = stub_->ListOrders(&context, request, &response);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find("belongs to another list"), std::string::npos);
}

TEST_F(OrderServiceTest, PagesThroughWhatCameInASpanOfTime) {
  std::vector<std::string> minutes;
  for (int i = 0; i < 7; ++i) {
    clock_.Advance(std::chrono::minutes(1));
    minutes.push_back(domain::TimestampText(domain::TimestampFromMs(clock_.NowMs())));
    CreateOrder(i % 2 == 0 ? kWeb : kOutlet, std::to_string(i), v1::ORDER_STATE_NEW);
  }
  v1::ListOrdersRequest request;
  request.set_parent("merchants/demo");
  request.set_filter(
      fmt::format(R"(create_time >= "{}" AND create_time < "{}")", minutes[2], minutes[6]));
  request.set_page_size(3);

  const v1::ListOrdersResponse first = List(request);
  request.set_page_token(first.next_page_token());
  const v1::ListOrdersResponse second = List(request);
  request.set_filter(fmt::format(R"(create_time >= "{}")", minutes[2]));
  grpc::ClientContext context;
  v1::ListOrdersResponse none;
  const grpc::Status other_span = stub_->ListOrders(&context, request, &none);

  ASSERT_EQ(first.orders_size(), 3);
  EXPECT_EQ(first.orders(0).order_number(), "5");
  EXPECT_EQ(first.orders(2).order_number(), "3");
  ASSERT_EQ(second.orders_size(), 1);
  EXPECT_EQ(second.orders(0).order_number(), "2");
  EXPECT_EQ(second.next_page_token(), "");
  EXPECT_EQ(other_span.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(other_span).reason(), "PAGE_TOKEN_FOREIGN");
}

TEST_F(OrderServiceTest, RefusesToCollectWhatIsNotNew) {
  CreateOrder(kWeb, "1", v1::ORDER_STATE_DRAFT);
  grpc::ClientContext context;
  v1::CollectOrderRequest request;
  request.set_name("merchants/demo");
  request.set_order_number("1");
  v1::Order order;

  const grpc::Status status = stub_->CollectOrder(&context, request, &order);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_NE(status.error_message().find("DRAFT"), std::string::npos) << status.error_message();
}

TEST_F(OrderServiceTest, RefusesAStaleEtag) {
  CreateOrder(kWeb, "1", v1::ORDER_STATE_NEW);
  grpc::ClientContext context;
  v1::HoldOrderRequest request;
  request.set_name("merchants/demo");
  request.set_order_number("1");
  request.set_reason("customer called");
  request.set_etag("stale");
  v1::Order order;

  const grpc::Status status = stub_->HoldOrder(&context, request, &order);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED) << status.error_message();
}

}  // namespace
}  // namespace storebridge::api
