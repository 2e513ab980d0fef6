#include "wire_proxy.h"

#include <array>
#include <atomic>
#include <charconv>
#include <future>
#include <set>
#include <thread>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fcntl.h>
#include <fmt/format.h>

namespace storebridge::e2e {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using boost::system::error_code;
using Kind = WireMoment::Kind;

constexpr std::size_t kBuffer = 16 * 1024;
// Of a request, what is kept to find a text in it.
constexpr std::size_t kRequestKept = 256 * 1024;

// The servers that are started meanwhile would hold it open otherwise.
template <typename Socket>
void KeepFromChildren(Socket& socket) {
  fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
}

}  // namespace

std::string WireMoment::Text() const {
  const std::string what = text.empty() ? "any request" : "'" + text + "'";
  switch (kind) {
    case Kind::kTime:
      return fmt::format("after {} ms", count);
    case Kind::kRequestBytes:
      return fmt::format("after {} bytes of requests", count);
    case Kind::kAnswerBytes:
      return fmt::format("after {} bytes of answers", count);
    case Kind::kAnswerHeld:
      return fmt::format("answer {} to {} held back", count, what);
    case Kind::kAnswerPassed:
      return fmt::format("{} ms after answer {} to {}", delay_ms, count, what);
  }
  return "";
}

// Lives on its own thread; the public members of WireProxy post to it.
class WireProxy::Impl {
 public:
  ~Impl() {
    net::post(io_, [this] {
      error_code ignored;
      acceptor_.close(ignored);
      CloseAll();
      timer_.cancel();
    });
    work_.reset();
    thread_.join();
  }

  Status Start(const std::string& place) {
    const std::size_t colon = place.rfind(':');
    std::uint16_t port = 0;
    const std::string digits = place.substr(colon + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    store_ = tcp::endpoint(net::ip::make_address(place.substr(0, colon)), port);
    here_ = tcp::endpoint(net::ip::address_v4::loopback(), 0);
    Status opened = Bind();
    if (opened) {
      opened = Listen();
    }
    thread_ = std::thread([this] { io_.run(); });
    return opened;
  }

  // Runs `task` on the thread of the proxy and waits for it.
  template <typename Task>
  auto Do(Task task) {
    std::packaged_task<decltype(task())()> packaged(std::move(task));
    auto result = packaged.get_future();
    net::post(io_, [&packaged] { packaged(); });
    return result.get();
  }

  void Arm(WireMoment moment, std::function<void()> strike) {
    timer_.cancel();
    moment_ = std::move(moment);
    strike_ = std::move(strike);
    left_ = moment_.count;
    if (strike_ && moment_.kind == Kind::kTime) {
      StrikeAfter(moment_.count);
    }
  }

  void CloseAll() {
    for (const auto& link : std::set<std::shared_ptr<Link>>(links_)) {
      End(link);
    }
  }

  // Takes the place; nobody listens there yet.
  Status Bind() {
    error_code error;
    acceptor_.open(tcp::v4(), error);
    KeepFromChildren(acceptor_);
    acceptor_.set_option(net::socket_base::reuse_address(true), error);
    acceptor_.bind(here_, error);
    if (error) {
      return Error{.code = Code::kInternal, .reason = "BIND", .message = error.message()};
    }
    here_ = acceptor_.local_endpoint();
    return Ok();
  }

  Status Listen() {
    error_code error;
    acceptor_.listen(net::socket_base::max_listen_connections, error);
    if (error) {
      return Error{.code = Code::kInternal, .reason = "LISTEN", .message = error.message()};
    }
    is_listening_ = true;
    Accept();
    return Ok();
  }

  void Refuse() {
    is_refusing_ = true;
    CloseAll();
  }

  // Keeps the place meanwhile: nobody else may be given the port.
  Status Close() {
    error_code ignored;
    acceptor_.close(ignored);
    is_listening_ = false;
    CloseAll();
    return Bind();
  }

  Status Open() {
    is_refusing_ = false;
    return is_listening_ ? Ok() : Listen();
  }

  std::string place_;
  std::atomic<std::int64_t> refused_ = 0;
  tcp::endpoint here_;

 private:
  // A connection of the server and its counterpart at the store.
  struct Link {
    explicit Link(net::io_context& io) : server(io), store(io) {}
    tcp::socket server;
    tcp::socket store;
    std::array<char, kBuffer> request = {};
    std::array<char, kBuffer> answer = {};
    // What was asked since the last answer.
    std::string asked;
    // The answer that comes now is the one that is waited for.
    bool is_wanted = false;
  };
  using LinkPtr = std::shared_ptr<Link>;

  void Accept() {
    auto link = std::make_shared<Link>(io_);
    acceptor_.async_accept(link->server, [this, link](error_code error) {
      if (error) {
        return;
      }
      Accept();
      KeepFromChildren(link->server);
      if (is_refusing_) {
        ++refused_;
        error_code ignored;
        link->server.set_option(net::socket_base::linger(true, 0), ignored);
        link->server.close(ignored);
        return;
      }
      link->store.async_connect(store_, [this, link](error_code failed) {
        if (failed) {
          return;
        }
        KeepFromChildren(link->store);
        links_.insert(link);
        ReadRequest(link);
        ReadAnswer(link);
      });
    });
  }

  void End(const LinkPtr& link) {
    error_code ignored;
    link->server.close(ignored);
    link->store.close(ignored);
    links_.erase(link);
  }

  void ReadRequest(const LinkPtr& link) {
    link->server.async_read_some(
        net::buffer(link->request), [this, link](error_code error, std::size_t bytes) {
          if (error) {
            return End(link);
          }
          if (link->asked.size() < kRequestKept) {
            link->asked.append(link->request.data(), bytes);
          }
          const std::size_t passed = Count(Kind::kRequestBytes, bytes);
          net::async_write(link->store,
                           net::buffer(link->request.data(), passed),
                           [this, link, cut = passed < bytes](error_code failed, std::size_t) {
                             failed || cut ? Lose(link, cut) : ReadRequest(link);
                           });
        });
  }

  void ReadAnswer(const LinkPtr& link) {
    link->store.async_read_some(
        net::buffer(link->answer), [this, link](error_code error, std::size_t bytes) {
          if (error) {
            return End(link);
          }
          NoteAnswer(*link);
          if (link->is_wanted && moment_.kind == Kind::kAnswerHeld) {
            return Lose(link, true);
          }
          const std::size_t passed = Count(Kind::kAnswerBytes, bytes);
          net::async_write(link->server,
                           net::buffer(link->answer.data(), passed),
                           [this, link, cut = passed < bytes](error_code failed, std::size_t) {
                             if (failed || cut) {
                               return Lose(link, cut);
                             }
                             if (std::exchange(link->is_wanted, false)) {
                               StrikeAfter(moment_.delay_ms);
                             }
                             ReadAnswer(link);
                           });
        });
  }

  // The first bytes of an answer: looks whether it is the one.
  void NoteAnswer(Link& link) {
    const bool is_answer_kind =
        moment_.kind == Kind::kAnswerHeld || moment_.kind == Kind::kAnswerPassed;
    if (!link.asked.empty() && strike_ && is_answer_kind && left_ > 0 &&
        link.asked.find(moment_.text) != std::string::npos) {
      link.is_wanted = --left_ == 0;
    }
    link.asked.clear();
  }

  // How many of these bytes may pass.
  std::size_t Count(Kind kind, std::size_t bytes) {
    if (!strike_ || moment_.kind != kind) {
      return bytes;
    }
    const auto passed = std::min(static_cast<std::int64_t>(bytes), left_);
    left_ -= passed;
    // The last byte allowed is also the last that passes, so that `cut` is true once.
    return left_ > 0 ? bytes : static_cast<std::size_t>(std::max<std::int64_t>(passed - 1, 0));
  }

  void Lose(const LinkPtr& link, bool is_struck) {
    if (is_struck) {
      Strike();
    }
    End(link);
  }

  void StrikeAfter(std::int64_t ms) {
    timer_.expires_after(std::chrono::milliseconds(ms));
    timer_.async_wait([this](error_code error) {
      if (!error) {
        Strike();
      }
    });
  }

  void Strike() {
    if (const auto strike = std::exchange(strike_, nullptr)) {
      strike();
    }
  }

  net::io_context io_;
  net::executor_work_guard<net::io_context::executor_type> work_ = net::make_work_guard(io_);
  tcp::acceptor acceptor_{io_};
  net::steady_timer timer_{io_};
  tcp::endpoint store_;
  std::set<LinkPtr> links_;
  WireMoment moment_;
  std::function<void()> strike_;
  std::int64_t left_ = 0;
  bool is_refusing_ = false;
  bool is_listening_ = false;
  std::thread thread_;
};

WireProxy::WireProxy(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WireProxy::~WireProxy() = default;

Result<std::unique_ptr<WireProxy>> WireProxy::Start(const std::string& place) {
  auto impl = std::make_unique<Impl>();
  SB_CHECK(impl->Start(place));
  impl->place_ = fmt::format("127.0.0.1:{}", impl->here_.port());
  return std::unique_ptr<WireProxy>(new WireProxy(std::move(impl)));
}

const std::string& WireProxy::place() const {
  return impl_->place_;
}

void WireProxy::Arm(WireMoment moment, std::function<void()> strike) {
  impl_->Do([&] { impl_->Arm(std::move(moment), std::move(strike)); });
}

void WireProxy::Disarm() {
  Arm({}, nullptr);
}

void WireProxy::Refuse() {
  impl_->Do([&] { impl_->Refuse(); });
}

Status WireProxy::Close() {
  return impl_->Do([&] { return impl_->Close(); });
}

Status WireProxy::Open() {
  return impl_->Do([&] { return impl_->Open(); });
}

std::int64_t WireProxy::refused() const {
  return impl_->refused_;
}

}  // namespace storebridge::e2e
