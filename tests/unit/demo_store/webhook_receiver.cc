#include "webhook_receiver.h"

#include <chrono>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>

#include "demo_store/text.h"

namespace storebridge::demo_store {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;

constexpr std::chrono::seconds kPatience{20};

}  // namespace

std::string ReceivedPost::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

json::value ReceivedPost::Json() const {
  boost::system::error_code bad;
  json::value value = json::parse(body, bad);
  return bad ? json::value() : value;
}

WebhookReceiver::WebhookReceiver()
    : acceptor_(io_, tcp::endpoint(net::ip::address_v4::loopback(), 0)),
      port_(acceptor_.local_endpoint().port()) {
  Accept();
  thread_ = std::thread([this] { io_.run(); });
}

WebhookReceiver::~WebhookReceiver() {
  io_.stop();
  thread_.join();
}

void WebhookReceiver::Release() {
  holding_ = false;
  net::post(io_, [this] {
    for (Socket& socket : held_) {
      Answer(socket);
    }
    held_.clear();
  });
}

std::vector<ReceivedPost> WebhookReceiver::Await(std::size_t count) {
  std::unique_lock lock(mutex_);
  came_.wait_for(lock, kPatience, [&] { return posts_.size() >= count; });
  return posts_;
}

std::size_t WebhookReceiver::count() {
  const std::lock_guard lock(mutex_);
  return posts_.size();
}

void WebhookReceiver::Accept() {
  acceptor_.async_accept([this](const beast::error_code& error, Socket socket) {
    if (!error) {
      Read(socket);
      if (holding_) {
        held_.push_back(std::move(socket));
      } else {
        Answer(socket);
      }
      Accept();
    }
  });
}

void WebhookReceiver::Read(Socket& socket) {
  beast::error_code error;
  beast::flat_buffer buffer;
  http::request_parser<http::string_body> parser;
  http::read(socket, buffer, parser, error);
  const auto& message = parser.get();
  ReceivedPost post;
  post.target = std::string(message.target());
  post.http_version = message.version();
  post.body = message.body();
  for (const auto& field : message) {
    post.headers[Lower(std::string(field.name_string()))] = std::string(field.value());
  }
  const std::lock_guard lock(mutex_);
  posts_.push_back(std::move(post));
  came_.notify_all();
}

void WebhookReceiver::Answer(Socket& socket) {
  const std::string text = "HTTP/1.0 " + std::to_string(status_) + " Answer\r\nLocation: " + url() +
                           "\r\nContent-Length: 0\r\n\r\n";
  beast::error_code ignored;
  net::write(socket, net::buffer(text), ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

}  // namespace storebridge::demo_store
