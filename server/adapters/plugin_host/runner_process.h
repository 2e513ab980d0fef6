#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "core/result.h"
#include "ports/clock.h"

namespace storebridge::plugin_host {

// A storebridge-runner and the stream to it. Used by one thread, which is also the one that starts
// it: the process is killed when that thread ends.
class RunnerProcess {
 public:
  struct Frame {
    std::uint32_t kind = 0;
    std::uint32_t session = 0;
    std::uint32_t number = 0;
    std::string bytes = {};
  };
  // Why a frame did not come or go.
  enum class Trouble {
    kNone,
    // The process closed the stream: it has ended or is about to.
    kEnded,
    kLate,
    // Something became readable at the descriptor that ends all waiting.
    kStopped,
    // What came is no frame, or a larger one than was allowed.
    kGarbage,
  };
  struct Place {
    std::string program;
    std::string library;
  };

  // `stop` is a descriptor that becomes readable when nobody wants to wait any more; it and `clock`
  // outlive the process. kInternal when the system starts no process.
  static Result<std::unique_ptr<RunnerProcess>> Start(const Place& place,
                                                      int stop,
                                                      ports::Clock& clock);

  // Kills it.
  ~RunnerProcess();
  RunnerProcess(const RunnerProcess&) = delete;
  RunnerProcess& operator=(const RunnerProcess&) = delete;

  // Until `deadline_ms`, by the steady clock.
  Trouble Send(const Frame& frame, std::string_view bytes, std::int64_t deadline_ms);
  Trouble Receive(std::size_t bytes_max, std::int64_t deadline_ms, Frame& frame);

  // What happened while nothing was asked for: kNone, kEnded, or kGarbage when something came.
  [[nodiscard]] Trouble WhileIdle() const;

  // Kills it, where that is still needed, and gives how it ended: `crashed with signal 11
  // (Segmentation fault)` or `exited with code 3`. Once.
  std::string End();

 private:
  RunnerProcess(pid_t pid, int stream, int stop, ports::Clock& clock)
      : pid_(pid), stream_(stream), stop_(stop), clock_(clock) {}

  Trouble Wait(short events, std::int64_t deadline_ms) const;
  Trouble SendAll(std::string_view bytes, std::int64_t deadline_ms) const;
  Trouble ReceiveAll(char* to, std::size_t size, std::int64_t deadline_ms) const;

  pid_t pid_;
  int stream_;
  int stop_;
  ports::Clock& clock_;
};

}  // namespace storebridge::plugin_host
