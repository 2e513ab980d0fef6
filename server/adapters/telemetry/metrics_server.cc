#include "adapters/telemetry/metrics_server.h"

#include <exception>
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
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "adapters/telemetry/metrics_impl.h"

namespace storebridge::telemetry {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Failed = boost::system::error_code;

// After an accept that failed, as when no file may be opened any more.
constexpr std::chrono::seconds kAcceptPause{1};

prometheus::MetricFamily FamilyOf(const Fact& fact) {
  prometheus::MetricFamily family;
  family.name = fact.name;
  family.help = fact.help;
  family.type = fact.only_grows ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
  for (const Fact::Sample& sample : fact.samples) {
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    for (const auto& [name, value] : sample.labels) {
      metric.label.push_back({name, value});
    }
    metric.gauge.value = sample.value;
    metric.counter.value = sample.value;
  }
  return family;
}

// What is shown, made anew for each look.
class View {
 public:
  View(std::shared_ptr<prometheus::Registry> counted, Metrics::Gather gather)
      : counted_(std::move(counted)), gather_(std::move(gather)) {}

  [[nodiscard]] std::string Text() const {
    std::vector<prometheus::MetricFamily> families = counted_->Collect();
    for (const Fact& fact : gather_()) {
      families.push_back(FamilyOf(fact));
    }
    return prometheus::TextSerializer().Serialize(families);
  }

 private:
  std::shared_ptr<prometheus::Registry> counted_;
  Metrics::Gather gather_;
};

// One request and its answer. Keeps itself alive until then.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `open` counts it; both outlive it.
  Connection(tcp::socket socket, const View& view, std::size_t& open)
      : stream_(std::move(socket)), view_(view), open_(open) {
    ++open_;
  }
  ~Connection() { --open_; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Serve() {
    parser_.header_limit(static_cast<std::uint32_t>(kMetricsHeadBytesMax));
    parser_.body_limit(boost::none);  // It is not read.
    stream_.expires_after(kMetricsConnectionTime);
    http::async_read_header(
        stream_,
        buffer_,
        parser_,
        [self = shared_from_this()](const Failed& failed, std::size_t /*size*/) {
          if (!failed) {
            self->Answer();
          }
        });
  }

 private:
  void Answer() {
    answer_.version(11);
    answer_.keep_alive(false);
    answer_.set(http::field::content_type, "text/plain; charset=utf-8");
    Fill();
    answer_.prepare_payload();
    stream_.expires_after(kMetricsConnectionTime);
    http::async_write(stream_,
                      answer_,
                      [self = shared_from_this()](const Failed& /*failed*/, std::size_t /*size*/) {
                        Failed ignored;
                        self->stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
                      });
  }

  void Fill() {
    if (parser_.get().target() != "/metrics") {
      return Say(http::status::not_found, "There is /metrics here, and nothing else.\n");
    }
    if (parser_.get().method() != http::verb::get) {
      answer_.set(http::field::allow, "GET");
      return Say(http::status::method_not_allowed, "Metrics are only shown, by GET.\n");
    }
    try {
      answer_.body() = view_.Text();
      answer_.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
    } catch (const std::exception& problem) {
      Say(http::status::internal_server_error, fmt::format("No metrics: {}.\n", problem.what()));
    }
  }

  void Say(http::status status, std::string text) {
    answer_.result(status);
    answer_.body() = std::move(text);
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{kMetricsHeadBytesMax};
  http::request_parser<http::empty_body> parser_;
  http::response<http::string_body> answer_;
  const View& view_;
  std::size_t& open_;
};

Error CannotListen(const std::string& address, const std::string& why) {
  return Error{.code = Code::kFailedPrecondition,
               .reason = "METRICS_ADDRESS",
               .message = fmt::format("cannot listen on '{}', which metrics.address says: {}; give "
                                      "another address or port, or leave the section out",
                                      address,
                                      why),
               .facts = {{"address", address}}};
}

}  // namespace

class MetricsServer::Impl {
 public:
  Impl(const Metrics& metrics, Metrics::Gather gather)
      : view_(metrics.impl_->registry(), std::move(gather)) {}
  ~Impl() {
    io_.stop();
    if (thread_.joinable()) {
      thread_.join();
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status Listen(const std::string& host, std::uint16_t port) {
    try {
      const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host);
      acceptor_ = tcp::acceptor(io_, tcp::endpoint(address, port));
      address_ = (std::ostringstream() << acceptor_.local_endpoint()).str();
    } catch (const boost::system::system_error& problem) {
      return CannotListen(fmt::format("{}:{}", host, port), problem.code().message());
    }
    Accept();
    thread_ = std::thread([this] { io_.run(); });
    return Ok();
  }

  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  void Accept() {
    acceptor_.async_accept([this](const Failed& failed, tcp::socket socket) {
      if (failed) {
        pause_.expires_after(kAcceptPause);
        return pause_.async_wait([this](const Failed& /*failed*/) { Accept(); });
      }
      if (open_ < kMetricsConnectionsMax) {
        std::make_shared<Connection>(std::move(socket), view_, open_)->Serve();
      }
      Accept();
    });
  }

  View view_;
  std::string address_;
  // Before `io_`, which ends connections.
  std::size_t open_ = 0;
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer pause_{io_};
  std::thread thread_;
};

Result<std::unique_ptr<MetricsServer>> MetricsServer::Start(const std::string& host,
                                                            std::uint16_t port,
                                                            const Metrics& metrics,
                                                            Metrics::Gather gather) {
  auto impl = std::make_unique<Impl>(metrics, std::move(gather));
  SB_CHECK(impl->Listen(host, port));
  return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(impl)));
}

MetricsServer::MetricsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

MetricsServer::~MetricsServer() = default;

const std::string& MetricsServer::address() const {
  return impl_->address();
}

}  // namespace storebridge::telemetry
