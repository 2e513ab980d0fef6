#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/plugin_host/runner_process.h"
#include "core/result.h"
#include "ports/clock.h"
#include "ports/executor.h"
#include "ports/log.h"

namespace storebridge::plugin_host {

// A step that takes longer is a hang, and its process is killed.
constexpr std::int64_t kRunnerStepMsMax = 10'000;
// From the start of the process until its library is loaded.
constexpr std::int64_t kRunnerLoadMsMax = 10'000;
// A process that ended is started again at once; after its second end in a row it has to wait for a
// second, and then twice as long each time.
constexpr std::int64_t kRunnerPauseMs = 1'000;
constexpr std::int64_t kRunnerPauseMsMax = 300'000;

// Fact of an error: the session that it is of was the end of its process.
inline constexpr const char* kProcessEnded = "process_ended";

// A connector that runs in a process of its own: its sessions take turns in it. When one of them
// crashes or hangs, all of them are lost and the next one gets a new process. A thread waits for
// the process; it does nothing else. Safe from any thread.
class Runner {
 public:
  using SessionId = std::uint64_t;
  // On the executor.
  using Reply = std::function<void(Result<std::string> effect)>;

  struct Ports {
    ports::Clock& clock;
    ports::Executor& executor;
    ports::Log& log;
  };
  // What the connector says of itself. Neither of it is checked.
  struct Greeting {
    std::uint32_t proto_minor = 0;
    std::string manifest = {};
    bool operator==(const Greeting&) const = default;
  };

  // Begins to load the library. `loaded`, when there is one, is called on the executor when
  // WaitForGreeting would not wait any more. `ports` outlive the runner.
  Runner(std::string id,
         RunnerProcess::Place place,
         Ports ports,
         std::function<void()> loaded = nullptr);
  // Stops it. Never on the runner's own thread.
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Kills the process; what waits for an answer gets none, and dies on the executor. Repeating is
  // harmless. Call it before the executor stops.
  void Stop();

  // Waits until the library is loaded; once. kFailedPrecondition says what is wrong with it, or
  // with the machine, and what to do.
  Result<Greeting> WaitForGreeting();

  // A session that has not begun.
  SessionId Open();
  // One step of a session, see ports::ConnectorSession. Errors name the connector: kInternal when
  // it breaks its contract, kUnavailable when its process is paused or was ended by another
  // session.
  void Step(SessionId session, std::string event, Reply reply);
  void Close(SessionId session);

  // Waits until everything that was asked for is done, sessions that are to be closed included.
  void WaitUntilIdle();

 private:
  struct Job {
    SessionId session = 0;
    std::string event = {};
    // None: closes the session.
    Reply reply = {};
  };
  // Where a session lives.
  struct Seat {
    std::uint32_t number = 0;
    // Of the process.
    std::uint64_t process = 0;
  };
  using Trouble = RunnerProcess::Trouble;
  // By which a file that was replaced or changed is known.
  struct FileMark {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t changed_s = 0;
    std::int64_t changed_ns = 0;
    bool operator==(const FileMark&) const = default;
  };

  void Run();
  bool IsStopping();
  std::optional<Job> NextJob();
  static FileMark MarkOf(const std::string& path);
  Result<Greeting> Load();
  Result<std::string> Exchange(const Job& job);
  void HeedIdleTrouble();
  [[nodiscard]] Status CheckIsNotLost(SessionId session) const;
  Status MakeReady();
  Result<Seat> SeatOf(SessionId session);
  Result<std::string> Answer(RunnerProcess::Frame frame, const Seat& seat);
  void CloseSession(SessionId session);
  // Ends the process, and with it all sessions.
  void EndProcess(const std::string& what);
  Error Troubled(Trouble trouble, const std::string& where);
  [[nodiscard]] Error Broken(const std::string& what) const;
  // The same of a session that was the end of its process: with the fact kProcessEnded.
  [[nodiscard]] Error Ended() const;
  [[nodiscard]] Error Unavailable(const std::string& what) const;

  const std::string id_;
  const RunnerProcess::Place place_;
  Ports ports_;
  const std::function<void()> loaded_;
  // Becomes readable when the runner goes.
  int stop_ = -1;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  // Guarded by mutex_, as are the next three. Bounded by the sessions, which take one step at a
  // time.
  std::deque<Job> jobs_;
  SessionId last_session_ = 0;
  bool is_stopping_ = false;
  bool is_busy_ = true;

  // All below belong to the thread.
  std::promise<Result<Greeting>> first_greeting_;
  FileMark mark_;
  Greeting greeting_;
  std::unique_ptr<RunnerProcess> process_;
  std::uint64_t process_number_ = 0;
  std::string last_end_;
  std::int64_t ends_in_row_ = 0;
  std::int64_t paused_until_ms_ = 0;
  std::map<SessionId, Seat> seats_;
  std::vector<std::uint32_t> free_seats_;

  std::thread thread_;
};

}  // namespace storebridge::plugin_host
