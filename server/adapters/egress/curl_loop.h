#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "adapters/egress/curl_multi.h"
#include "adapters/egress/curl_transfer.h"
#include "adapters/egress/easy_pool.h"
#include "adapters/egress/http_transport.h"
#include "core/result.h"

namespace storebridge::egress {

// libcurl on a thread of its own, driven by epoll. Origins are spread over many multi handles, 32
// for each while there are some left: once a second, when a transfer begins, libcurl asks each kept
// connection of its multi handle whether it is alive, and it looks through all of them when one
// comes back and there are more than it may keep (DECISIONS.md, the figures).
class CurlLoop {
 public:
  using Ended = CurlMulti::Ended;
  struct Sizes {
    std::size_t connections = 16'384;
    std::size_t handles = 16'384;
  };

  // `ended` is called on the loop's thread.
  CurlLoop(CurlSettings settings, Sizes sizes, Ended ended);
  // Gives up all transfers and waits for the thread.
  ~CurlLoop();
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  // kInternal when the system refuses what the loop needs. Once, before anything else.
  Status Open();

  // From any thread.
  void Start(HttpTransport::Id id, WireRequest request);
  void Cancel(HttpTransport::Id id);

 private:
  struct Command {
    HttpTransport::Id id;
    // Nothing: cancel.
    std::optional<WireRequest> request;
  };

  void Submit(Command command);
  void Run();
  void RunCommands();
  void Begin(Command command);
  void GiveUp(HttpTransport::Id id);
  void RunTimers();
  // Made when it is first asked for; null when there is no memory.
  CurlMulti* MultiAt(std::size_t number);
  [[nodiscard]] int WaitMs() const;

  CurlSettings settings_;
  Sizes sizes_;
  Ended ended_;
  int epoll_ = -1;
  int wake_ = -1;
  EasyPool pool_;
  // When each of the multi handles has to be called. Side by side: they are looked through whenever
  // something happens.
  std::vector<CurlMulti::SteadyTime> dues_;
  std::vector<std::unique_ptr<CurlMulti>> multis_;

  std::mutex mutex_;
  std::vector<Command> commands_;
  bool stop_ = false;

  std::thread thread_;
};

}  // namespace storebridge::egress
