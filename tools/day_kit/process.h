#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "core/result.h"
#include "day_kit/wait.h"

namespace storebridge::day {

// How a child is started. The first argument is a path, or a name that is looked up in PATH.
struct ProcessOptions {
  std::vector<std::string> arguments = {};
  // Added to our own environment, as `NAME=value`.
  std::vector<std::string> environment = {};
  // Takes what it writes to stdout and stderr.
  std::string output_file = {};
};

// A child process. Ends with its owner: SIGTERM, and SIGKILL when that was not enough. Also ends
// when we are killed.
class Process {
 public:
  static Result<std::unique_ptr<Process>> Start(const ProcessOptions& options);

  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Waits until `find` returns something other than "" for the output so far, and gives that.
  // kUnavailable with the end of the output when the child ends first, kDeadlineExceeded when it
  // takes too long. Looks every `step`.
  Result<std::string> WaitForOutput(const std::function<std::string(const std::string&)>& find,
                                    std::chrono::milliseconds most,
                                    std::chrono::milliseconds step = kWaitStep);

  // Waits until the file is there and not empty, and gives its contents. Errors as above.
  Result<std::string> WaitForFile(const std::string& path, std::chrono::milliseconds most);

  // What it wrote so far.
  [[nodiscard]] std::string Output() const;

  [[nodiscard]] pid_t pid() const { return pid_; }

  // Asks it to end and waits for it. Gives the exit code; 128 and the signal when a signal ended
  // it.
  int Stop();

  // Ends it at once, as a crash would.
  void Kill();

 private:
  Process(pid_t pid, std::string output_file);

  // Whether it has ended; keeps its exit code.
  bool HasEnded();
  Error EndedEarly(const std::string& waiting_for);

  pid_t pid_;
  std::string output_file_;
  bool has_ended_ = false;
  int exit_code_ = 0;
};

// What a command that ran to its end left behind.
struct CommandResult {
  int exit_code = 0;
  std::string output = {};
  std::string errors = {};
};

// Runs a command to its end. `input` is its stdin. kDeadlineExceeded when it takes longer than
// `most`; it is killed then.
Result<CommandResult> RunCommand(const std::vector<std::string>& arguments,
                                 const std::string& input,
                                 std::chrono::milliseconds most,
                                 const std::vector<std::string>& environment = {});

// A folder of its own under the system's temporary folder, deleted with its owner.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace storebridge::day
