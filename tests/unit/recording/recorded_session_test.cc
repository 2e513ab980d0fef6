#include "adapters/recording/recorded_session.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/recording/replay.h"
#include "fake_session.h"

namespace storebridge::recording {
namespace {

constexpr const char* kBody = R"({"billing":{"first_name":"Maija"}})";

// A twin that answers when it is told to.
class SlowSession final : public ports::ConnectorSession {
 public:
  explicit SlowSession(std::vector<std::pair<std::string, StepDone>>& waiting)
      : waiting_(waiting) {}
  void Step(std::string event, StepDone done) override {
    waiting_.emplace_back(std::move(event), std::move(done));
  }

 private:
  std::vector<std::pair<std::string, StepDone>>& waiting_;
};

class RecordedSessionTest : public ::testing::Test {
 protected:
  std::unique_ptr<ports::ConnectorSession> Record(testing::FakeSession::Answer answer,
                                                  std::unique_ptr<ports::ConnectorSession> twin,
                                                  std::uint64_t bytes_max = 100'000) {
    return RecordSession(
        std::make_unique<testing::FakeSession>(std::move(answer)),
        {.twin = std::move(twin),
         .key = {.first = 1, .second = 2},
         .make_file =
             [this, bytes_max](const std::string& operation) {
               connector::v1::RecordingHeader header;
               header.set_operation(operation);
               return RecordingWriter::Create(path_, bytes_max, header);
             },
         .on_cut = [this](const std::string& reason) { cuts_.push_back(reason); }});
  }
  static std::unique_ptr<ports::ConnectorSession> Twin() {
    return std::make_unique<testing::FakeSession>(testing::Echo);
  }
  // Gives what the session answers.
  static std::string Step(ports::ConnectorSession& session, const std::string& event) {
    std::string answer;
    session.Step(event, [&answer](Result<std::string_view> effect) {
      answer = effect ? std::string(*effect) : effect.error().message;
    });
    return answer;
  }

  testing::Folder folder_;
  std::string path_ = folder_.File("a.sbrec");
  std::vector<std::string> cuts_;
};

TEST_F(RecordedSessionTest, AnswersAsTheSessionDoes) {
  auto session = Record(testing::Echo, Twin());

  EXPECT_EQ(Step(*session, testing::BeginBytes()), *testing::Echo(testing::BeginBytes()));
  EXPECT_EQ(Step(*session, testing::AnswerBytes(kBody)),
            *testing::Echo(testing::AnswerBytes(kBody)));
}

TEST_F(RecordedSessionTest, WritesWhatCanBeReplayedAndHasNobodyInIt) {
  auto session = Record(testing::Echo, Twin());
  Step(*session, testing::BeginBytes());
  Step(*session, testing::AnswerBytes(kBody));
  session.reset();

  const auto read = ReadRecording(path_);

  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->header.operation(), "orders.pull");
  EXPECT_EQ(read->cut_reason, "");
  ASSERT_EQ(read->steps.size(), 2U);
  for (const auto& step : read->steps) {
    EXPECT_EQ(step.SerializeAsString().find("Maija"), std::string::npos);
  }
  testing::FakeSession again(testing::Echo);
  EXPECT_FALSE(Replay(*read, again).has_value());
  EXPECT_TRUE(cuts_.empty());
}

TEST_F(RecordedSessionTest, EndsWhenTheTwinAsksForSomethingElse) {
  auto session =
      Record(testing::Echo,
             std::make_unique<testing::FakeSession>([](const std::string&) -> Result<std::string> {
               connector::v1::Effect effect;
               effect.mutable_done();
               return effect.SerializeAsString();
             }));

  EXPECT_EQ(Step(*session, testing::BeginBytes()), *testing::Echo(testing::BeginBytes()));
  Step(*session, testing::AnswerBytes(kBody));
  session.reset();

  ASSERT_EQ(cuts_.size(), 1U);
  EXPECT_EQ(ReadRecording(path_)->steps.size(), 1U);
  EXPECT_EQ(ReadRecording(path_)->cut_reason, cuts_[0]);
}

TEST_F(RecordedSessionTest, GoesOnWhenTheFileIsFull) {
  auto session = Record(testing::Echo, Twin(), 200);

  Step(*session, testing::BeginBytes());
  const std::string long_body = "{\"a\":\"" + std::string(300, 'x') + "\"}";

  EXPECT_EQ(Step(*session, testing::AnswerBytes(long_body)),
            *testing::Echo(testing::AnswerBytes(long_body)));
  ASSERT_EQ(cuts_.size(), 1U);
  EXPECT_NE(cuts_[0].find("200 bytes"), std::string::npos);
  EXPECT_EQ(ReadRecording(path_)->steps.size(), 1U);
}

TEST_F(RecordedSessionTest, GoesOnWhenTheTwinBreaks) {
  auto session =
      Record(testing::Echo,
             std::make_unique<testing::FakeSession>([](const std::string&) -> Result<std::string> {
               return Error{.code = Code::kInternal, .message = "it broke"};
             }));

  EXPECT_EQ(Step(*session, testing::BeginBytes()), *testing::Echo(testing::BeginBytes()));
  ASSERT_EQ(cuts_.size(), 1U);
}

TEST_F(RecordedSessionTest, GoesOnWhenThereCanBeNoFile) {
  path_ = "/nowhere/a.sbrec";
  auto session = Record(testing::Echo, Twin());

  EXPECT_EQ(Step(*session, testing::BeginBytes()), *testing::Echo(testing::BeginBytes()));
  ASSERT_EQ(cuts_.size(), 1U);
  EXPECT_NE(cuts_[0].find("/nowhere/a.sbrec"), std::string::npos);
}

TEST_F(RecordedSessionTest, WaitsForASlowTwinAndNotTooLong) {
  std::vector<std::pair<std::string, ports::ConnectorSession::StepDone>> waiting;
  auto session = Record(testing::Echo, std::make_unique<SlowSession>(waiting));
  for (std::size_t i = 0; i < kWaitingMax; ++i) {
    Step(*session, testing::BeginBytes());
  }
  EXPECT_TRUE(cuts_.empty());
  ASSERT_EQ(waiting.size(), 1U) << "one step at a time";

  Step(*session, testing::BeginBytes());

  ASSERT_EQ(cuts_.size(), 1U);
  EXPECT_NE(cuts_[0].find("16 steps behind"), std::string::npos);
}

TEST_F(RecordedSessionTest, FinishesAfterTheSessionIsGone) {
  std::vector<std::pair<std::string, ports::ConnectorSession::StepDone>> waiting;
  auto session = Record(testing::Echo, std::make_unique<SlowSession>(waiting));
  Step(*session, testing::BeginBytes());
  session.reset();
  const std::string effect = *testing::Echo(testing::BeginBytes());
  const auto done = std::move(waiting.at(0).second);
  waiting.clear();
  done(std::string_view(effect));

  EXPECT_EQ(ReadRecording(path_)->steps.size(), 1U);
  EXPECT_EQ(ReadRecording(path_)->cut_reason, "");
}

}  // namespace
}  // namespace storebridge::recording
