#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include <curl/curl.h>

#include "adapters/egress/curl_transfer.h"
#include "adapters/egress/easy_pool.h"
#include "adapters/egress/http_transport.h"
#include "adapters/egress/url.h"

namespace storebridge::egress {

// The outcome of a request for which there is no memory.
WireFailure NoMemory();

// A multi handle of libcurl: the transfers, kept connections and resting handles of some origins.
// An epoll watches its sockets; the owner tells it what happened. Lives on one thread.
class CurlMulti {
 public:
  using Ended = std::function<void(HttpTransport::Id, WireOutcome)>;
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Sizes {
    // Kept at most.
    std::size_t connections;
    std::size_t handles;
  };
  // What the events of a socket carry: whose it is.
  struct Mark {
    std::uint32_t multi;
    std::int32_t socket;

    [[nodiscard]] std::uint64_t ToEvent() const;
    static Mark FromEvent(std::uint64_t data);
  };

  // Null when there is no memory. `settings` and `ended` outlive it; `number` marks its sockets in
  // `epoll`.
  static std::unique_ptr<CurlMulti> Make(const CurlSettings& settings,
                                         Sizes sizes,
                                         int epoll,
                                         std::uint32_t number,
                                         const Ended& ended);
  // Gives up all transfers.
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  void Begin(HttpTransport::Id id, WireRequest request, const Url& url);
  // Gives up a transfer. False when it is not one of its own.
  bool Cancel(HttpTransport::Id id);

  // What epoll told of a socket.
  void OnEvents(curl_socket_t socket, std::uint32_t events);
  // Does what is due by now.
  void OnTime(SteadyTime now);
  // When the next is due; none when nothing waits for a time.
  [[nodiscard]] const std::optional<SteadyTime>& due() const { return due_; }

 private:
  CurlMulti(const CurlSettings& settings,
            Sizes sizes,
            int epoll,
            std::uint32_t number,
            const Ended& ended,
            CURLM* multi);

  static int OnSocket(CURL* easy, curl_socket_t socket, int what, void* self, void* known);
  static int OnTimer(CURLM* multi, long timeout_ms, void* self);

  // Reports the transfers that have ended.
  void Reap();
  // Keeps no more connections than the origins need, and a few: past that libcurl closes those that
  // were idle the longest.
  void FitConnections();
  void Act(curl_socket_t socket, int mask);

  const CurlSettings& settings_;
  Sizes sizes_;
  int epoll_;
  std::uint32_t number_;
  const Ended& ended_;
  CURLM* multi_;
  EasyPool pool_;
  std::size_t connections_ = 0;
  std::optional<SteadyTime> due_;
  std::unordered_map<HttpTransport::Id, std::unique_ptr<CurlTransfer>> transfers_;
};

}  // namespace storebridge::egress
