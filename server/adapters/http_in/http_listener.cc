#include "adapters/http_in/http_listener.h"

#include <sstream>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

namespace storebridge::http_in {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Failed = boost::system::error_code;

// After an accept that failed, as when no file may be opened any more.
constexpr std::chrono::seconds kAcceptPause{1};

// What the connections of a listener share; it outlives them.
struct Shared {
  HttpListener::Options options;
  ports::HttpHandler handler;
  std::size_t open = 0;
  // Told when a connection has ended; empty while nobody waits for that.
  std::function<void()> on_end = {};
};

// One request and its answer. Keeps itself alive until then.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, Shared& shared)
      : stream_(std::move(socket)), buffer_(shared.options.head_bytes_max), shared_(shared) {
    ++shared_.open;
  }
  ~Connection() {
    --shared_.open;
    if (shared_.on_end) {
      std::exchange(shared_.on_end, nullptr)();
    }
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Serve() {
    parser_.header_limit(static_cast<std::uint32_t>(shared_.options.head_bytes_max));
    // A length that is too long is refused below, when the head was read.
    parser_.body_limit(boost::none);
    stream_.expires_after(kConnectionTime);
    http::async_read_header(
        stream_,
        buffer_,
        parser_,
        [self = shared_from_this()](const Failed& failed, std::size_t /*size*/) {
          if (!failed) {
            self->ReadBody();
          }
        });
  }

 private:
  void ReadBody() {
    const std::size_t most = shared_.options.body_bytes_max;
    if (most == 0) {
      return Answer();
    }
    if (parser_.content_length().value_or(0) > most) {
      return RefuseBody();
    }
    parser_.body_limit(most);
    if (parser_.get()[http::field::expect] == "100-continue") {
      return Continue();
    }
    ReadRest();
  }

  // Such a sender waits before it sends the body (RFC 9110, 10.1.1).
  void Continue() {
    continue_.version(11);
    continue_.result(http::status::continue_);
    http::async_write(stream_,
                      continue_,
                      [self = shared_from_this()](const Failed& failed, std::size_t /*size*/) {
                        if (!failed) {
                          self->ReadRest();
                        }
                      });
  }

  void ReadRest() {
    http::async_read(stream_,
                     buffer_,
                     parser_,
                     [self = shared_from_this()](const Failed& failed, std::size_t /*size*/) {
                       if (failed == http::error::body_limit) {
                         self->RefuseBody();
                       } else if (!failed) {
                         self->Answer();
                       }
                     });
  }

  void RefuseBody() {
    Send({.status = 413,
          .body =
              fmt::format("The body is longer than {} bytes.\n", shared_.options.body_bytes_max)});
  }

  void Answer() {
    http::request<http::string_body>& request = parser_.get();
    ports::HttpCall call{.method = std::string(request.method_string()),
                         .target = std::string(request.target())};
    for (const auto& field : request) {
      call.headers.emplace_back(field.name_string(), field.value());
    }
    call.body = std::move(request.body());
    Send(shared_.handler(call));
  }

  void Send(ports::HttpReply reply) {
    answer_.version(11);
    answer_.keep_alive(false);
    answer_.result(static_cast<unsigned>(reply.status));
    answer_.set(http::field::content_type, reply.content_type);
    if (!reply.allow.empty()) {
      answer_.set(http::field::allow, reply.allow);
    }
    answer_.body() = std::move(reply.body);
    answer_.prepare_payload();
    stream_.expires_after(kConnectionTime);
    http::async_write(stream_,
                      answer_,
                      [self = shared_from_this()](const Failed& /*failed*/, std::size_t /*size*/) {
                        Failed ignored;
                        self->stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
                      });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::request_parser<http::string_body> parser_;
  http::response<http::empty_body> continue_;
  http::response<http::string_body> answer_;
  Shared& shared_;
};

Error CannotListen(const HttpListener::Options& options, const std::string& why) {
  const std::string address = fmt::format("{}:{}", options.host, options.port);
  return Error{.code = Code::kFailedPrecondition,
               .reason = "HTTP_ADDRESS",
               .message = fmt::format("cannot listen on '{}', which {} says: {}; give another "
                                      "address or port, or leave the section out",
                                      address,
                                      options.setting,
                                      why),
               .facts = {{"setting", options.setting}, {"address", address}}};
}

}  // namespace

class HttpListener::Impl {
 public:
  Impl(Options options, ports::HttpHandler handler)
      : shared_{.options = std::move(options), .handler = std::move(handler)} {}
  ~Impl() {
    io_.stop();
    if (thread_.joinable()) {
      thread_.join();
    }
    shared_.on_end = nullptr;
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status Listen() {
    const Options& options = shared_.options;
    try {
      const auto address =
          asio::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host);
      acceptor_ = tcp::acceptor(io_, tcp::endpoint(address, options.port));
      address_ = (std::ostringstream() << acceptor_.local_endpoint()).str();
    } catch (const boost::system::system_error& problem) {
      return CannotListen(options, problem.code().message());
    }
    Accept();
    thread_ = std::thread([this] { io_.run(); });
    return Ok();
  }

  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  // One too many waits until another has ended.
  void Accept() {
    if (shared_.open >= shared_.options.connections_max) {
      shared_.on_end = [this] { Accept(); };
      return;
    }
    acceptor_.async_accept([this](const Failed& failed, tcp::socket socket) {
      if (failed) {
        pause_.expires_after(kAcceptPause);
        return pause_.async_wait([this](const Failed& /*failed*/) { Accept(); });
      }
      std::make_shared<Connection>(std::move(socket), shared_)->Serve();
      Accept();
    });
  }

  std::string address_;
  // Before `io_`, which ends connections.
  Shared shared_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer pause_{io_};
  std::thread thread_;
};

Result<std::unique_ptr<HttpListener>> HttpListener::Start(Options options,
                                                          ports::HttpHandler handler) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(handler));
  SB_CHECK(impl->Listen());
  return std::unique_ptr<HttpListener>(new HttpListener(std::move(impl)));
}

HttpListener::HttpListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpListener::~HttpListener() = default;

const std::string& HttpListener::address() const {
  return impl_->address();
}

}  // namespace storebridge::http_in
