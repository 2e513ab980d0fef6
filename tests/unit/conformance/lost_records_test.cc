#include "lost_records.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "words.h"

namespace storebridge::conformance {
namespace {

RecordId Order(const std::string& id) {
  return {.is_order = true, .external_id = id};
}

// A pull that ended well with three orders and a cursor at the newest, which came first.
Evidence NewestFirst() {
  Evidence evidence;
  evidence.recording.begin.set_operation("orders.pull");
  evidence.recording.begin.mutable_pull();
  evidence.good.end = Outcome::End::kWell;
  evidence.good.records = {{Order("1"), {.modified_ms = 300}},
                           {Order("2"), {.modified_ms = 200}},
                           {Order("3"), {.modified_ms = 100}}};
  evidence.good.cursors = {{.cursor = "300", .requests = 2}};
  return evidence;
}

// The same, when the second page failed.
Outcome WithoutTheSecondPage(Outcome::End end) {
  Outcome outcome;
  outcome.end = end;
  outcome.records = {{Order("1"), {.modified_ms = 300}}};
  return outcome;
}

connector::v1::BadRecord Bad(const std::string& id) {
  connector::v1::BadRecord bad;
  bad.set_external_id(id);
  return bad;
}

TEST(MissingRecordsTest, CountsABadRecordAsTold) {
  const Evidence evidence = NewestFirst();
  Outcome outcome = WithoutTheSecondPage(Outcome::End::kWell);

  outcome.bad = {Bad("3")};
  EXPECT_EQ(MissingRecords(evidence.good, outcome), std::vector<RecordId>{Order("2")});

  outcome.bad = {Bad("3"), Bad("")};
  EXPECT_TRUE(MissingRecords(evidence.good, outcome).empty());
}

TEST(MissingRecordsTest, MissesWhatIsToldAsDeleted) {
  Evidence evidence = NewestFirst();
  Outcome outcome = evidence.good;
  outcome.records[Order("2")].is_deleted = true;

  EXPECT_EQ(MissingRecords(evidence.good, outcome), std::vector<RecordId>{Order("2")});

  evidence.good.records[Order("2")].is_deleted = true;
  EXPECT_TRUE(MissingRecords(evidence.good, outcome).empty());
}

std::string Why(const Evidence& evidence, const Outcome& outcome) {
  return WhyLost(evidence, outcome, 1, MissingRecords(evidence.good, outcome));
}

TEST(WhyLostTest, AccusesACursorThatMovedAfterTheFault) {
  Outcome outcome = WithoutTheSecondPage(Outcome::End::kWell);
  outcome.cursors = {{.cursor = "300", .requests = 2}};

  EXPECT_FALSE(Why(NewestFirst(), outcome).empty());
}

TEST(WhyLostTest, AccusesACursorThatWasAtTheEndTooEarly) {
  Outcome outcome = WithoutTheSecondPage(Outcome::End::kFailure);
  outcome.cursors = {{.cursor = "300", .requests = 1}};

  EXPECT_FALSE(Why(NewestFirst(), outcome).empty());
}

TEST(WhyLostTest, AccusesNobodyWhoseNextRunBringsThem) {
  const Evidence evidence = NewestFirst();
  // No cursor at all.
  EXPECT_EQ(Why(evidence, WithoutTheSecondPage(Outcome::End::kFailure)), "");
  EXPECT_EQ(Why(evidence, WithoutTheSecondPage(Outcome::End::kWell)), "");

  // The oldest came first, and the cursor stands at the last that was read.
  Outcome oldest_first;
  oldest_first.end = Outcome::End::kFailure;
  oldest_first.records = {{Order("3"), {.modified_ms = 100}}};
  oldest_first.cursors = {{.cursor = "100", .requests = 1}};
  EXPECT_EQ(Why(evidence, oldest_first), "");
  oldest_first.end = Outcome::End::kWell;
  oldest_first.cursors = {{.cursor = "100", .requests = 2}};
  EXPECT_EQ(Why(evidence, oldest_first), "");

  // The cursor is a constant.
  Evidence constant = evidence;
  constant.recording.begin.set_cursor("300");
  Outcome same = WithoutTheSecondPage(Outcome::End::kWell);
  same.cursors = {{.cursor = "300", .requests = 2}};
  EXPECT_EQ(Why(constant, same), "");

  // A retry of single records leaves no cursor that counts.
  Evidence retry = evidence;
  retry.recording.begin.mutable_pull()->add_only_external_ids("1");
  Outcome outcome = WithoutTheSecondPage(Outcome::End::kWell);
  outcome.cursors = {{.cursor = "300", .requests = 2}};
  EXPECT_EQ(Why(retry, outcome), "");
}

TEST(WhyLostTest, AccusesAFullPullOfProductsThatEndsWellWithoutSome) {
  Evidence evidence;
  evidence.recording.begin.set_operation("products.pull");
  evidence.recording.begin.mutable_pull()->set_full(true);
  evidence.good.records = {{{.is_order = false, .external_id = "1"}, {}}};
  Outcome outcome;
  outcome.end = Outcome::End::kWell;

  EXPECT_FALSE(Why(evidence, outcome).empty());

  outcome.end = Outcome::End::kFailure;
  EXPECT_EQ(Why(evidence, outcome), "");
}

TEST(WordsTest, AreNotFoundInsideOfOthers) {
  EXPECT_TRUE(HasWord("/orders/12/notes", "12"));
  EXPECT_TRUE(HasWord("12", "12"));
  EXPECT_FALSE(HasWord("/orders/123", "12"));
  EXPECT_FALSE(HasWord("M\xC3\xA4kinen", "kinen"));
  EXPECT_FALSE(HasWord("anything", ""));
}

TEST(WordsTest, AreTakenOutOfATextInItsOrder) {
  EXPECT_EQ(WordsIn(" Mirjami  Testinen-M\xC3\xA4ki,"),
            (std::vector<std::string>{"Mirjami", "Testinen", "M\xC3\xA4ki"}));
  EXPECT_TRUE(WordsIn(" - ").empty());
}

}  // namespace
}  // namespace storebridge::conformance
