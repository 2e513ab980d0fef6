// The kit as authors run it, with connectors that have one mistake each.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "bench.h"
#include "checks.h"
#include "unit/conformance/kit_fixture.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

constexpr const char* kMail = "mirjami@example.com";

std::string PathOf(const cv1::HttpRequest& request) {
  return request.url().substr(std::string("https://store.example").size());
}

std::string ListOf(const std::vector<std::string>& items) {
  std::string list;
  for (const std::string& item : items) {
    list += (list.empty() ? "" : ",") + item;
  }
  return "[" + list + "]";
}

// The newest comes first, so a page that is not read hides older ones.
std::string Order(int id) {
  return R"({"id":)" + std::to_string(id) + R"(,"number":"T-)" + std::to_string(id) +
         R"(","paid":true,"modified_at":"2026-11-)" + std::to_string(28 - id) +
         R"(T10:00:00Z","name":"Mirjami Testinen","email":")" + kMail +
         R"(","lines":[{"id":1},{"id":2}]})";
}

std::string Product(int id) {
  return R"({"id":)" + std::to_string(id) + R"(,"code":"P-)" + std::to_string(id) + R"("})";
}

cv1::Completion AnswerOf(const cv1::HttpRequest& request) {
  const std::string path = PathOf(request);
  if (path == "/api/store") {
    return Answered(200, R"({"name":"The planted store"})");
  }
  if (path == "/api/warehouses") {
    return Answered(200, R"([{"id":11,"name":"Turku"}])");
  }
  if (path == "/api/products?page=1") {
    return Answered(200, ListOf({Product(11), Product(12)}));
  }
  if (path == "/api/products?page=2") {
    return Answered(200, ListOf({Product(13)}));
  }
  if (path == "/api/orders?page=1") {
    return Answered(200, ListOf({Order(1), Order(2)}));
  }
  if (path == "/api/orders?page=2") {
    return Answered(200, ListOf({Order(3), Order(4)}));
  }
  if (path == "/api/orders?page=3") {
    return Answered(200, ListOf({Order(5)}));
  }
  if (path == "/api/oldest?page=1") {
    return Answered(200, ListOf({Order(5), Order(4)}));
  }
  if (path == "/api/oldest?page=2") {
    return Answered(200, ListOf({Order(3), Order(2)}));
  }
  if (path == "/api/oldest?page=3") {
    return Answered(200, ListOf({Order(1)}));
  }
  if (path == "/api/products/13/stock") {
    return Answered(404, R"({"code":"gone"})");
  }
  if (request.method() == "PUT" || request.method() == "POST") {
    return Answered(200, R"({"done":true})");
  }
  return path.ends_with("/shipments") ? Answered(200, "[]") : Answered(404, "{}");
}

cv1::Begin BeginOf(const std::string& operation) {
  cv1::Begin begin;
  begin.set_operation(operation);
  begin.set_config_json(R"({"base_url":"https://store.example"})");
  if (operation.ends_with(".pull")) {
    begin.mutable_pull()->set_full(operation == "products.pull");
  } else if (operation == "stock.push") {
    for (const char* id : {"11", "12"}) {
      cv1::StockLevel* level = begin.mutable_stock()->add_levels();
      level->set_ref(std::string("level-") + id);
      level->set_external_id(id);
    }
  } else if (operation == "shipments.push") {
    for (const char* id : {"1", "2"}) {
      cv1::Shipment* shipment = begin.mutable_shipments()->add_shipments();
      shipment->set_ref(std::string("shipment-") + id);
      shipment->set_external_order_id(id);
    }
  }
  return begin;
}

constexpr std::array<const char*, 5> kOperations{
    "auth.check", "products.pull", "orders.pull", "stock.push", "shipments.push"};

class PlantedTest : public KitTest {
 protected:
  static std::string ModuleOf(const std::string& plant) {
    return std::string(PLANTED_FOLDER) + "/" + plant + "/planted_store.so";
  }

  void RecordAll(const std::string& plant) {
    for (const char* operation : kOperations) {
      ASSERT_NO_FATAL_FAILURE(Record(ModuleOf(plant), BeginOf(operation), AnswerOf));
    }
  }
};

TEST_F(PlantedTest, PassesAConnectorThatIsRight) {
  ASSERT_NO_FATAL_FAILURE(RecordAll("kNone"));

  for (const std::vector<std::string>& flags :
       std::vector<std::vector<std::string>>{{}, {"--in-process"}}) {
    const day::CommandResult ran = Run(ModuleOf("kNone"), flags);

    EXPECT_EQ(ran.exit_code, 0) << ran.output << ran.errors;
    EXPECT_TRUE(Has(ran.output, "19 ok, 0 fail, 0 not shown")) << ran.output;
  }
}

TEST_F(PlantedTest, PassesACursorThatCountsThePagesThatWereRead) {
  ASSERT_NO_FATAL_FAILURE(RecordAll("kCountsPages"));

  const day::CommandResult ran = Run(ModuleOf("kCountsPages"));

  EXPECT_EQ(ran.exit_code, 0) << ran.output << ran.errors;
  EXPECT_TRUE(Has(ran.output, "19 ok, 0 fail, 0 not shown")) << ran.output;
}

TEST_F(PlantedTest, TakesNoPullThatCannotLoseForEvidence) {
  cv1::Begin poll = BeginOf("products.pull");
  poll.mutable_pull()->set_full(false);
  cv1::Begin retry = BeginOf("orders.pull");
  retry.mutable_pull()->add_only_external_ids("1");
  ASSERT_NO_FATAL_FAILURE(Record(ModuleOf("kNone"), poll, AnswerOf));
  ASSERT_NO_FATAL_FAILURE(Record(ModuleOf("kNone"), retry, AnswerOf));

  const day::CommandResult ran = Run(ModuleOf("kNone"));

  const std::vector<std::string> rows = Rows(ran.output, "not shown");
  EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [](const std::string& row) {
    return Has(row, "loses no record") && Has(row, "products.pull, orders.pull: record a pull");
  })) << ran.output;
}

TEST_F(PlantedTest, SaysWhichRecordingToMake) {
  ASSERT_NO_FATAL_FAILURE(Record(ModuleOf("kNone"), BeginOf("auth.check"), AnswerOf));

  const day::CommandResult ran = Run(ModuleOf("kNone"));

  EXPECT_EQ(ran.exit_code, 0) << ran.output << ran.errors;
  EXPECT_TRUE(Has(ran.output, "stock.push: there is no recording of it")) << ran.output;
  EXPECT_TRUE(Has(ran.output, "--operation stock.push --input FILE --record FILE")) << ran.output;
}

TEST_F(PlantedTest, AccusesNobodyOfAnOldRecording) {
  ASSERT_NO_FATAL_FAILURE(RecordAll("kNone"));

  const day::CommandResult ran = Run(ModuleOf("kSendsEachPageAtOnce"));

  EXPECT_EQ(ran.exit_code, 0) << ran.output << ran.errors;
  EXPECT_TRUE(Has(ran.output, "18 ok, 0 fail, 1 not shown")) << ran.output;
  EXPECT_TRUE(Has(ran.output, "if it was made with another build, record it again")) << ran.output;
}

TEST_F(PlantedTest, TakesARecordingFromBeforeAnEditThatMovesLines) {
  ASSERT_NO_FATAL_FAILURE(RecordAll("kNone"));
  cv1::Begin refused = BeginOf("stock.push");
  refused.mutable_stock()->mutable_levels(0)->set_external_id("13");
  ASSERT_NO_FATAL_FAILURE(Record(ModuleOf("kNone"), refused, AnswerOf));

  const day::CommandResult ran = Run(ModuleOf("kIsEdited"));

  EXPECT_EQ(ran.exit_code, 0) << ran.output << ran.errors;
  EXPECT_TRUE(Has(ran.output, "19 ok, 0 fail, 0 not shown")) << ran.output;
}

// The first one is in the store, and the order of the third one is gone.
cv1::Completion AnswerOfHalfWritten(const cv1::HttpRequest& request) {
  if (PathOf(request) == "/api/orders/1/shipments") {
    return Answered(200, R"([{"marker":"shipment-1"}])");
  }
  return PathOf(request) == "/api/orders/3/shipments" ? Answered(404, "{}") : AnswerOf(request);
}

cv1::Begin BeginOfShipments(const std::vector<std::string>& ids) {
  cv1::Begin begin = BeginOf("shipments.push");
  begin.clear_shipments();
  for (const std::string& id : ids) {
    cv1::Shipment* shipment = begin.mutable_shipments()->add_shipments();
    shipment->set_ref("shipment-" + id);
    shipment->set_external_order_id(id);
  }
  return begin;
}

TEST_F(PlantedTest, CountsTheMarkersOfWhatWasWritten) {
  ASSERT_NO_FATAL_FAILURE(
      Record(ModuleOf("kNone"), BeginOfShipments({"1", "2", "3"}), AnswerOfHalfWritten));

  const day::CommandResult ran = Run(ModuleOf("kNone"));

  EXPECT_TRUE(Has(ran.output, "its ref is in the writes of 1 shipment\n")) << ran.output;
}

TEST_F(PlantedTest, ShowsNoMarkerWhereNothingWasWritten) {
  ASSERT_NO_FATAL_FAILURE(
      Record(ModuleOf("kNone"), BeginOfShipments({"1", "3"}), AnswerOfHalfWritten));

  const day::CommandResult ran = Run(ModuleOf("kNone"));

  const std::vector<std::string> rows = Rows(ran.output, "not shown");
  EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [](const std::string& row) {
    return Has(row, "leaves a marker") && Has(row, "no recording writes a shipment");
  })) << ran.output;
}

TEST_F(PlantedTest, SaysOfABatchThatIsJudgedByItsStatus) {
  ASSERT_NO_FATAL_FAILURE(RecordAll("kWritesABatch"));

  const day::CommandResult ran = Run(ModuleOf("kWritesABatch"));

  EXPECT_TRUE(Has(ran.output, "19 ok, 0 fail, 0 not shown")) << ran.output;
  EXPECT_TRUE(Has(ran.output, "stock.push: by status only")) << ran.output;
}

TEST_F(PlantedTest, AccusesNobodyOfAnOperationThatWasDeclaredEarlier) {
  ASSERT_NO_FATAL_FAILURE(RecordAll("kNone"));
  cv1::Begin update = BeginOf("shipments.push");
  update.set_operation("shipments.update");
  ASSERT_NO_FATAL_FAILURE(Record(ModuleOf("kAnswersUndeclared"), update, AnswerOf));

  const day::CommandResult old = Run(ModuleOf("kNone"));
  EXPECT_TRUE(Has(old.output, "not used: shipments.update.5.sbrec")) << old.output;
  EXPECT_EQ(old.exit_code, 0) << old.output;

  const day::CommandResult serving = Run(ModuleOf("kAnswersUndeclared"));
  EXPECT_TRUE(Has(serving.output, "shows shipments.update, which the manifest does not declare"))
      << serving.output;
}

TEST_F(PlantedTest, SaysWhatIsNoFaultOfTheConnector) {
  ASSERT_NO_FATAL_FAILURE(Record(ModuleOf("kNone"), BeginOf("auth.check"), AnswerOf));

  const day::CommandResult missing = Run(folder_.File("none.so"));
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_TRUE(Has(missing.errors, "there is no file")) << missing.errors;

  const day::CommandResult folder = Run(PLANTED_FOLDER);
  EXPECT_EQ(folder.exit_code, 2);
  EXPECT_TRUE(Has(folder.errors, "is not a file")) << folder.errors;

  for (const char* place : {">/dev/full", ">&-"}) {
    const std::string kit = std::string("'") + KIT_PROGRAM + "' '" + ModuleOf("kNone") + "' '" +
                            files_[0] + "' " + place;
    const auto ran = day::RunCommand({"/bin/sh", "-c", kit}, "", kKitMost);
    ASSERT_TRUE(ran);
    EXPECT_EQ(ran->exit_code, 2) << place;
    EXPECT_TRUE(Has(ran->errors, "standard output")) << ran->errors;
  }

  // A copy of the kit, which has no program of the sandbox beside it.
  const std::string copy = folder_.File("kit");
  std::filesystem::copy_file(KIT_PROGRAM, copy);
  const auto alone = day::RunCommand({copy, ModuleOf("kNone"), files_[0]}, "", kKitMost);
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->exit_code, 2);
  EXPECT_TRUE(Has(alone->errors, "the program of the sandbox is missing")) << alone->errors;
}

TEST_F(PlantedTest, SaysWhoseFileTheServerWouldNotTake) {
  ASSERT_NO_FATAL_FAILURE(Record(ModuleOf("kNone"), BeginOf("auth.check"), AnswerOf));
  const std::string copy = folder_.File("planted_store.so");
  std::filesystem::copy_file(ModuleOf("kNone"), copy);
  std::filesystem::permissions(
      copy, std::filesystem::perms::others_write, std::filesystem::perm_options::add);

  const day::CommandResult ran = Run(copy);

  EXPECT_TRUE(Has(ran.output, "not from this place: the file can be written by other users"))
      << ran.output;
}

TEST_F(PlantedTest, SaysWhatWasLeftOutWhenItsTimeIsOver) {
  ASSERT_NO_FATAL_FAILURE(RecordAll("kNone"));
  auto subject = Subject::Load(ModuleOf("kNone"), run::LoadedConnector::Place::kThisProcess);
  ASSERT_TRUE(subject) << subject.error().message;
  std::vector<Recording> recordings;
  for (const std::string& file : files_) {
    auto recording = ReadEvidence(file, "planted-store");
    ASSERT_TRUE(recording) << recording.error().message;
    recordings.push_back(*std::move(recording));
  }
  std::size_t told = 0;
  const auto bench = Bench::Open(
      **subject,
      std::move(recordings),
      {.time = std::chrono::seconds(0), .tell = [&](const std::string&, std::size_t) { ++told; }});
  ASSERT_TRUE(bench) << bench.error().message;

  const ScoreCard card = CheckAll(**bench);

  EXPECT_EQ(told, 0U);
  EXPECT_EQ(card.CountOf(Verdict::kFails), 0U) << card.Text(true);
  EXPECT_TRUE(Has(card.Text(false), "the time of 0 seconds was over: --minutes"))
      << card.Text(false);
}

TEST_F(PlantedTest, FailsWhatTheServerWouldNotLoad) {
  ASSERT_NO_FATAL_FAILURE(Record(ModuleOf("kNone"), BeginOf("auth.check"), AnswerOf));

  const day::CommandResult ran = Run(CRASHING_MODULE);

  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_TRUE(Has(ran.output, "crashed with signal 6 (Aborted) while it was loaded")) << ran.output;
}

TEST_F(PlantedTest, RefusesAFileThatIsNoRecording) {
  files_ = {folder_.File("no.sbrec")};
  EXPECT_EQ(Run(ModuleOf("kNone")).exit_code, 2);

  std::ofstream(files_[0]) << "no recording";
  EXPECT_EQ(Run(ModuleOf("kNone")).exit_code, 2);

  files_.clear();
  EXPECT_EQ(Run(ModuleOf("kNone")).exit_code, 2);
}

TEST_F(PlantedTest, ShowsOneExampleOrAll) {
  ASSERT_NO_FATAL_FAILURE(RecordAll("kCrashesOnHtml"));

  const day::CommandResult one = Run(ModuleOf("kCrashesOnHtml"));
  const day::CommandResult all = Run(ModuleOf("kCrashesOnHtml"), {"--verbose"});

  EXPECT_TRUE(Has(one.output, "products.pull.1.sbrec, request 2: GET /api/products?page=1"))
      << one.output;
  EXPECT_TRUE(Has(one.output, "changed: its answer is 400 with an HTML page")) << one.output;
  EXPECT_TRUE(Has(one.output, "crashed with signal 6 (Aborted) in a step")) << one.output;
  EXPECT_TRUE(Has(one.output, "9 more like it: --verbose")) << one.output;
  EXPECT_FALSE(Has(all.output, "more like it")) << all.output;
  EXPECT_GT(all.output.size(), one.output.size());
}

struct Bug {
  std::string plant;
  // The check that finds it, and no other.
  std::string claim;

  friend void PrintTo(const Bug& bug, std::ostream* out) { *out << bug.plant; }
};

class PlantedBugTest : public PlantedTest, public testing::WithParamInterface<Bug> {};

TEST_P(PlantedBugTest, IsFoundByItsCheckAlone) {
  ASSERT_NO_FATAL_FAILURE(RecordAll(GetParam().plant));

  const day::CommandResult ran = Run(ModuleOf(GetParam().plant));

  EXPECT_EQ(ran.exit_code, 1) << ran.output << ran.errors;
  const std::vector<std::string> failed = Rows(ran.output, "FAILS");
  ASSERT_EQ(failed.size(), 1U) << ran.output;
  EXPECT_TRUE(Has(failed[0], " " + GetParam().claim + " ")) << ran.output;
}

INSTANTIATE_TEST_SUITE_P(
    All,
    PlantedBugTest,
    testing::Values(Bug{"kCrashesOnHtml", "ends after any answer"},
                    Bug{"kTakesAPageForTheEnd", "loses no record"},
                    Bug{"kMovesItsCursorEachPage", "loses no record"},
                    Bug{"kTellsRefusedAsAccepted", "tells no success too early"},
                    Bug{"kStopsAtABadRecord", "goes on past a bad record"},
                    Bug{"kPagesForEver", "ends a list without end"},
                    Bug{"kCountsInAStatic", "same events, same effects"},
                    Bug{"kSharesItsPage", "sessions share nothing"},
                    Bug{"kLogsTheMail", "keeps customers to itself"},
                    Bug{"kAnswersUndeclared", "refuses other operations"},
                    Bug{"kNamesNoShipment", "unsafe writes name a shipment"},
                    Bug{"kLeavesTheStore", "keeps the contract"},
                    Bug{"kForgetsAnOutcome", "tells one outcome of each"},
                    Bug{"kLeavesNoCursor", "finds orders as it says"},
                    Bug{"kRepeatsForEver", "ends after any answer"},
                    Bug{"kRepeatsUntilOneIsAccepted", "tells no success too early"},
                    Bug{"kSwallowsFailures", "loses no record"},
                    Bug{"kMovesAPageAhead", "loses no record"},
                    Bug{"kLogsTheFirstName", "keeps customers to itself"},
                    Bug{"kWritesItsOwnCurrency", "keeps the contract"},
                    Bug{"is_deaf_to_cancel", "stops when asked"},
                    Bug{"dies_of_strangers", "survives garbage"}),
    [](const testing::TestParamInfo<Bug>& bug) { return bug.param.plant; });

}  // namespace
}  // namespace storebridge::conformance
