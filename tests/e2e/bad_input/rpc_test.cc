// Calls that nobody should make: each is refused with what is wrong and what to do, changes
// nothing, and the server goes on. No call of the table has a deadline.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <ostream>
#include <string>

#include <grpcpp/generic/generic_stub.h>

#include "bad_input/ground.h"
#include "day_kit/call.h"
#include "day_kit/wait.h"
#include "storebridge/v1/change_service.grpc.pb.h"
#include "storebridge/v1/merchant_service.grpc.pb.h"
#include "storebridge/v1/product_service.grpc.pb.h"
#include "storebridge/v1/stock_service.grpc.pb.h"
#include "storebridge/v1/store_service.grpc.pb.h"
#include "unit/api/calls.h"
#include "unit/egress/test_server.h"

namespace storebridge::e2e {
namespace {

using grpc::StatusCode;

// A call in text format, and what is said of it. In both `{m}` is the merchant's name; see Facts.
struct Row {
  std::string name;
  std::string method;
  std::string request;
  StatusCode code;
  Words words;

  friend void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
};

// A merchant with a store and its products, which all rows use, and a store that never answers.
class RpcGround : public GroundTest<RpcGround> {
 public:
  static ServerOptions Options() {
    return {.places = {"127.0.0.1/32"}, .connectors = E2E_HASTY_CONNECTORS};
  }

 protected:
  static constexpr const char* kCode = "SF-MUG-BIRCH";

  static void SetUpTestSuite() {
    GroundTest::SetUpTestSuite();
    ASSERT_TRUE(ground_);
    store_ = Must(StartSecretStore(ground_->folder(), "shop"));
    ASSERT_TRUE(store_.side);
    platform_ = std::make_unique<day::Platform>(ground_->address(), "acme");
    ASSERT_TRUE(Came(platform_->CreateMerchant("Acme")));
    ASSERT_TRUE(Came(platform_->Connect("web", *store_.side, QuietSettings())));
    ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));
    ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
    ASSERT_TRUE(Came(platform_->SetStock(kCode, 5)));
    ASSERT_TRUE(Came(platform_->AdjustStock(kCode, 1, "used-before")));
    GatherFacts();
  }

  static void TearDownTestSuite() {
    platform_.reset();
    store_ = {};
    GroundTest::TearDownTestSuite();
  }

  static void GatherFacts();

  // `text` with the facts in the place of their names.
  static std::string Filled(std::string text) {
    for (const auto& [name, value] : facts_) {
      for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name)) {
        text.replace(at, name.size(), value);
      }
    }
    return text;
  }

  static DemoStore store_;
  static std::unique_ptr<day::Platform> platform_;
  static std::map<std::string, std::string> facts_;
};

DemoStore RpcGround::store_;
std::unique_ptr<day::Platform> RpcGround::platform_;
std::map<std::string, std::string> RpcGround::facts_;

void RpcGround::GatherFacts() {
  facts_["{m}"] = platform_->parent();
  facts_["{mug}"] = Must(platform_->GetProduct(kCode)).name();
  ASSERT_NE(facts_["{mug}"], "");
  // The etag of a store that has changed since.
  facts_["{old_etag}"] = Must(platform_->GetStore("web")).etag();
  v1::StoreSettings settings;
  settings.set_stock_buffer(1);
  ASSERT_TRUE(Came(platform_->ChangeSettings("web", settings)));
  // A token of the list of products.
  v1::ProductService::Stub products(platform_->channel());
  v1::ListProductsRequest list;
  list.set_parent(platform_->parent());
  list.set_page_size(1);
  facts_["{products_token}"] = Must(day::Call<v1::ListProductsResponse>(
                                        products, &v1::ProductService::Stub::ListProducts, list))
                                   .next_page_token();
  ASSERT_NE(facts_["{products_token}"], "");
}

class RpcTable : public RpcGround, public ::testing::WithParamInterface<Row> {};

TEST_P(RpcTable, IsRefusedAndChangesNothing) {
  const Row& row = GetParam();
  const std::string before = Must(StateOf(*platform_));

  const grpc::Status status =
      storebridge::testing::Call(platform_->channel().get(), row.method, Filled(row.request));

  EXPECT_EQ(status.error_code(), row.code) << status.error_message();
  Words words = row.words;
  for (std::string& word : words) {
    word = Filled(word);
  }
  EXPECT_TRUE(Says(status.error_message(), words));
  EXPECT_EQ(Must(StateOf(*platform_)), before);
  EXPECT_TRUE(Came(ground_->IsUp()));
}

constexpr StatusCode kInvalid = StatusCode::INVALID_ARGUMENT;

INSTANTIATE_TEST_SUITE_P(
    Rpc,
    RpcTable,
    ::testing::Values(
        Row{"AMissingId",
            "StoreService.CreateStore",
            "parent: '{m}'",
            kInvalid,
            {"store_id is missing"}},
        Row{"AMissingNumber",
            "StockService.SetStock",
            "name: '{m}' product_code: 'SF-MUG-BIRCH' reason: 'counted'",
            kInvalid,
            {"on_hand is missing"}},
        Row{"AMissingReason",
            "StockService.SetStock",
            "name: '{m}' product_code: 'SF-MUG-BIRCH' on_hand: 1",
            kInvalid,
            {"reason is missing"}},
        Row{"AMissingSecret",
            "StoreService.CreateStore",
            "parent: '{m}' store_id: 'two' store {connector: 'connectors/woocommerce' "
            "config_json: '{\"base_url\":\"https://shop.example\"}'} "
            "secrets {key: 'consumer_key' value: 'ck_bad000000000000000000000000000000000input'}",
            kInvalid,
            {"secret 'consumer_secret' is missing", "shown once with the key"}},
        Row{"AMissingFlow",
            "SyncService.StartSyncRun",
            "parent: '{m}/stores/web'",
            kInvalid,
            {"flow", "FLOW_ORDERS"}},
        Row{"AnUnknownMerchant",
            "OrderService.ListOrders",
            "parent: 'merchants/nobody'",
            StatusCode::NOT_FOUND,
            {"'merchants/nobody' does not exist"}},
        Row{"AnUnknownOrder",
            "OrderService.CollectOrder",
            "name: '{m}' order_number: '99999'",
            StatusCode::NOT_FOUND,
            {"99999"}},
        Row{"AnUnknownProduct",
            "StockService.SetStock",
            "name: '{m}' product_code: 'SF-MUG-OAK' on_hand: 1 reason: 'counted'",
            StatusCode::NOT_FOUND,
            {"SF-MUG-OAK"}},
        Row{"AnUnknownStore",
            "SyncService.StartSyncRun",
            "parent: '{m}/stores/none' flow: FLOW_ORDERS",
            StatusCode::NOT_FOUND,
            {"none"}},
        Row{"AnUnknownConnector",
            "StoreService.CreateStore",
            "parent: '{m}' store_id: 'two' store {connector: 'connectors/woocomerce' config_json: "
            "'{}'}",
            StatusCode::NOT_FOUND,
            {"there is no connector 'woocomerce'", "did you mean 'woocommerce'?"}},
        Row{"ANegativePageSize",
            "OrderService.ListOrders",
            "parent: '{m}' page_size: -1",
            kInvalid,
            {"page_size is -1", "leave it out for 50, or use 1 to 500"}},
        Row{"APageTokenOfNobody",
            "OrderService.ListOrders",
            "parent: '{m}' page_token: 'abc'",
            kInvalid,
            {"page_token is not one that this server gave"}},
        Row{"APageTokenOfAnotherList",
            "OrderService.ListOrders",
            "parent: '{m}' page_token: '{products_token}'",
            kInvalid,
            {"page_token"}},
        Row{"APageTokenOfAnotherMerchant",
            "ProductService.ListProducts",
            "parent: 'merchants/well' page_token: '{products_token}'",
            kInvalid,
            {"page_token"}},
        Row{"AStaleEtag",
            "StoreService.UpdateStore",
            "store {name: '{m}/stores/web' etag: '{old_etag}' display_name: 'New'}",
            StatusCode::ABORTED,
            {"'{m}/stores/web' has changed since you read it", "read it again"}},
        Row{"AStaleEtagOfADeletion",
            "StoreService.DeleteStore",
            "name: '{m}/stores/web' etag: '{old_etag}'",
            StatusCode::ABORTED,
            {"'{m}/stores/web' has changed since you read it", "read it again"}},
        Row{"ARequestIdWithAnotherBody",
            "StockService.AdjustStock",
            "name: '{m}' product_code: 'SF-MUG-BIRCH' delta: 7 reason: 'received' "
            "request_id: 'used-before'",
            kInvalid,
            {"request_id 'used-before' was used for another request", "use a new one"}},
        Row{"AFieldThatTheStoreOwns",
            "ProductService.UpdateProduct",
            "product {name: '{mug}' title: 'Mug'}",
            StatusCode::FAILED_PRECONDITION,
            {"the store owns the information of product 'SF-MUG-BIRCH'",
             "change it there, in '{m}/stores/web'"}},
        Row{"AFieldOfAnUnknownProduct",
            "ProductService.UpdateProduct",
            "product {name: '{m}/products/0000000000000' title: 'Mug'}",
            StatusCode::NOT_FOUND,
            {"0000000000000"}},
        Row{"ANameOfAnotherForm",
            "StoreService.GetStore",
            "name: 'web'",
            kInvalid,
            {"merchants/{merchant}/stores/{store}"}},
        Row{"AFilterThatIsNone",
            "OrderService.ListOrders",
            "parent: '{m}' filter: 'colour = RED'",
            kInvalid,
            {"colour", "state, store and order_number"}}),
    [](const ::testing::TestParamInfo<Row>& row) { return row.param.name; });

class RpcCallTest : public RpcGround {
 protected:
  // A store that takes requests and never answers, of a merchant of its own.
  void ConnectSilentStore() {
    silent_ = std::make_unique<egress::TestServer>([this](egress::ServerConnection& connection) {
      if (!connection.ReadRequest().empty()) {
        ++asked_;
        constexpr int kLongMs = 60'000;
        connection.PeerCloses(kLongMs);
      }
    });
    merchant_ = NewMerchant();
    const day::DemoSide side(day::DemoAccess{.url = "http://" + silent_->address(),
                                             .consumer_key = kSecretKey,
                                             .consumer_secret = kSecretSecret});
    ASSERT_TRUE(Came(merchant_->Connect("web", side, QuietSettings())));
    ASSERT_TRUE(Came(merchant_->Pause("web")));
  }

  [[nodiscard]] v1::CheckStoreRequest CheckRequest() const {
    v1::CheckStoreRequest request;
    request.set_name(merchant_->StoreName("web"));
    return request;
  }

  std::atomic<int> asked_ = 0;
  std::unique_ptr<egress::TestServer> silent_;
  std::unique_ptr<day::Platform> merchant_;
};

TEST_F(RpcCallTest, ThatIsTooLargeIsRefusedWithTheLimit) {
  constexpr std::size_t kBytes = 5 << 20;
  const std::string before = Must(StateOf(*platform_));
  v1::MerchantService::Stub merchants(platform_->channel());
  v1::CreateMerchantRequest request;
  request.set_merchant_id("large");
  request.mutable_merchant()->set_display_name(std::string(kBytes, 'x'));

  grpc::ClientContext context;
  v1::Merchant answer;
  const grpc::Status status = merchants.CreateMerchant(&context, request, &answer);

  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(Says(status.error_message(), {"larger than max", "4194304"}));
  EXPECT_EQ(Must(StateOf(*platform_)), before);
  EXPECT_TRUE(Came(ground_->IsUp()));
}

TEST_F(RpcCallTest, WithoutADeadlineEndsByItself) {
  ConnectSilentStore();
  ASSERT_FALSE(HasFailure());
  v1::StoreService::Stub stores(merchant_->channel());

  grpc::ClientContext forever;
  v1::CheckStoreResponse report;
  const grpc::Status status = stores.CheckStore(&forever, CheckRequest(), &report);

  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(report.checks_size(), 1);
  EXPECT_FALSE(report.checks(0).ok());
  EXPECT_TRUE(Says(report.checks(0).message(), {"was not answered within 2500 ms"}));
  EXPECT_NE(report.checks(0).action(), "");
  EXPECT_TRUE(Came(ground_->IsUp()));
}

TEST_F(RpcCallTest, ThatIsCancelledInTheMiddleLeavesNothingBehind) {
  ConnectSilentStore();
  ASSERT_FALSE(HasFailure());
  const std::string before = Must(StateOf(*merchant_));
  v1::StoreService::Stub stores(merchant_->channel());
  grpc::ClientContext context;
  std::future<grpc::Status> ended = std::async(std::launch::async, [&] {
    v1::CheckStoreResponse report;
    return stores.CheckStore(&context, CheckRequest(), &report);
  });
  const int asked = asked_;
  EXPECT_TRUE(Came(day::WaitUntil("the store to be asked", day::kPatience, [&]() -> Status {
    return asked_ > asked ? Ok() : day::NotYet("nothing came");
  })));

  context.TryCancel();

  EXPECT_EQ(ended.get().error_code(), StatusCode::CANCELLED);
  EXPECT_EQ(Must(StateOf(*merchant_)), before);
  EXPECT_TRUE(Came(ground_->IsUp()));
}

// How far the server comes before the caller goes away is chance, but for the first, who goes
// before the call is made. What follows is none: it is done whole or not at all, and, repeated,
// once.
TEST_F(RpcCallTest, ThatWritesAndIsCancelledIsDoneWholeOrNotAndNeverTwice) {
  constexpr int kMoments = 20;
  constexpr std::chrono::microseconds kBetween{100};
  constexpr std::int64_t kFirst = 100;
  const DemoStore shop = Must(StartSecretStore(ground_->folder(), "cancelled"));
  ASSERT_TRUE(shop.side);
  merchant_ = NewMerchant();
  ASSERT_TRUE(Came(merchant_->Connect("web", *shop.side, QuietSettings())));
  ASSERT_TRUE(Came(merchant_->Run("web", v1::FLOW_PRODUCTS)));
  ASSERT_TRUE(Came(merchant_->SetStock(kCode, kFirst)));
  ASSERT_TRUE(Came(merchant_->Pause("web")));
  v1::StockService::Stub stock(merchant_->channel());

  for (int moment = 0; moment < kMoments; ++moment) {
    SCOPED_TRACE(moment);
    const std::int64_t before = kFirst + moment;
    v1::AdjustStockRequest request;
    request.set_name(merchant_->parent());
    request.set_product_code(kCode);
    request.set_delta(1);
    request.set_reason("received");
    request.set_request_id("cancelled-" + std::to_string(moment));
    grpc::ClientContext context;
    if (moment == 0) {
      context.TryCancel();
    }
    v1::Stock answer;
    std::future<grpc::Status> ended = std::async(
        std::launch::async, [&] { return stock.AdjustStock(&context, request, &answer); });
    ended.wait_for(moment * kBetween);

    context.TryCancel();

    const grpc::Status status = ended.get();
    EXPECT_TRUE(status.error_code() == StatusCode::CANCELLED || (status.ok() && moment > 0))
        << status.error_message();
    const std::int64_t seen = Must(merchant_->GetStock(kCode)).on_hand();
    EXPECT_TRUE(seen == before + 1 || (seen == before && !status.ok())) << seen;
    const v1::Stock first = Must(merchant_->AdjustStock(kCode, 1, request.request_id()));
    const v1::Stock again = Must(merchant_->AdjustStock(kCode, 1, request.request_id()));
    EXPECT_EQ(first.on_hand(), before + 1);
    EXPECT_EQ(again.ShortDebugString(), first.ShortDebugString());
    EXPECT_EQ(Must(merchant_->GetStock(kCode)).on_hand(), before + 1);
  }
  EXPECT_TRUE(Came(ground_->IsUp()));
}

TEST_F(RpcCallTest, WhoseDeadlinePassesEndsWithIt) {
  ConnectSilentStore();
  ASSERT_FALSE(HasFailure());
  v1::StoreService::Stub stores(merchant_->channel());

  const Result<v1::CheckStoreResponse> report = day::Call<v1::CheckStoreResponse>(
      stores, &v1::StoreService::Stub::CheckStore, CheckRequest(), std::chrono::milliseconds(200));

  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, Code::kDeadlineExceeded);
  EXPECT_TRUE(Came(ground_->IsUp()));
}

TEST_F(RpcCallTest, ThatWatchesIsCancelledWithoutHarm) {
  v1::ChangeService::Stub changes(platform_->channel());
  v1::WatchChangesRequest request;
  request.set_parent(platform_->parent());
  grpc::ClientContext context;
  const auto reader = changes.WatchChanges(&context, request);
  v1::WatchChangesResponse change;
  ASSERT_TRUE(reader->Read(&change)) << "where the watch begins";

  context.TryCancel();

  EXPECT_FALSE(reader->Read(&change));
  EXPECT_EQ(reader->Finish().error_code(), StatusCode::CANCELLED);
  EXPECT_TRUE(Came(ground_->IsUp()));
}

// Calls a method with bytes that are no message.
grpc::Status CallWithBytes(const day::Platform& platform,
                           const std::string& method,
                           const std::string& bytes) {
  grpc::GenericStub stub(platform.channel());
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const grpc::Slice slice(bytes);
  const auto call = stub.PrepareUnaryCall(&context, method, grpc::ByteBuffer(&slice, 1), &queue);
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->StartCall();
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  return status;
}

TEST_F(RpcCallTest, WithBytesThatAreNoMessageIsRefused) {
  const std::string before = Must(StateOf(*platform_));

  const grpc::Status status =
      CallWithBytes(*platform_, "/storebridge.v1.StockService/SetStock", "\xFF\xFF\xFF\xFF");

  // gRPC 1.51 answers it itself: UNIMPLEMENTED, without words.
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(Must(StateOf(*platform_)), before);
  EXPECT_TRUE(Came(ground_->IsUp()));
}

TEST_F(RpcCallTest, OfAMethodThatIsNotThereIsUnimplemented) {
  const grpc::Status status =
      CallWithBytes(*platform_, "/storebridge.v1.StockService/GiveAway", "");

  EXPECT_EQ(status.error_code(), StatusCode::UNIMPLEMENTED);
  EXPECT_TRUE(Came(ground_->IsUp()));
}

}  // namespace
}  // namespace storebridge::e2e
