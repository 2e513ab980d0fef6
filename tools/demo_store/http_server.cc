#include "http_server.h"

#include <algorithm>
#include <array>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

namespace storebridge::demo_store {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::size_t kBodyMax = 8 * 1024 * 1024;
constexpr std::size_t kReadBuffer = 64 * 1024;
constexpr std::chrono::seconds kIdleTimeout{120};
constexpr std::size_t kDripPieces = 8;

auto WithError(beast::error_code& error) {
  return net::redirect_error(net::use_awaitable, error);
}

struct Shared {
  HttpServer::Handler* handler;
  Clock* now;
};

template <class Stream>
Request ReadOut(http::request<http::string_body>& message) {
  Request request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.authorization = std::string(message[http::field::authorization]);
  request.host = std::string(message[http::field::host]);
  request.secure = std::is_same_v<Stream, TlsStream> || message["X-Forwarded-Proto"] == "https";
  request.body = std::move(message.body());
  ParseTarget(request);
  return request;
}

std::string Head(const Answer& answer, const std::string& date, bool keep_alive) {
  const auto reason = http::obsolete_reason(static_cast<http::status>(answer.status));
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " " + std::string(reason) +
                     "\r\nDate: " + date +
                     "\r\nServer: demo-store\r\nContent-Type: " + answer.content_type + "\r\n";
  for (const auto& [name, value] : answer.headers) {
    head += name + ": " + value + "\r\n";
  }
  head += "Content-Length: " + std::to_string(answer.body.size());
  head += keep_alive ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  return head;
}

/// Closes so that the peer sees a reset instead of an orderly end.
void Reset(tcp::socket& socket) {
  beast::error_code ignored;
  socket.set_option(net::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

net::awaitable<void> Pause(std::chrono::milliseconds time) {
  net::steady_timer timer(co_await net::this_coro::executor, time);
  beast::error_code ignored;
  co_await timer.async_wait(WithError(ignored));
}

template <class Stream>
net::awaitable<bool> WriteText(Stream& stream, std::string_view text) {
  beast::error_code error;
  beast::get_lowest_layer(stream).expires_after(kIdleTimeout);
  const net::const_buffer buffer(text.data(), text.size());
  co_await net::async_write(stream, buffer, WithError(error));
  co_return !error;
}

template <class Stream>
net::awaitable<bool> Drip(Stream& stream, const Answer& answer) {
  const std::string_view body(answer.body);
  const std::size_t piece = std::max<std::size_t>(1, body.size() / kDripPieces);
  for (std::size_t at = 0; at < body.size(); at += piece) {
    co_await Pause(answer.delay);
    const bool sent = co_await WriteText(stream, body.substr(at, piece));
    if (!sent) {
      co_return false;
    }
  }
  co_return true;
}

/// Sends one answer; false when the connection is over.
template <class Stream>
net::awaitable<bool> Send(Stream& stream, const Answer& answer, std::string head, bool head_only) {
  tcp::socket& socket = beast::get_lowest_layer(stream).socket();
  const bool drip = answer.delivery == Delivery::kDrip;
  if (answer.delay.count() > 0 && !drip) {
    co_await Pause(answer.delay);
  }
  if (answer.delivery == Delivery::kLost) {
    beast::error_code ignored;
    socket.close(ignored);
    co_return false;
  }
  if (answer.delivery == Delivery::kCut) {
    head += answer.body.substr(0, answer.body.size() / 2);
    co_await WriteText(stream, head);
    Reset(socket);
    co_return false;
  }
  if (drip && !head_only) {
    const bool started = co_await WriteText(stream, head);
    if (!started) {
      co_return false;
    }
    const bool dripped = co_await Drip(stream, answer);
    co_return dripped;
  }
  if (!head_only) {
    head += answer.body;
  }
  const bool sent = co_await WriteText(stream, head);
  co_return sent;
}

template <class Stream>
net::awaitable<void> Exchange(Stream& stream, Shared shared) {
  beast::flat_buffer buffer;
  buffer.reserve(kReadBuffer);
  for (;;) {
    beast::error_code error;
    http::request_parser<http::string_body> parser;
    parser.body_limit(kBodyMax);
    beast::get_lowest_layer(stream).expires_after(kIdleTimeout);
    co_await http::async_read(stream, buffer, parser, WithError(error));
    if (error) {
      co_return;
    }
    const bool keep_alive = parser.get().keep_alive();
    const Request request = ReadOut<Stream>(parser.get());
    const Answer answer = (*shared.handler)(request);
    const std::string date = FormatHttpDate((*shared.now)());
    const bool sent =
        co_await Send(stream, answer, Head(answer, date, keep_alive), request.method == "HEAD");
    if (!sent || !keep_alive) {
      co_return;
    }
  }
}

net::awaitable<void> ServePlain(tcp::socket socket, Shared shared) {
  PlainStream stream(std::move(socket));
  co_await Exchange(stream, shared);
  beast::error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

net::awaitable<void> ServeTls(tcp::socket socket, net::ssl::context& tls, Shared shared) {
  TlsStream stream(std::move(socket), tls);
  beast::error_code error;
  beast::get_lowest_layer(stream).expires_after(kIdleTimeout);
  co_await stream.async_handshake(net::ssl::stream_base::server, WithError(error));
  if (error) {
    co_return;
  }
  co_await Exchange(stream, shared);
  if (beast::get_lowest_layer(stream).socket().is_open()) {
    co_await stream.async_shutdown(WithError(error));
  }
}

net::awaitable<void> Listen(tcp::acceptor acceptor, net::ssl::context* tls, Shared shared) {
  const auto executor = acceptor.get_executor();
  for (;;) {
    beast::error_code error;
    tcp::socket socket(executor);
    co_await acceptor.async_accept(socket, WithError(error));
    if (error == net::error::operation_aborted) {
      co_return;
    }
    if (error) {
      co_await Pause(std::chrono::milliseconds(20));  // Out of file descriptors, most likely.
      continue;
    }
    socket.set_option(tcp::no_delay(true), error);
    if (tls != nullptr) {
      net::co_spawn(executor, ServeTls(std::move(socket), *tls, shared), net::detached);
    } else {
      net::co_spawn(executor, ServePlain(std::move(socket), shared), net::detached);
    }
  }
}

}  // namespace

HttpServer::HttpServer(Handler handler, Clock now, std::unique_ptr<net::ssl::context> tls)
    : handler_(std::move(handler)),
      now_(std::move(now)),
      tls_(std::move(tls)),
      io_(std::make_unique<net::io_context>(1)) {}

HttpServer::~HttpServer() {
  Stop();
}

std::uint16_t HttpServer::Start(std::uint16_t port,
                                std::string& error,
                                const std::function<void(std::uint16_t)>& before_serving) {
  beast::error_code code;
  tcp::acceptor acceptor(*io_);
  const tcp::endpoint address(net::ip::address_v4::loopback(), port);
  acceptor.open(address.protocol(), code);
  if (!code) {
    acceptor.set_option(net::socket_base::reuse_address(true), code);
    acceptor.bind(address, code);
  }
  if (!code) {
    acceptor.listen(net::socket_base::max_listen_connections, code);
  }
  if (code) {
    error = "cannot listen on 127.0.0.1:" + std::to_string(port) + ": " + code.message() +
            "; choose another port or 0";
    return 0;
  }
  const std::uint16_t bound = acceptor.local_endpoint().port();
  before_serving(bound);
  const Shared shared{&handler_, &now_};
  net::co_spawn(*io_, Listen(std::move(acceptor), tls_.get(), shared), net::detached);
  thread_ = std::thread([this] { io_->run(); });
  return bound;
}

void HttpServer::Stop() {
  if (!thread_.joinable()) {
    return;
  }
  io_->stop();
  thread_.join();
  io_.reset();  // Destroys what is still open, before the handler goes.
}

}  // namespace storebridge::demo_store
