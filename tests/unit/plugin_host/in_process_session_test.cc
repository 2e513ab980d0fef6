#include "adapters/plugin_host/in_process_session.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "storebridge/connector.h"
#include "support/kept_log.h"
#include "support/manual_clock.h"

struct sb_session {
  std::string effect;
};

namespace storebridge::plugin_host {
namespace {

// What the connector under test does; the C functions have no place for state of their own.
struct Script {
  sb_status status = SB_OK;
  std::size_t effect_bytes = 0;
  bool gives_null = false;
  bool throws = false;
  bool throws_number = false;
  bool opens = true;
  std::chrono::milliseconds takes{0};
  // What the watch said in the last call.
  std::string watched = {};
  std::int64_t watched_ms = -1;
};

Script script;
testing::ManualClock test_clock;
StepWatch step_watch;
int sessions_open = 0;

void NoteWatch() {
  const std::optional<StepWatch::Step> watched = step_watch.Current();
  script.watched = watched ? watched->connector : "";
  script.watched_ms = watched ? watched->began_ms : -1;
}

sb_session* OpenSession() {
  NoteWatch();
  if (!script.opens) {
    return nullptr;
  }
  if (script.throws_number) {
    throw 7;
  }
  ++sessions_open;
  return std::make_unique<sb_session>().release();
}

sb_status StepSession(sb_session* session, sb_bytes event, sb_bytes* effect) {
  if (script.throws) {
    throw std::runtime_error("out of paper");
  }
  NoteWatch();
  test_clock.Advance(script.takes);
  session->effect = std::string(reinterpret_cast<const char*>(event.data), event.size) + "!";
  session->effect.resize(std::max(session->effect.size(), script.effect_bytes));
  *effect = {reinterpret_cast<const std::uint8_t*>(session->effect.data()), session->effect.size()};
  if (script.gives_null) {
    effect->data = nullptr;
  }
  return script.status;
}

void CloseSession(sb_session* session) {
  NoteWatch();
  --sessions_open;
  const std::unique_ptr<sb_session> owned(session);
}

constexpr sb_connector_v1 kFunctions = {.struct_size = sizeof(sb_connector_v1),
                                        .proto_minor = 0,
                                        .manifest = {nullptr, 0},
                                        .open = &OpenSession,
                                        .step = &StepSession,
                                        .close = &CloseSession};

class InProcessSessionTest : public ::testing::Test {
 protected:
  InProcessSessionTest() {
    script = Script();
    sessions_open = 0;
  }

  Result<std::unique_ptr<ports::ConnectorSession>> Begin() {
    return InProcessSession::Begin(
        "sample", kFunctions, {.clock = test_clock, .log = log_, .watch = &step_watch});
  }

  // The effect, or the error's message.
  static std::string Step(ports::ConnectorSession& session, const std::string& event) {
    std::optional<std::string> told;
    session.Step(event, [&](Result<std::string_view> effect) {
      told = effect ? std::string(*effect) : effect.error().message;
    });
    return told.value_or("done was not called");
  }

  // The message of the error that one step gives.
  std::string Complaint() {
    auto session = Begin();
    return Step(**session, "event");
  }

  testing::KeptLog log_;
};

TEST_F(InProcessSessionTest, GivesTheEffectOfEachEvent) {
  auto session = Begin();
  ASSERT_TRUE(session.has_value());

  EXPECT_EQ(Step(**session, "one"), "one!");
  EXPECT_EQ(Step(**session, ""), "!");
  EXPECT_TRUE(log_.lines().empty());
}

TEST_F(InProcessSessionTest, ClosesTheSessionWhenItIsDestroyed) {
  {
    auto session = Begin();
    EXPECT_EQ(sessions_open, 1);
  }

  EXPECT_EQ(sessions_open, 0);
}

TEST_F(InProcessSessionTest, MayBeDestroyedFromItsOwnCallback) {
  auto session = Begin();

  (*session)->Step("event", [&](const Result<std::string_view>&) { session.value().reset(); });

  EXPECT_EQ(sessions_open, 0);
}

TEST_F(InProcessSessionTest, TellsThatThereIsNoMemory) {
  script.opens = false;

  const auto session = Begin();

  ASSERT_FALSE(session.has_value());
  EXPECT_EQ(session.error().code, Code::kResourceExhausted);
}

TEST_F(InProcessSessionTest, CatchesWhatOpenThrows) {
  script.throws_number = true;

  const auto session = Begin();

  ASSERT_FALSE(session.has_value());
  EXPECT_EQ(session.error().message,
            "connector 'sample' threw an exception of an unknown type from open(); report it to "
            "its author");
}

TEST_F(InProcessSessionTest, CatchesWhatStepThrows) {
  script.throws = true;

  EXPECT_EQ(Complaint(),
            "connector 'sample' threw an exception: out of paper; report it to its author");
}

TEST_F(InProcessSessionTest, TellsThatTheSessionIsBroken) {
  script.status = SB_BROKEN;

  EXPECT_EQ(Complaint(),
            "connector 'sample' says that its session is broken; report it to its author");
}

TEST_F(InProcessSessionTest, RefusesAnUnknownStatus) {
  script.status = -7;

  EXPECT_EQ(Complaint(),
            "connector 'sample' answered with the unknown status -7; report it to its author");
}

TEST_F(InProcessSessionTest, BoundsTheEffect) {
  script.effect_bytes = kEffectBytesMax;
  EXPECT_EQ(Complaint().size(), kEffectBytesMax);
  script.effect_bytes = kEffectBytesMax + 1;

  EXPECT_EQ(Complaint(),
            "connector 'sample' gave an effect of 4194305 bytes; at most 4194304 are allowed; "
            "report it to "
            "its author");
}

TEST_F(InProcessSessionTest, RefusesBytesAtNull) {
  script.gives_null = true;

  EXPECT_EQ(Complaint(),
            "connector 'sample' gave 6 bytes at NULL as effect; report it to its author");
}

TEST_F(InProcessSessionTest, StaysBroken) {
  auto session = Begin();
  script.status = SB_BROKEN;
  Step(**session, "event");
  script.status = SB_OK;

  const std::string told = Step(**session, "event");

  EXPECT_EQ(told,
            "connector 'sample' was used after it had broken its session; report it to its author");
}

TEST_F(InProcessSessionTest, LogsAStepThatTakesTooLong) {
  auto session = Begin();
  script.takes = std::chrono::milliseconds(kStepWarnMs);
  Step(**session, "event");
  EXPECT_TRUE(log_.lines().empty());
  script.takes = std::chrono::milliseconds(kStepWarnMs + 1);

  Step(**session, "event");

  ASSERT_EQ(log_.lines().size(), 1U);
  EXPECT_EQ(log_.lines()[0].text,
            "connector held up the server in one step connector=sample milliseconds=1001");
}

TEST_F(InProcessSessionTest, SaysWhichConnectorIsCalledAndSinceWhen) {
  auto session = Begin();
  ASSERT_TRUE(session);
  EXPECT_EQ(std::exchange(script.watched, ""), "sample") << "while it opens";
  EXPECT_FALSE(step_watch.Current());
  const std::int64_t began_ms = test_clock.SteadyMs();

  Step(**session, "a");

  EXPECT_EQ(std::exchange(script.watched, ""), "sample");
  EXPECT_EQ(script.watched_ms, began_ms);
  EXPECT_FALSE(step_watch.Current());
  script.throws = true;
  Step(**session, "b");
  EXPECT_FALSE(step_watch.Current());
  session->reset();
  EXPECT_EQ(script.watched, "sample") << "while it closes";
  EXPECT_FALSE(step_watch.Current());
}

}  // namespace
}  // namespace storebridge::plugin_host
