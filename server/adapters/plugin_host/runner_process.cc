#include "adapters/plugin_host/runner_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner_frame.h"

namespace storebridge::plugin_host {
namespace {

// The clock is a port, poll() is not: it is asked again after this.
constexpr std::int64_t kLookMs = 250;

Error NotStarted(const std::string& program, int error) {
  return {.code = Code::kInternal,
          .reason = "RUNNER_NOT_STARTED",
          .message = fmt::format("the program '{}' in which it would run cannot be started: {}",
                                 program,
                                 std::generic_category().message(error)),
          .facts = {{"program", program}}};
}

// posix_spawn's lists, destroyed when they go.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // Of what the server has, the process gets one end of the stream and nothing else: no files, no
  // environment, no signal that is held or ignored, and no terminal's Ctrl-C.
  Status Make(const std::string& program, int stream) {
    int error = 0;
    for (const int output : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      error = error != 0
                  ? error
                  : posix_spawn_file_actions_addopen(&actions_, output, "/dev/null", O_RDWR, 0);
    }
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    for (const int step :
         {posix_spawn_file_actions_adddup2(&actions_, stream, SB_FRAME_FD),
          posix_spawn_file_actions_addclosefrom_np(&actions_, SB_FRAME_FD + 1),
          posix_spawn_file_actions_addchdir_np(&actions_, "/"),
          posix_spawnattr_setflags(
              &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP),
          posix_spawnattr_setsigmask(&attributes_, &none),
          posix_spawnattr_setsigdefault(&attributes_, &all),
          posix_spawnattr_setpgroup(&attributes_, 0)}) {
      error = error != 0 ? error : step;
    }
    return error == 0 ? Ok() : NotStarted(program, error);
  }

  Result<pid_t> Start(const RunnerProcess::Place& place) {
    std::string name = "storebridge-runner";
    std::string library = place.library;
    std::array<char*, 3> arguments = {name.data(), library.data(), nullptr};
    std::array<char*, 1> environment = {nullptr};
    pid_t pid = -1;
    const int error = posix_spawn(
        &pid, place.program.c_str(), &actions_, &attributes_, arguments.data(), environment.data());
    if (error != 0) {
      return NotStarted(place.program, error);
    }
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_ = {};
  posix_spawnattr_t attributes_ = {};
};

}  // namespace

Result<std::unique_ptr<RunnerProcess>> RunnerProcess::Start(const Place& place,
                                                            int stop,
                                                            ports::Clock& clock) {
  std::array<int, 2> ends = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return NotStarted(place.program, errno);
  }
  const auto [ours, theirs] = ends;
  SpawnPlan plan;
  const Status made = plan.Make(place.program, theirs);
  Result<pid_t> pid = made ? plan.Start(place) : Result<pid_t>(made.error());
  (void)close(theirs);
  if (!pid) {
    (void)close(ours);
    return pid.error();
  }
  (void)fcntl(ours, F_SETFL, O_NONBLOCK);
  return std::unique_ptr<RunnerProcess>(new RunnerProcess(*pid, ours, stop, clock));
}

RunnerProcess::~RunnerProcess() {
  if (pid_ >= 0) {
    End();
  }
}

RunnerProcess::Trouble RunnerProcess::Wait(short events, std::int64_t deadline_ms) const {
  while (true) {
    const std::int64_t left_ms = deadline_ms - clock_.SteadyMs();
    if (left_ms <= 0) {
      return Trouble::kLate;
    }
    std::array<pollfd, 2> watched = {pollfd{.fd = stream_, .events = events, .revents = 0},
                                     pollfd{.fd = stop_, .events = POLLIN, .revents = 0}};
    const int count =
        poll(watched.data(), watched.size(), static_cast<int>(std::min(left_ms, kLookMs)));
    if (count <= 0) {
      continue;
    }
    if (watched[1].revents != 0) {
      return Trouble::kStopped;
    }
    return Trouble::kNone;
  }
}

RunnerProcess::Trouble RunnerProcess::SendAll(std::string_view bytes,
                                              std::int64_t deadline_ms) const {
  while (!bytes.empty()) {
    const ssize_t put = send(stream_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno == EAGAIN) {
      if (const Trouble trouble = Wait(POLLOUT, deadline_ms); trouble != Trouble::kNone) {
        return trouble;
      }
    } else if (errno != EINTR) {
      return Trouble::kEnded;
    }
  }
  return Trouble::kNone;
}

RunnerProcess::Trouble RunnerProcess::ReceiveAll(char* to,
                                                 std::size_t size,
                                                 std::int64_t deadline_ms) const {
  while (size > 0) {
    const ssize_t got = recv(stream_, to, size, 0);
    if (got > 0) {
      to += got;
      size -= static_cast<std::size_t>(got);
    } else if (got < 0 && errno == EAGAIN) {
      if (const Trouble trouble = Wait(POLLIN, deadline_ms); trouble != Trouble::kNone) {
        return trouble;
      }
    } else if (got == 0 || errno != EINTR) {
      return Trouble::kEnded;
    }
  }
  return Trouble::kNone;
}

RunnerProcess::Trouble RunnerProcess::Send(const Frame& frame,
                                           std::string_view bytes,
                                           std::int64_t deadline_ms) {
  const sb_frame_head head = {.kind = frame.kind,
                              .session = frame.session,
                              .number = frame.number,
                              .size = static_cast<std::uint32_t>(bytes.size())};
  const Trouble trouble = SendAll({reinterpret_cast<const char*>(&head), sizeof head}, deadline_ms);
  return trouble == Trouble::kNone ? SendAll(bytes, deadline_ms) : trouble;
}

RunnerProcess::Trouble RunnerProcess::Receive(std::size_t bytes_max,
                                              std::int64_t deadline_ms,
                                              Frame& frame) {
  sb_frame_head head = {};
  const Trouble trouble = ReceiveAll(reinterpret_cast<char*>(&head), sizeof head, deadline_ms);
  if (trouble != Trouble::kNone) {
    return trouble;
  }
  if (head.size > bytes_max) {
    return Trouble::kGarbage;
  }
  frame = {.kind = head.kind, .session = head.session, .number = head.number};
  frame.bytes.resize(head.size);
  return ReceiveAll(frame.bytes.data(), head.size, deadline_ms);
}

RunnerProcess::Trouble RunnerProcess::WhileIdle() const {
  char nothing = 0;
  const ssize_t got = recv(stream_, &nothing, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got > 0) {
    return Trouble::kGarbage;
  }
  return got == 0 || errno != EAGAIN ? Trouble::kEnded : Trouble::kNone;
}

std::string RunnerProcess::End() {
  (void)close(stream_);
  // One that has ended by itself stays as it ended.
  (void)kill(pid_, SIGKILL);
  int status = 0;
  pid_t ended = -1;
  do {
    ended = waitpid(pid_, &status, 0);
  } while (ended < 0 && errno == EINTR);
  pid_ = -1;
  if (ended < 0) {
    return "ended";
  }
  if (WIFEXITED(status)) {
    return fmt::format("exited with code {}", WEXITSTATUS(status));
  }
  const char* name = sigdescr_np(WTERMSIG(status));
  return fmt::format(
      "crashed with signal {} ({})", WTERMSIG(status), name != nullptr ? name : "unknown");
}

}  // namespace storebridge::plugin_host
