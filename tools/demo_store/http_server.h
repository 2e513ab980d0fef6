#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "dates.h"
#include "http_types.h"
#include "options.h"

namespace storebridge::demo_store {

/// Serves HTTP/1.1 with keep-alive on 127.0.0.1, in one thread of its own.
class HttpServer {
 public:
  using Handler = std::function<Answer(const Request&)>;

  /// `handler` is called on the server's thread only. With `tls` the server speaks HTTPS.
  HttpServer(Handler handler, Clock now, std::unique_ptr<boost::asio::ssl::context> tls);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Binds and starts serving; returns the port, or 0 with `error` filled. `before_serving` gets
  /// the port before the first request can come.
  std::uint16_t Start(std::uint16_t port,
                      std::string& error,
                      const std::function<void(std::uint16_t)>& before_serving);
  /// Closes everything, open connections too, and waits for the thread. May be called twice.
  void Stop();

 private:
  Handler handler_;
  Clock now_;
  std::unique_ptr<boost::asio::ssl::context> tls_;
  std::unique_ptr<boost::asio::io_context> io_;
  std::thread thread_;
};

}  // namespace storebridge::demo_store
