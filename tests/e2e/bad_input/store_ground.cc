#include "bad_input/store_ground.h"

#include "day_kit/call.h"
#include "day_kit/wait.h"
#include "day_kit/warehouse.h"
#include "storebridge/v1/issue_service.grpc.pb.h"
#include "storebridge/v1/store_service.grpc.pb.h"

namespace storebridge::e2e {
namespace {

constexpr std::uint64_t kFirstTracking = 30'000'000;
constexpr std::int64_t kPieces = 10;
// A lost answer settles in a second; the next attempt waits for its turn.
constexpr std::chrono::milliseconds kReportMost{60'000};

}  // namespace

void StoreGround::SetUp() {
  GroundTest::SetUp();
  ASSERT_FALSE(HasFatalFailure());
  store_ = Must(StartSecretStore(folder_, "store"));
  ASSERT_TRUE(store_.side);
  platform_ = NewMerchant();
  ASSERT_TRUE(Came(platform_->Connect("web", *store_.side, QuietSettings())));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  ASSERT_TRUE(Came(platform_->SetStock(kCode, kPieces)));
  ASSERT_TRUE(Came(WaitForShown(kPieces)));
}

std::vector<std::string> StoreGround::Buy(int count) {
  return Must(store_.side->Place({.lines = {{kCode, 1}}, .count = count}));
}

Status StoreGround::Send(const std::string& number) {
  day::Warehouse warehouse(*platform_, "posti", kFirstTracking);
  SB_TRY([[maybe_unused]] const day::SentOrder sent, warehouse.Send(number));
  return Ok();
}

Status StoreGround::Resume() {
  v1::StoreService::Stub stores(platform_->channel());
  v1::ResumeStoreRequest request;
  request.set_name(platform_->StoreName("web"));
  SB_TRY([[maybe_unused]] const v1::Store store,
         day::Call<v1::Store>(stores, &v1::StoreService::Stub::ResumeStore, request));
  return Ok();
}

Status StoreGround::Retry(const v1::Issue& issue) {
  v1::IssueService::Stub issues(platform_->channel());
  v1::RetryIssueRequest request;
  request.set_name(issue.name());
  SB_TRY([[maybe_unused]] const v1::Issue tried,
         day::Call<v1::Issue>(issues, &v1::IssueService::Stub::RetryIssue, request));
  return Ok();
}

Status StoreGround::WaitForShown(std::int64_t pieces) {
  return day::WaitUntil("the store to show its stock", day::kPatience, [&]() -> Status {
    SB_TRY(const std::int64_t shown, store_.side->ShownStock(kCode));
    return shown == pieces ? Ok() : day::NotYet(std::to_string(shown));
  });
}

Status StoreGround::WaitForReport(const std::string& number, v1::StoreReport::State state) {
  return day::WaitUntil("what is known of the shipment", kReportMost, [&]() -> Status {
    SB_TRY(const v1::Order order, platform_->GetOrder(number));
    const bool is_so =
        order.shipments_size() == 1 && order.shipments(0).store_report().state() == state;
    return is_so ? Ok() : day::NotYet(order.ShortDebugString());
  });
}

v1::FlowHealth StoreGround::HealthOf(v1::Flow flow) {
  const v1::Store store = Must(platform_->GetStore("web"));
  for (const v1::FlowHealth& health : store.flows()) {
    if (health.flow() == flow) {
      return health;
    }
  }
  ADD_FAILURE() << "no flow " << v1::Flow_Name(flow);
  return {};
}

testing::AssertionResult StoreGround::IsWell(v1::Flow flow) {
  const v1::FlowHealth health = HealthOf(flow);
  return health.failures() == 0 && health.last_error().empty()
             ? testing::AssertionSuccess()
             : testing::AssertionFailure() << health.ShortDebugString();
}

}  // namespace storebridge::e2e
