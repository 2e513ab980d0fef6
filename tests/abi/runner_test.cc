// Connectors in processes of their own: the real program, the real sandbox.
#include "adapters/plugin_host/runner.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <seccomp.h>
#include <sys/types.h>
#include <unistd.h>

#include "adapters/plugin_host/plugin_host.h"
#include "connector_folder.h"
#include "runner_frame.h"
#include "support/kept_log.h"
#include "support/landlock.h"
#include "support/manual_clock.h"
#include "support/manual_executor.h"

namespace storebridge::plugin_host {
namespace {

namespace fs = std::filesystem;

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Lets time pass until it goes: whoever reads the clock, reads it again much later.
class PassingTime {
 public:
  explicit PassingTime(testing::ManualClock& clock)
      : thread_([this, &clock] {
          while (!is_over_) {
            clock.Advance(std::chrono::hours(1));
            std::this_thread::yield();
          }
        }) {}
  ~PassingTime() {
    is_over_ = true;
    thread_.join();
  }
  PassingTime(const PassingTime&) = delete;
  PassingTime& operator=(const PassingTime&) = delete;

 private:
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

// Processes that this one has started.
std::vector<pid_t> Children() {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream status(entry.path() / "status");
    for (std::string line; std::getline(status, line);) {
      if (line == "PPid:\t" + std::to_string(getpid())) {
        children.push_back(std::stoi(entry.path().filename().string()));
      }
    }
  }
  return children;
}

// What this thread and those that it starts ask of Landlock fails as where the kernel has none.
void ForgetLandlock() {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  ASSERT_NE(filter, nullptr);
  EXPECT_EQ(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(landlock_create_ruleset), 0),
            0);
  EXPECT_EQ(seccomp_load(filter), 0);
  seccomp_release(filter);
}

// On every kernel: this is what holds where the tests below cannot run.
TEST(RunnerWithoutLandlockTest, RunsNoConnectorWithoutASandbox) {
  const ConnectorFolderFixture folder;
  const std::string path = folder.Install("good", "minimal.so");
  testing::ManualClock clock;
  testing::ManualExecutor executor;
  testing::KeptLog log;
  std::optional<Result<Runner::Greeting>> greeting;
  std::thread([&] {
    ForgetLandlock();
    Runner runner("minimal",
                  {.program = RUNNER, .library = path},
                  {.clock = clock, .executor = executor, .log = log});
    greeting = runner.WaitForGreeting();
  }).join();

  ASSERT_TRUE(greeting.has_value());
  ASSERT_FALSE(greeting->has_value());
  EXPECT_EQ(
      greeting->error().message,
      "its sandbox cannot be made here: \"the kernel offers no Landlock (Linux 5.13 and later "
      "do): " +
          std::generic_category().message(ENOSYS) +
          "\"; if you trust the file, list it under connectors.in_process");
}

class RunnerTest : public ::testing::Test {
 protected:
  // A kernel is the machine's, and of a container the host's: no script of ours can give it
  // Landlock.
  void SetUp() override {
    if (!testing::HasLandlock()) {
      GTEST_SKIP() << "not run: this kernel has no Landlock";
    }
  }
  std::unique_ptr<PluginHost> OpenHost(std::vector<std::string> in_process = {}) {
    auto host = PluginHost::Open(
        {.folder = folder_.path().string(), .in_process = std::move(in_process), .runner = RUNNER},
        {.session = {.clock = clock_, .log = log_}, .executor = executor_});
    EXPECT_TRUE(host.has_value());
    return std::move(host).value();
  }
  std::unique_ptr<PluginHost> OpenHostWith(const std::string& connector) {
    (void)folder_.Install(connector, "minimal.so");
    auto host = OpenHost();
    const auto info = host->Find("minimal");
    EXPECT_EQ(info->resource.state(), v1::Connector::STATE_READY) << info->resource.state_reason();
    EXPECT_EQ(info->resource.hosting(), v1::Connector::HOSTING_SANDBOX);
    return host;
  }

  // Why a connector is refused.
  std::string Refusal(const std::string& connector) {
    (void)folder_.Install(connector, "minimal.so");
    const auto host = OpenHost();
    const auto info = host->Find("minimal");
    EXPECT_EQ(info->resource.state(), v1::Connector::STATE_REFUSED);
    EXPECT_EQ(info->resource.hosting(), v1::Connector::HOSTING_UNSPECIFIED);
    EXPECT_FALSE(host->Open("minimal").has_value());
    return info->resource.state_reason();
  }

  static std::unique_ptr<ports::ConnectorSession> Open(PluginHost& host) {
    auto session = host.Open("minimal");
    EXPECT_TRUE(session.has_value());
    return std::move(session).value();
  }

  // The effect of a step, or its error.
  Result<std::string> Step(ports::ConnectorSession& session, const std::string& event) {
    std::optional<Result<std::string>> answer;
    session.Step(event, [&](const Result<std::string_view>& effect) {
      answer = effect ? Result<std::string>(std::string(*effect)) : effect.error();
    });
    EXPECT_TRUE(executor_.RunUntil([&] { return answer.has_value(); }));
    return *answer;
  }
  std::string Effect(ports::ConnectorSession& session, const std::string& event) {
    Result<std::string> effect = Step(session, event);
    EXPECT_TRUE(effect.has_value()) << effect.error().message;
    return effect ? *effect : "";
  }
  Error Problem(ports::ConnectorSession& session, const std::string& event) {
    const Result<std::string> effect = Step(session, event);
    EXPECT_FALSE(effect.has_value());
    return effect ? Error{} : effect.error();
  }

  Result<ports::ConnectorInfo> Reload(PluginHost& host, bool is_only_tried = false) {
    std::optional<Result<ports::ConnectorInfo>> answer;
    host.Reload({.id = "minimal",
                 .approve = [this](const connector::v1::Manifest&) { return approval_; },
                 .is_only_tried = is_only_tried},
                [&](Result<ports::ConnectorInfo> info) { answer = std::move(info); });
    EXPECT_TRUE(executor_.RunUntil([&] { return answer.has_value(); }));
    return *std::move(answer);
  }

  // What is said of a file that was loaded.
  Status approval_ = Ok();
  testing::ManualClock clock_;
  testing::ManualExecutor executor_;
  testing::KeptLog log_;
  ConnectorFolderFixture folder_;
};

TEST_F(RunnerTest, RunsWhatIsNotListed) {
  const auto host = OpenHostWith("good");

  const std::string effect = Effect(*Open(*host), "");

  EXPECT_EQ(effect, std::string("\x12\x02\x0a\x00", 4));
  EXPECT_EQ(host->Find("minimal")->resource.version(), "0.1.0");
}

TEST_F(RunnerTest, GivesTheEffectsThatTheSameLibraryGivesInTheServer) {
  const std::string event(SB_FRAME_EFFECT_BYTES_MAX - 2, 'x');
  (void)folder_.Install("echoes", "minimal.so");
  const auto outside = OpenHost();
  const auto inside = OpenHost({"minimal"});
  const auto one = Open(*outside);
  const auto other = Open(*inside);

  for (const std::string& text :
       {std::string("a"), std::string(), event, std::string("\0\xff", 2)}) {
    EXPECT_EQ(Effect(*one, text), Effect(*other, text));
  }
  EXPECT_EQ(inside->Find("minimal")->resource.hosting(), v1::Connector::HOSTING_IN_PROCESS);
}

TEST_F(RunnerTest, KeepsSessionsApart) {
  const auto host = OpenHostWith("echoes");
  const auto one = Open(*host);
  auto other = Open(*host);

  EXPECT_EQ(Effect(*one, "a"), "1:a");
  EXPECT_EQ(Effect(*other, "b"), "1:b");
  EXPECT_EQ(Effect(*one, "c"), "2:c");
  other.reset();
  // In the place of the one that was closed.
  const auto third = Open(*host);
  EXPECT_EQ(Effect(*third, "d"), "1:d");
  EXPECT_EQ(Effect(*one, "e"), "3:e");
}

TEST_F(RunnerTest, TakesAnEventOfManyMegabytes) {
  const auto host = OpenHostWith("good");

  EXPECT_TRUE(Step(*Open(*host), std::string(std::size_t{32} << 20, 'x')).has_value());
}

TEST_F(RunnerTest, RefusesOneSessionTooMany) {
  const auto host = OpenHostWith("good");
  std::vector<std::unique_ptr<ports::ConnectorSession>> sessions;
  for (int i = 0; i < SB_FRAME_SESSIONS_MAX; ++i) {
    sessions.push_back(Open(*host));
    ASSERT_TRUE(Step(*sessions.back(), "").has_value());
  }

  const auto one_more = Open(*host);
  EXPECT_EQ(Problem(*one_more, "").code, Code::kResourceExhausted);

  sessions.pop_back();
  EXPECT_TRUE(Step(*Open(*host), "").has_value());
}

TEST_F(RunnerTest, CanDoNothingButCompute) {
  std::ofstream(folder_.path() / "vault.key") << "secret";
  const std::string key = (folder_.path() / "vault.key").string();
  const auto outside = OpenHostWith("pries");

  EXPECT_EQ(Effect(*Open(*outside), key), "");

  // The control: each of the things that it tries can be done where nothing forbids it.
  const auto inside = OpenHost({"minimal"});
  const std::string told = Effect(*Open(*inside), key);
  for (const char* what : {"loading reads /etc/passwd;",
                           "running reads /etc/passwd;",
                           "loading reads /proc;",
                           "running reads the file;",
                           "loading lists /;",
                           "loading writes a file;",
                           "running has TCP;",
                           "loading has UDP;",
                           "loading has unix sockets;",
                           "loading forks;",
                           "loading starts a thread;",
                           "running starts a thread;",
                           "loading executes;",
                           "running signals;",
                           "running has an environment;",
                           "loading has a file of the server;",
                           "running reads libraries;",
                           "loading makes code;",
                           "running makes code;",
                           "loading holds on to a path;",
                           "loading wakes others;"}) {
    EXPECT_TRUE(Has(told, what)) << what << " not in " << told;
  }
}

TEST_F(RunnerTest, ACrashIsTheEndOfItsSessionAndNotOfTheServer) {
  const auto host = OpenHostWith("crashes");
  const auto session = Open(*host);
  EXPECT_TRUE(Step(*session, "fine").has_value());

  const Error error = Problem(*session, "crash");

  EXPECT_EQ(error.code, Code::kInternal);
  EXPECT_EQ(error.reason, "CONNECTOR_BROKEN");
  EXPECT_TRUE(error.facts.contains(kProcessEnded));
  EXPECT_TRUE(Has(error.message, "connector 'minimal' crashed with signal ")) << error.message;
  EXPECT_TRUE(Has(error.message, " in a step; report it to its author")) << error.message;
  EXPECT_TRUE(Has(log_.text(), "the process of a connector was ended")) << log_.text();
  EXPECT_TRUE(Step(*Open(*host), "fine").has_value()) << "the next one has a process of its own";
}

TEST_F(RunnerTest, OtherSessionsOfACrashedProcessAreToldThatItWasNotThem) {
  const auto host = OpenHostWith("crashes");
  const auto innocent = Open(*host);
  const auto late = Open(*host);
  EXPECT_TRUE(Step(*innocent, "fine").has_value());
  (void)Problem(*Open(*host), "crash");

  const Error error = Problem(*innocent, "fine");

  EXPECT_EQ(error.code, Code::kUnavailable);
  EXPECT_TRUE(
      Has(error.message,
          "was ended by another run, and this one is lost with it: it crashed with signal "))
      << error.message;
  EXPECT_TRUE(Step(*late, "fine").has_value()) << "one that had not begun loses nothing";
}

TEST_F(RunnerTest, WhoCrashesAgainAndAgainWaitsLongerEachTime) {
  const auto host = OpenHostWith("crashes");
  const auto crash = [&] { return Problem(*Open(*host), "crash"); };
  EXPECT_EQ(crash().reason, "CONNECTOR_BROKEN");
  EXPECT_EQ(crash().reason, "CONNECTOR_BROKEN");

  const Error paused = crash();
  EXPECT_EQ(paused.code, Code::kUnavailable);
  EXPECT_TRUE(Has(paused.message,
                  "was ended 2 times in a row and may begin again in 1 s: it crashed with signal "))
      << paused.message;
  for (std::int64_t pause_ms = kRunnerPauseMs; pause_ms < 2 * kRunnerPauseMsMax; pause_ms *= 2) {
    clock_.Advance(std::chrono::milliseconds(std::min(pause_ms, kRunnerPauseMsMax) - 1));
    EXPECT_EQ(crash().reason, "CONNECTOR_PAUSED") << pause_ms;
    clock_.Advance(std::chrono::milliseconds(1));
    EXPECT_EQ(crash().reason, "CONNECTOR_BROKEN") << pause_ms;
  }

  // One that comes to its end forgives all.
  clock_.Advance(std::chrono::milliseconds(kRunnerPauseMsMax));
  EXPECT_TRUE(Step(*Open(*host), "fine").has_value());
  EXPECT_EQ(crash().reason, "CONNECTOR_BROKEN");
  EXPECT_EQ(crash().reason, "CONNECTOR_BROKEN");
}

TEST_F(RunnerTest, ACrashInCloseIsNobodysButTheNextOneHasAProcess) {
  const auto host = OpenHostWith("crashes_in_close");
  const auto innocent = Open(*host);
  EXPECT_TRUE(Step(*innocent, "fine").has_value());
  const auto crash = [&] { return Step(*Open(*host), "crash"); };
  EXPECT_TRUE(crash().has_value());

  EXPECT_EQ(Problem(*innocent, "fine").code, Code::kUnavailable);
  EXPECT_TRUE(crash().has_value());
  EXPECT_EQ(crash().error().reason, "CONNECTOR_PAUSED") << "twice in a row";
  EXPECT_TRUE(Has(log_.text(), "crashed with signal 6 (Aborted) while it closed a session"))
      << log_.text();
}

TEST_F(RunnerTest, ASessionThatCannotBeClosedIsKilled) {
  const auto host = OpenHostWith("hangs_in_close");
  EXPECT_TRUE(Step(*Open(*host), "").has_value());
  {
    const PassingTime time(clock_);
    while (!Children().empty()) {
      std::this_thread::yield();
    }
  }

  EXPECT_TRUE(Step(*Open(*host), "").has_value());
  EXPECT_TRUE(Has(log_.text(), "did not come back within 10 s while it closed a session"))
      << log_.text();
}

TEST_F(RunnerTest, SignalsOfWhoStopsTheServerEndNoStep) {
  const auto host = OpenHostWith("echoes");
  const auto session = Open(*host);
  EXPECT_EQ(Effect(*session, "a"), "1:a");
  const std::vector<pid_t> processes = Children();
  ASSERT_EQ(processes.size(), 1U);

  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    EXPECT_EQ(kill(processes.front(), signal), 0);
  }

  EXPECT_EQ(Effect(*session, "b"), "2:b");
}

TEST_F(RunnerTest, WhatAnAnswerHoldsDiesOnTheExecutor) {
  const auto host = OpenHostWith("never_returns");
  std::thread::id died_on;
  const auto waiting = Open(*host);
  const auto behind = Open(*host);
  for (const auto& session : {waiting.get(), behind.get()}) {
    const auto held = std::shared_ptr<int>(new int, [&](const int* number) {
      died_on = std::this_thread::get_id();
      delete number;
    });
    session->Step("", [held](const Result<std::string_view>&) { FAIL() << "it was stopped"; });
  }

  host->Stop();
  EXPECT_EQ(died_on, std::thread::id()) << "not before the executor has its turn";
  executor_.RunAll();

  EXPECT_EQ(died_on, std::this_thread::get_id());
  EXPECT_TRUE(Children().empty());
  waiting->Step("", [](const Result<std::string_view>&) { FAIL() << "it is stopped"; });
  executor_.RunAll();
}

TEST_F(RunnerTest, AStepThatDoesNotComeBackIsKilled) {
  const auto host = OpenHostWith("never_returns");
  const auto session = Open(*host);
  std::optional<Error> error;
  session->Step("", [&](const Result<std::string_view>& effect) { error = effect.error(); });

  const PassingTime time(clock_);

  ASSERT_TRUE(executor_.RunUntil([&] { return error.has_value(); }));
  EXPECT_EQ(error->code, Code::kInternal);
  EXPECT_TRUE(Has(error->message, "did not come back within 10 s in a step")) << error->message;
}

TEST_F(RunnerTest, AHangKeepsNobodyFromStopping) {
  auto host = OpenHostWith("never_returns");
  auto session = Open(*host);
  session->Step("", [](const Result<std::string_view>&) { FAIL() << "nobody waits any more"; });

  session.reset();
  host.reset();

  executor_.RunAll();
}

TEST_F(RunnerTest, AnAnswerForASessionThatIsGoneIsDropped) {
  const auto host = OpenHostWith("echoes");
  auto gone = Open(*host);
  gone->Step("", [](const Result<std::string_view>&) { FAIL() << "it is gone"; });
  gone.reset();

  EXPECT_EQ(Effect(*Open(*host), "x"), "1:x");
}

TEST_F(RunnerTest, KeepsSessionsAliveLongerThanTheHost) {
  auto host = OpenHostWith("echoes");
  const auto session = Open(*host);

  host.reset();

  EXPECT_EQ(Effect(*session, "x"), "1:x");
}

TEST_F(RunnerTest, WhatIsWrittenIntoTheStreamIsNotBelieved) {
  const auto host = OpenHostWith("forges");

  const Error error = Problem(*Open(*host), "");

  EXPECT_EQ(error.code, Code::kInternal);
  EXPECT_TRUE(Has(error.message, "wrote into the stream")) << error.message;
}

TEST_F(RunnerTest, EndsASessionThatSaysItIsBroken) {
  const auto host = OpenHostWith("broken_step");

  EXPECT_EQ(Problem(*Open(*host), "").message,
            "connector 'minimal' says that its session is broken; report it to its author");
  EXPECT_FALSE(Has(log_.text(), "was ended")) << "the process goes on";
}

TEST_F(RunnerTest, RefusesAnEffectThatIsTooLarge) {
  const auto host = OpenHostWith("huge_effect");

  const std::string message = Problem(*Open(*host), "").message;

  EXPECT_TRUE(Has(message, "at most 4194304 bytes are allowed")) << message;
}

TEST_F(RunnerTest, AnExceptionOutOfAStepIsACrash) {
  const auto host = OpenHostWith("throws_in_step");

  const std::string message = Problem(*Open(*host), "").message;

  EXPECT_TRUE(Has(message, "crashed with signal 6 (Aborted) in a step")) << message;
}

#ifndef __SANITIZE_ADDRESS__
// The address sanitizer needs terabytes of addresses.
TEST_F(RunnerTest, HasABoundedMemory) {
  const auto host = OpenHostWith("eats_memory");

  const int megabytes = std::stoi(Effect(*Open(*host), ""));

  EXPECT_GT(megabytes, 256);
  EXPECT_LT(megabytes, 1024);
}
#endif

TEST_F(RunnerTest, SaysWhatIsWrongWithALibrary) {
  EXPECT_TRUE(Has(Refusal("undefined_symbol"), "storebridge_abi_test_missing"));
  EXPECT_TRUE(Has(Refusal("no_symbol"), "does not export storebridge_connector_v1"));
  EXPECT_TRUE(Has(Refusal("null_table"), "its table is NULL"));
  EXPECT_TRUE(Has(Refusal("short_struct"), "its table has 40 bytes and version 1 has 48"));
  EXPECT_TRUE(Has(Refusal("no_functions"), "lacks open, step or close"));
  EXPECT_TRUE(Has(Refusal("no_manifest"), "has no manifest"));
  EXPECT_TRUE(Has(Refusal("garbage_manifest"), "is not a serialized"));
  EXPECT_TRUE(Has(Refusal("huge_manifest"), "at most 262144 are allowed"));
  EXPECT_TRUE(Has(Refusal("future_minor"), "minor 4000000000 of the connector contract"));
}

TEST_F(RunnerTest, ALibraryThatCrashesWhileItIsLoadedIsRefused) {
  const std::string reason =
      "its process crashed with signal 6 (Aborted) while it was loaded; report it to its author";

  EXPECT_EQ(Refusal("crashes_in_entry"), reason);
  EXPECT_EQ(Refusal("throws_in_entry"), reason);
}

TEST_F(RunnerTest, ALibraryThatHangsWhileItIsLoadedIsRefused) {
  const std::string path = folder_.Install("hangs_in_entry", "minimal.so");
  Runner runner("minimal",
                {.program = RUNNER, .library = path},
                {.clock = clock_, .executor = executor_, .log = log_});

  const PassingTime time(clock_);
  const auto greeting = runner.WaitForGreeting();

  ASSERT_FALSE(greeting.has_value());
  EXPECT_EQ(greeting.error().message, "it was not loaded within 10 s; report it to its author");
}

TEST_F(RunnerTest, SaysThatTheProgramIsMissing) {
  const std::string path = folder_.Install("good", "minimal.so");
  Runner runner("minimal",
                {.program = "/nowhere/storebridge-runner", .library = path},
                {.clock = clock_, .executor = executor_, .log = log_});

  const auto greeting = runner.WaitForGreeting();

  ASSERT_FALSE(greeting.has_value());
  EXPECT_TRUE(Has(greeting.error().message, "/nowhere/storebridge-runner"))
      << greeting.error().message;
}

TEST_F(RunnerTest, AFileThatWasReplacedNeedsARestart) {
  const auto host = OpenHostWith("crashes");
  (void)folder_.Install("crashes", "minimal.so");
  (void)Problem(*Open(*host), "crash");

  const Error error = Problem(*Open(*host), "fine");

  EXPECT_EQ(error.code, Code::kUnavailable);
  EXPECT_TRUE(Has(error.message, "its file was replaced or changed; call ReloadConnector"))
      << error.message;
}

TEST_F(RunnerTest, ANewFileIsTakenWhileSessionsOfTheOldOneGoOn) {
  const auto host = OpenHostWith("echoes");
  const auto old = Open(*host);
  EXPECT_EQ(Effect(*old, "a"), "1:a");
  (void)folder_.Install("good", "minimal.so");

  const auto info = Reload(*host);

  ASSERT_TRUE(info.has_value()) << info.error().message;
  EXPECT_EQ(info->resource.hosting(), v1::Connector::HOSTING_SANDBOX);
  EXPECT_EQ(Effect(*Open(*host), "b"), std::string("\x12\x02\x0a\x00", 4));
  EXPECT_EQ(Effect(*old, "b"), "2:b");
}

TEST_F(RunnerTest, AConnectorThatIsNewIsTakenWithoutARestart) {
  const auto host = OpenHost();
  EXPECT_FALSE(host->Open("minimal").has_value());
  EXPECT_EQ(Reload(*host).error().code, Code::kNotFound);
  (void)folder_.Install("good", "minimal.so");

  EXPECT_TRUE(Reload(*host).has_value());

  EXPECT_TRUE(Step(*Open(*host), "").has_value());
  EXPECT_EQ(host->List().size(), 1U);
}

TEST_F(RunnerTest, AFileThatIsNoGoodChangesNothing) {
  const auto host = OpenHostWith("echoes");
  for (const auto& [file, words] : std::map<std::string, std::string>{
           {"no_symbol", "connector 'minimal' stays as it is: it does not export"},
           {"garbage_manifest", "connector 'minimal' stays as it is: "},
           {"crashes_in_entry", "its process crashed with signal 6"}}) {
    (void)folder_.Install(file, "minimal.so");

    const auto info = Reload(*host);

    ASSERT_FALSE(info.has_value()) << file;
    EXPECT_EQ(info.error().code, Code::kFailedPrecondition);
    EXPECT_TRUE(Has(info.error().message, words)) << info.error().message;
    EXPECT_EQ(Effect(*Open(*host), "a"), "1:a");
  }
}

TEST_F(RunnerTest, AFileIsTakenOnlyWhenItIsApproved) {
  const auto host = OpenHostWith("echoes");
  (void)folder_.Install("good", "minimal.so");
  approval_ = Error{.code = Code::kFailedPrecondition, .message = "not on a Saturday"};

  EXPECT_EQ(Reload(*host).error().message, "connector 'minimal' stays as it is: not on a Saturday");
  EXPECT_EQ(Effect(*Open(*host), "a"), "1:a");

  approval_ = Ok();
  EXPECT_TRUE(Reload(*host, true).has_value()) << "only tried";
  EXPECT_EQ(Effect(*Open(*host), "a"), "1:a");
}

TEST_F(RunnerTest, OneConnectorIsLoadedAfterTheOther) {
  const auto host = OpenHostWith("good");
  std::vector<std::string> reasons;
  const auto keep = [&](const Result<ports::ConnectorInfo>& info) {
    reasons.push_back(info ? "" : info.error().reason);
  };
  host->Reload({.id = "minimal", .approve = [](const auto&) { return Ok(); }}, keep);
  host->Reload({.id = "minimal", .approve = [](const auto&) { return Ok(); }}, keep);

  EXPECT_TRUE(executor_.RunUntil([&] { return reasons.size() == 2; }));

  EXPECT_EQ(reasons, (std::vector<std::string>{"RELOAD_GOES_ON", ""}));
  EXPECT_TRUE(Reload(*host).has_value());
}

TEST_F(RunnerTest, WhatRunsInTheServerNeedsARestart) {
  (void)folder_.Install("good", "minimal.so");
  const auto host = OpenHost({"minimal"});

  const std::string message = Reload(*host).error().message;

  EXPECT_TRUE(Has(message, "it runs inside the server")) << message;
  EXPECT_TRUE(Has(message, "restart the server")) << message;
}

TEST_F(RunnerTest, AStopChangesNothingAnyMore) {
  const auto host = OpenHostWith("echoes");
  (void)folder_.Install("good", "minimal.so");
  std::optional<Error> error;
  host->Reload({.id = "minimal", .approve = [](const auto&) { return Ok(); }},
               [&](const Result<ports::ConnectorInfo>& info) {
                 error = info ? Error{.reason = "none"} : info.error();
               });

  host->Stop();

  ASSERT_TRUE(executor_.RunUntil([&] { return error.has_value(); })) << "it is answered";
  EXPECT_NE(error->reason, "none");
  EXPECT_EQ(host->Open("minimal").error().reason, "SERVER_STOPPING");
  EXPECT_EQ(Reload(*host).error().reason, "SERVER_STOPPING");
  EXPECT_TRUE(Children().empty());
}

TEST_F(RunnerTest, SessionsOfAFileBeforeAreLostWithTheirProcess) {
  const auto host = OpenHostWith("crashes");
  const auto guilty = Open(*host);
  const auto innocent = Open(*host);
  EXPECT_TRUE(Step(*guilty, "fine").has_value());
  EXPECT_TRUE(Step(*innocent, "fine").has_value());
  (void)folder_.Install("good", "minimal.so");
  EXPECT_TRUE(Reload(*host).has_value());

  EXPECT_EQ(Problem(*guilty, "crash").code, Code::kInternal);

  const Error error = Problem(*innocent, "fine");
  EXPECT_TRUE(Has(error.message, "was ended by another run")) << error.message;
  EXPECT_TRUE(Step(*Open(*host), "").has_value()) << "the file of now";
}

TEST_F(RunnerTest, AHostMayGoWhileItLoads) {
  auto host = OpenHostWith("good");
  host->Reload({.id = "minimal", .approve = [](const auto&) { return Ok(); }},
               [](const Result<ports::ConnectorInfo>&) { FAIL() << "it is gone"; });

  host.reset();
  executor_.DropAll();
}

TEST_F(RunnerTest, DoesNotOpenWhatOthersCanWrite) {
  const std::string path = folder_.Install("good", "minimal.so");
  fs::permissions(path, fs::perms(0666));

  const auto info = OpenHost()->Find("minimal");

  EXPECT_EQ(info->resource.state(), v1::Connector::STATE_REFUSED);
  EXPECT_TRUE(Has(info->resource.state_reason(), "chmod go-w '" + path + "'"));
}

}  // namespace
}  // namespace storebridge::plugin_host
