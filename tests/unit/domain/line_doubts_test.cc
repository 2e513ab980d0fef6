#include "domain/line_doubts.h"

#include <gtest/gtest.h>

#include "domain/merge.h"
#include "domain/order_record.h"
#include "domain/shipping_rules.h"
#include "domain_fixtures.h"
#include "merge_order_fixture.h"

namespace storebridge::domain {
namespace {

class LineDoubtsTest : public MergeOrderTest {};

TEST_F(LineDoubtsTest, GivesALineNoProductThatTheStoreDidNotSell) {
  products_.List("MUG-1", {"71"});

  const OrderMerge merge = Merge(nullptr, PaidOrderOf("72"));

  EXPECT_EQ(merge.wish, OrderWish::kDraft);
  EXPECT_EQ(merge.record.lines(0).product(), "");
  EXPECT_EQ(merge.record.lines(0).open_quantity(), 2);
  EXPECT_NE(merge.record.lines(1).product(), "");
  ASSERT_EQ(merge.record.problems_size(), 1);
  EXPECT_EQ(merge.record.problems(0).reason(), "PRODUCT_AMBIGUOUS");
  EXPECT_EQ(merge.record.problems(0).field(), "lines[0].product_code");
  for (const char* part : {"1001", "line 1", "'72'", "'MUG-1'", "'71'", "code of its own"}) {
    EXPECT_NE(merge.record.problems(0).message().find(part), std::string::npos)
        << merge.record.problems(0).message();
  }
}

TEST_F(LineDoubtsTest, GoesByTheCodeWhereNoIdSaysOtherwise) {
  EXPECT_EQ(Merge(nullptr, PaidOrderOf("72")).wish, OrderWish::kReady) << "not sold in that store";
  products_.List("MUG-1", {"71", "72"});
  EXPECT_EQ(Merge(nullptr, PaidOrderOf("72")).wish, OrderWish::kReady);
  EXPECT_EQ(Merge(nullptr, PaidOrder()).wish, OrderWish::kReady) << "the store tells no id";
}

TEST_F(LineDoubtsTest, SendsNothingByACodeThatMovedToAnotherProduct) {
  products_.List("MUG-1", {"71"});
  const v1::Order existing = TakenOver(PaidOrderOf("71"), products_, OrderState::kNew);
  products_.Replace("MUG-1", "CUP-9");
  products_.List("MUG-1", {"90"});

  const OrderMerge merge = Merge(&existing, LaterOf("71"));

  EXPECT_EQ(merge.wish, OrderWish::kDraft);
  EXPECT_EQ(merge.record.lines(0).product(), "");
  EXPECT_EQ(merge.record.problems(0).reason(), "PRODUCT_AMBIGUOUS");
}

TEST_F(LineDoubtsTest, DoubtsNoLineThatHasItsProduct) {
  products_.List("MUG-1", {"71"});
  const v1::Order existing = TakenOver(PaidOrderOf("71"), products_, OrderState::kNew);
  products_.List("MUG-1", {"99"});

  EXPECT_EQ(Merge(&existing, LaterOf("71")).wish, OrderWish::kReady) << "made again in the store";
}

TEST_F(LineDoubtsTest, StayUntilTheCodeIsThatOfWhatWasSold) {
  products_.List("MUG-1", {"71"});
  const v1::Order draft = Merge(nullptr, PaidOrderOf("72")).record;
  v1::Order held = draft;
  ASSERT_TRUE(MoveTo(held, OrderState::kOnHold, "fraud check", kNow));
  EXPECT_EQ(Revalidate(draft, context_).value().outcome, Outcome::kUnchanged);
  EXPECT_EQ(ReleaseOrder(held, products_.Lookup(), kNow).value().wish, OrderWish::kDraft);

  products_.List("MUG-1", {"72"});

  EXPECT_EQ(ReleaseOrder(held, products_.Lookup(), kNow).value().wish, OrderWish::kReady);
  const OrderMerge merge = Revalidate(draft, context_).value();
  EXPECT_EQ(merge.wish, OrderWish::kReady);
  EXPECT_EQ(merge.record.lines(0).product(), "merchants/demo/products/mug-1");
}

TEST_F(LineDoubtsTest, AriseWhenALineIsOfAnotherProductNow) {
  products_.List("MUG-1", {"71"});
  const v1::Order existing = TakenOver(PaidOrderOf("71"), products_, OrderState::kNew);

  const OrderMerge other = Merge(&existing, LaterOf("72"));
  connector::v1::Order without_code = LaterOf("72");
  without_code.mutable_lines(0)->clear_product_code();
  const OrderMerge unnamed = Merge(&existing, without_code);

  EXPECT_EQ(other.wish, OrderWish::kDraft);
  EXPECT_EQ(other.record.problems(0).reason(), "PRODUCT_AMBIGUOUS");
  EXPECT_EQ(unnamed.wish, OrderWish::kDraft);
  EXPECT_EQ(unnamed.record.problems(0).reason(), "PRODUCT_CODE_MISSING");
}

// Lines of earlier versions tell no id.
TEST_F(LineDoubtsTest, AriseOverALineWhoseIdWasNotKept) {
  const v1::Order existing = TakenOver(PaidOrder(), products_, OrderState::kNew);
  products_.List("MUG-1", {"71"});

  EXPECT_EQ(Merge(&existing, LaterOf("71")).wish, OrderWish::kReady);
  EXPECT_EQ(Merge(&existing, LaterOf("72")).wish, OrderWish::kDraft);
}

// The order comes before its product is read, and then two products turn out to have its code.
TEST_F(LineDoubtsTest, AriseAlsoWhenTheCodeBecomesKnownLater) {
  products_.Remove("MUG-1");
  const v1::Order draft = Merge(nullptr, PaidOrderOf("72")).record;
  ASSERT_EQ(draft.problems(0).reason(), "PRODUCT_UNKNOWN");
  products_.Set("MUG-1", ProductFacts::Standing::kActive);
  products_.List("MUG-1", {"71"});

  const OrderMerge merge = Revalidate(draft, context_).value();

  EXPECT_EQ(merge.wish, OrderWish::kDraft);
  EXPECT_EQ(merge.record.problems(0).reason(), "PRODUCT_AMBIGUOUS");
}

}  // namespace
}  // namespace storebridge::domain
