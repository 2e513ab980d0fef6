#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/value.hpp>

namespace storebridge::demo_store {

namespace json = boost::json;

/// What came in, ping or delivery.
struct ReceivedPost {
  std::string target;
  unsigned http_version = 0;                   ///< 10 or 11.
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;

  std::string Header(const std::string& name) const;
  bool is_ping() const { return body.starts_with("webhook_id="); }
  json::value Json() const;
};

/// A receiver of webhooks on a free port of 127.0.0.1, in a thread of its own.
class WebhookReceiver {
 public:
  WebhookReceiver();
  ~WebhookReceiver();
  WebhookReceiver(const WebhookReceiver&) = delete;
  WebhookReceiver& operator=(const WebhookReceiver&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
  /// What is answered from now on. A redirection leads back to this receiver.
  void AnswerWith(int status) { status_ = status; }
  /// Answers nothing until Release.
  void Hold() { holding_ = true; }
  void Release();
  /// Waits for so many posts in all and gives what has come; fewer when they do not come.
  std::vector<ReceivedPost> Await(std::size_t count);
  std::size_t count();

 private:
  using Socket = boost::asio::ip::tcp::socket;

  void Accept();
  void Read(Socket& socket);
  void Answer(Socket& socket);

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::atomic<int> status_ = 200;
  std::atomic<bool> holding_ = false;
  std::list<Socket> held_;  ///< Of the thread only.
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<ReceivedPost> posts_;
  std::thread thread_;
};

}  // namespace storebridge::demo_store
