#include "recorded_store.h"

#include <string>

#include <gtest/gtest.h>

#include "unit/conformance/recording_maker.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

cv1::Call Get(const std::string& url) {
  cv1::Call call;
  call.mutable_http()->set_method("GET");
  call.mutable_http()->set_url(url);
  return call;
}

TEST(RecordedStoreTest, GivesEqualRequestsTheirAnswersInOrder) {
  Recording recording;
  recording.exchanges = {{.request = Get("a").http(), .answer = Answered(200, "first")},
                         {.request = Get("b").http(), .answer = Answered(200, "other")},
                         {.request = Get("a").http(), .answer = Answered(200, "second")}};
  RecordedStore store(recording);

  EXPECT_EQ(store.Answer(Get("a")).http().body(), "first");
  EXPECT_EQ(store.Answer(Get("a")).http().body(), "second");
  EXPECT_EQ(store.Answer(Get("a")).http().body(), "second");
  EXPECT_EQ(store.Answer(Get("b")).http().body(), "other");
}

TEST(RecordedStoreTest, TellsRequestsApartByMethodAndBody) {
  cv1::Call put = Get("a");
  put.mutable_http()->set_method("PUT");
  put.mutable_http()->set_body("1");
  cv1::Call other = put;
  other.mutable_http()->set_body("2");
  Recording recording;
  recording.exchanges = {{.request = put.http(), .answer = Answered(200, "put")}};
  RecordedStore store(recording);

  EXPECT_EQ(store.Answer(put).http().body(), "put");
  EXPECT_EQ(store.Answer(other).failure().code(), cv1::Failure::CODE_TRANSIENT);
  EXPECT_EQ(store.Answer(Get("a")).failure().message(), kNotRecorded);
}

TEST(RecordedStoreTest, ComparesByIdAndNotByPlace) {
  Recording recording;
  recording.compared = {{"1", false}, {"2", true}};
  recording.missing = {"9", "8"};
  RecordedStore store(recording);
  cv1::Call call;
  for (const char* id : {"2", "8", "1"}) {
    call.mutable_compare()->add_records()->set_external_id(id);
  }

  const cv1::CompareResult result = store.Answer(call).compare();

  ASSERT_EQ(result.wanted_size(), 2);
  EXPECT_EQ(result.wanted(0), 0U);
  EXPECT_EQ(result.wanted(1), 1U);
  ASSERT_EQ(result.missing_size(), 1);
  EXPECT_EQ(result.missing(0), "9");
}

TEST(RecordedStoreTest, AcknowledgesAndDoesNotSleep) {
  Recording recording;
  RecordedStore store(recording);
  cv1::Call emit;
  emit.mutable_emit();
  cv1::Call sleep;
  sleep.mutable_sleep()->set_ms(60'000);

  EXPECT_TRUE(store.Answer(emit).has_emit());
  EXPECT_TRUE(store.Answer(sleep).has_slept());
  EXPECT_EQ(store.Answer(cv1::Call()).failure().code(), cv1::Failure::CODE_UNSUPPORTED);
}

}  // namespace
}  // namespace storebridge::conformance
