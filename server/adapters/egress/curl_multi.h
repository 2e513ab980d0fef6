#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include <curl/curl.h>

#include "adapters/egress/curl_transfer.h"
#include "adapters/egress/easy_pool.h"
#include "adapters/egress/http_transport.h"

namespace storebridge::egress {

// The outcome of a request for which there is no memory.
WireFailure NoMemory();

// A multi handle of libcurl: the transfers and kept connections of some origins. An epoll watches
// its sockets; the owner tells it what happened. Lives on one thread.
class CurlMulti {
 public:
  using Ended = std::function<void(HttpTransport::Id, WireOutcome)>;
  using SteadyTime = std::chrono::steady_clock::time_point;
  static constexpr SteadyTime kNever = SteadyTime::max();
  // What it works with; all of it outlives it.
  struct Owner {
    const CurlSettings& settings;
    EasyPool& pool;
    int epoll;
    const Ended& ended;
  };
  // What the events of a socket carry: whose it is.
  struct Mark {
    std::uint32_t multi;
    std::int32_t socket;

    [[nodiscard]] std::uint64_t ToEvent() const;
    static Mark FromEvent(std::uint64_t data);
  };

  // Null when there is no memory. `number` is its own in the pool and the epoll; it keeps
  // `connections_max` at most. `due` is where it says when OnTime has to be called, kNever when it
  // waits for no time; it outlives it.
  static std::unique_ptr<CurlMulti> Make(Owner owner,
                                         std::size_t number,
                                         std::size_t connections_max,
                                         SteadyTime& due);
  // Gives up all transfers.
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  // `origin` is the request's; `easy` is of the pool, of that origin, which has this number.
  void Begin(HttpTransport::Id id, WireRequest request, std::string origin, CURL* easy);
  // Gives up a transfer. False when it is not one of its own.
  bool Cancel(HttpTransport::Id id);

  // What epoll told of a socket.
  void OnEvents(curl_socket_t socket, std::uint32_t events);
  // Does what is due.
  void OnTime();

 private:
  CurlMulti(
      Owner owner, std::size_t number, std::size_t connections_max, SteadyTime& due, CURLM* multi);

  static int OnSocket(CURL* easy, curl_socket_t socket, int what, void* self, void* known);
  static int OnTimer(CURLM* multi, long timeout_ms, void* self);

  // Reports the transfers that have ended.
  void Reap();
  // Keeps no more connections than the origins need, and a few: past that libcurl closes those that
  // were idle the longest.
  void FitConnections();
  void Act(curl_socket_t socket, int mask);

  Owner owner_;
  std::size_t number_;
  std::size_t connections_max_;
  SteadyTime& due_;
  CURLM* multi_;
  std::size_t connections_ = 0;
  std::unordered_map<HttpTransport::Id, std::unique_ptr<CurlTransfer>> transfers_;
};

}  // namespace storebridge::egress
