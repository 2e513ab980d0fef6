#include <gtest/gtest.h>

#include "domain/flow.h"
#include "domain/payment_state.h"
#include "domain/progress.h"
#include "domain/stock_basis.h"
#include "domain/timestamp.h"

namespace storebridge::domain {
namespace {

TEST(FlowTest, ConvertsEveryValueThereAndBack) {
  for (const Flow flow : kFlows) {
    EXPECT_EQ(FlowFrom(ToProto(flow)).value(), flow);
  }
  EXPECT_EQ(FlowName(Flow::kOrders), "orders");
  EXPECT_EQ(kFlows.size(), static_cast<std::size_t>(v1::Flow_MAX));
}

TEST(FlowTest, NamesTheAllowedFlowsWhenOneIsUnknown) {
  const Error error = FlowFrom(v1::FLOW_UNSPECIFIED).error();

  EXPECT_EQ(error.reason, "FLOW");
  EXPECT_EQ(error.message,
            "flow is missing; allowed are FLOW_PRODUCTS, FLOW_ORDERS, FLOW_STOCK and "
            "FLOW_SHIPMENTS");
}

TEST(PaymentStateTest, ConvertsEveryValueOrSaysThatItIsUnknown) {
  for (int number = v1::PAYMENT_STATE_UNPAID; number <= v1::PaymentState_MAX; ++number) {
    const Result<PaymentState> record = PaymentStateFrom(static_cast<v1::PaymentState>(number));
    const Result<PaymentState> seen =
        PaymentStateFrom(static_cast<connector::v1::PaymentState>(number));
    EXPECT_EQ(ToProto(record.value()), static_cast<v1::PaymentState>(number));
    EXPECT_EQ(record.value(), seen.value());
  }
  EXPECT_EQ(PaymentStateFrom(v1::PAYMENT_STATE_UNSPECIFIED).error().code, Code::kInternal);
  EXPECT_EQ(PaymentStateFrom(connector::v1::PAYMENT_STATE_UNSPECIFIED).error().reason,
            "ORDER_MALFORMED");
}

TEST(ProgressTest, ConvertsEveryValueOrSaysThatItIsUnknown) {
  EXPECT_EQ(ProgressFrom(connector::v1::Order::PROGRESS_OPEN).value(), Progress::kOpen);
  EXPECT_EQ(ProgressFrom(connector::v1::Order::PROGRESS_COMPLETED).value(), Progress::kCompleted);
  EXPECT_EQ(ProgressFrom(connector::v1::Order::PROGRESS_CANCELLED).value(), Progress::kCancelled);
  EXPECT_FALSE(ProgressFrom(connector::v1::Order::PROGRESS_UNSPECIFIED));
}

TEST(StockBasisTest, RefusesToGuessWhatANumberMeans) {
  const auto unknown = static_cast<connector::v1::StockBasis>(connector::v1::StockBasis_MAX + 1);
  const Error error = StockBasisFrom(v1::STOCK_BASIS_UNSPECIFIED).error();

  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_EQ(error.reason, "STOCK_BASIS");
  EXPECT_EQ(StockBasisOf(unknown), v1::STOCK_BASIS_UNSPECIFIED);
}

TEST(StockBasisTest, TakesWhatAManifestSays) {
  EXPECT_EQ(StockBasisFrom(StockBasisOf(connector::v1::STOCK_BASIS_SALABLE)).value(),
            StockBasis::kSalable);
  EXPECT_EQ(StockBasisFrom(StockBasisOf(connector::v1::STOCK_BASIS_PHYSICAL)).value(),
            StockBasis::kPhysical);
  EXPECT_EQ(StockBasisOf(connector::v1::STOCK_BASIS_UNSPECIFIED), v1::STOCK_BASIS_UNSPECIFIED);
}

TEST(TimestampTest, KeepsMillisecondsBeforeAndAfter1970) {
  for (const std::int64_t ms : {std::int64_t{0},
                                std::int64_t{1},
                                std::int64_t{-1},
                                std::int64_t{-1001},
                                std::int64_t{1'700'000'000'123}}) {
    EXPECT_EQ(MsFromTimestamp(TimestampFromMs(ms)), ms);
    EXPECT_GE(TimestampFromMs(ms).nanos(), 0);
  }
}

}  // namespace
}  // namespace storebridge::domain
