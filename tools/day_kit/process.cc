#include "day_kit/process.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "day_kit/wait.h"

namespace storebridge::day {
namespace {

constexpr std::chrono::milliseconds kGrace{15'000};
constexpr std::size_t kOutputTold = 2'000;
constexpr int kNotStarted = 127;

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Everything that a child needs, made before the fork: afterwards nothing may be allocated.
struct Plan {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::vector<char*> argv;
  std::vector<char*> envp;
  int input = -1;
  int output = -1;
  int errors = -1;
};

void FillPointers(std::vector<std::string>& texts, std::vector<char*>& pointers) {
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
}

std::string NameOf(const std::string& variable) {
  return variable.substr(0, variable.find('='));
}

std::vector<std::string> Environment(const std::vector<std::string>& added) {
  std::vector<std::string> all = added;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    bool is_replaced = false;
    for (const std::string& own : added) {
      is_replaced = is_replaced || NameOf(own) == NameOf(*entry);
    }
    if (!is_replaced) {
      all.emplace_back(*entry);
    }
  }
  return all;
}

[[noreturn]] void BecomeChild(const Plan& plan, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) {
    _exit(kNotStarted);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(plan.input, STDIN_FILENO);
  dup2(plan.output, STDOUT_FILENO);
  dup2(plan.errors, STDERR_FILENO);
  execvpe(plan.argv[0], plan.argv.data(), plan.envp.data());
  _exit(kNotStarted);
}

Result<pid_t> Fork(Plan& plan,
                   const std::vector<std::string>& arguments,
                   const std::vector<std::string>& environment) {
  plan.arguments = arguments;
  plan.environment = Environment(environment);
  FillPointers(plan.arguments, plan.argv);
  FillPointers(plan.environment, plan.envp);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    BecomeChild(plan, parent);
  }
  if (pid < 0) {
    return Error{.code = Code::kInternal,
                 .reason = "FORK",
                 .message = fmt::format("cannot start {}: {}", arguments[0], std::strerror(errno))};
  }
  return pid;
}

int OpenForChild(const std::string& path, int flags) {
  return open(path.c_str(), flags | O_CLOEXEC, 0600);
}

int CodeOf(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

std::string Tail(const std::string& text) {
  return text.size() <= kOutputTold ? text : "..." + text.substr(text.size() - kOutputTold);
}

}  // namespace

Process::Process(pid_t pid, std::string output_file)
    : pid_(pid), output_file_(std::move(output_file)) {}

Result<std::unique_ptr<Process>> Process::Start(const ProcessOptions& options) {
  Plan plan;
  plan.input = OpenForChild("/dev/null", O_RDONLY);
  plan.output = OpenForChild(options.output_file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
  plan.errors = plan.output;
  Result<pid_t> pid = Error{
      .reason = "OUTPUT_FILE",
      .message = fmt::format("cannot write {}: {}", options.output_file, std::strerror(errno))};
  if (plan.output >= 0) {
    pid = Fork(plan, options.arguments, options.environment);
  }
  close(plan.input);
  close(plan.output);
  SB_CHECK(pid ? Ok() : Status(pid.error()));
  return std::unique_ptr<Process>(new Process(*pid, options.output_file));
}

Process::~Process() {
  Stop();
}

bool Process::HasEnded() {
  int status = 0;
  if (!has_ended_ && waitpid(pid_, &status, WNOHANG) == pid_) {
    has_ended_ = true;
    exit_code_ = CodeOf(status);
  }
  return has_ended_;
}

std::string Process::Output() const {
  return ReadAll(output_file_);
}

Error Process::EndedEarly(const std::string& waiting_for) {
  return Error{
      .code = Code::kUnavailable,
      .reason = "PROCESS_ENDED",
      .message = fmt::format("the process ended with exit code {} before {}; it wrote:\n{}",
                             exit_code_,
                             waiting_for,
                             Tail(Output()))};
}

Result<std::string> Process::WaitForOutput(
    const std::function<std::string(const std::string&)>& find,
    std::chrono::milliseconds most,
    std::chrono::milliseconds step) {
  std::string found;
  const auto look = [&]() -> Status {
    const bool has_ended = HasEnded();
    found = find(Output());
    return !found.empty() || has_ended ? Ok() : NotYet("it wrote:\n" + Tail(Output()));
  };
  const Status waited = WaitUntil("the ready line", most, look, step);
  SB_CHECK(waited);
  if (found.empty()) {
    return EndedEarly("it was ready");
  }
  return found;
}

Result<std::string> Process::WaitForFile(const std::string& path, std::chrono::milliseconds most) {
  std::string contents;
  const Status waited = WaitUntil(path, most, [&]() -> Status {
    const bool has_ended = HasEnded();
    contents = ReadAll(path);
    return !contents.empty() || has_ended ? Ok() : NotYet("it wrote:\n" + Tail(Output()));
  });
  SB_CHECK(waited);
  if (contents.empty()) {
    return EndedEarly("it wrote " + path);
  }
  return contents;
}

int Process::Stop() {
  if (HasEnded()) {
    return exit_code_;
  }
  kill(pid_, SIGTERM);
  const Status ended = WaitUntil("the end of a process", kGrace, [&]() -> Status {
    return HasEnded() ? Ok() : NotYet("it goes on");
  });
  if (!ended) {
    Kill();
  }
  return exit_code_;
}

void Process::Kill() {
  if (HasEnded()) {
    return;
  }
  kill(pid_, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  has_ended_ = true;
  exit_code_ = CodeOf(status);
}

Result<CommandResult> RunCommand(const std::vector<std::string>& arguments,
                                 const std::string& input,
                                 std::chrono::milliseconds most,
                                 const std::vector<std::string>& environment) {
  const TempFolder folder;
  std::ofstream(folder.File("in"), std::ios::binary) << input;
  Plan plan;
  plan.input = OpenForChild(folder.File("in"), O_RDONLY);
  plan.output = OpenForChild(folder.File("out"), O_WRONLY | O_CREAT);
  plan.errors = OpenForChild(folder.File("err"), O_WRONLY | O_CREAT);
  const Result<pid_t> pid = Fork(plan, arguments, environment);
  close(plan.input);
  close(plan.output);
  close(plan.errors);
  SB_CHECK(pid ? Ok() : Status(pid.error()));
  int status = 0;
  const Status ended = WaitUntil("the end of " + arguments[0], most, [&]() -> Status {
    return waitpid(*pid, &status, WNOHANG) == *pid ? Ok()
                                                   : NotYet(Tail(ReadAll(folder.File("err"))));
  });
  if (!ended) {
    kill(*pid, SIGKILL);
    waitpid(*pid, &status, 0);
    return ended.error();
  }
  return CommandResult{CodeOf(status), ReadAll(folder.File("out")), ReadAll(folder.File("err"))};
}

TempFolder::TempFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "storebridge-XXXXXX").string();
  if (const char* made = mkdtemp(pattern.data()); made != nullptr) {
    path_ = made;
  }
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  if (!path_.empty()) {
    std::filesystem::remove_all(path_, ignored);
  }
}

}  // namespace storebridge::day
