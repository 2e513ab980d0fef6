#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include <curl/curl.h>

#include "adapters/egress/curl_transfer.h"
#include "adapters/egress/http_transport.h"
#include "core/result.h"

namespace storebridge::egress {

// Easy handles between transfers, one for each origin, with its TLS sessions; a CURLSH would keep
// eight for all stores together. The one that rested longest goes first.
class EasyPool {
 public:
  explicit EasyPool(std::size_t most) : most_(most) {}
  ~EasyPool();
  EasyPool(const EasyPool&) = delete;
  EasyPool& operator=(const EasyPool&) = delete;

  // Null when there is no memory.
  CURL* Take(const std::string& origin);
  void Give(const std::string& origin, CURL* easy);

  // Origins that have a handle resting.
  [[nodiscard]] std::size_t origins() const { return by_origin_.size(); }

 private:
  struct Rest {
    std::string origin;
    CURL* easy;
  };
  using Order = std::list<Rest>;

  void Forget(Order::iterator rest);

  std::size_t most_;
  // Longest rest first.
  Order order_;
  std::unordered_map<std::string, Order::iterator> by_origin_;
};

// libcurl's multi handle on a thread of its own, driven by epoll: the work per event does not grow
// with the number of transfers. With the connections that are kept it does: libcurl looks through
// them when there are more than it may keep (DECISIONS.md, the figures).
class CurlLoop {
 public:
  using Ended = std::function<void(HttpTransport::Id, WireOutcome)>;
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
  using SteadyTime = std::chrono::steady_clock::time_point;

  static int OnSocket(CURL* easy, curl_socket_t socket, int what, void* self, void* known);
  static int OnTimer(CURLM* multi, long timeout_ms, void* self);

  void Submit(Command command);
  void Run();
  void RunCommands();
  void Begin(Command command);
  void Remove(HttpTransport::Id id);
  void Reap();
  // Keeps no more connections than the origins need, and a few: past that libcurl closes those that
  // were idle the longest.
  void FitConnections();
  [[nodiscard]] int WaitMs() const;
  void Act(curl_socket_t socket, int mask);

  CurlSettings settings_;
  Sizes sizes_;
  Ended ended_;
  EasyPool pool_;
  std::size_t connections_ = 0;
  CURLM* multi_ = nullptr;
  int epoll_ = -1;
  int wake_ = -1;
  std::optional<SteadyTime> timer_;
  std::unordered_map<HttpTransport::Id, std::unique_ptr<CurlTransfer>> transfers_;

  std::mutex mutex_;
  std::vector<Command> commands_;
  bool stop_ = false;

  std::thread thread_;
};

}  // namespace storebridge::egress
