#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace storebridge::ports {

// A request that came in by HTTP, as it was sent.
struct HttpCall {
  // Such as `POST`.
  std::string method;
  // Path and query.
  std::string target;
  // Names are compared without regard to case.
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

// What it is answered.
struct HttpReply {
  int status = 200;
  std::string body = {};
  std::string content_type = "text/plain; charset=utf-8";
  // For a 405: the methods that there are.
  std::string allow = {};
};

// Answers calls, one at a time, on the thread of who listens; must not throw.
using HttpHandler = std::function<HttpReply(const HttpCall&)>;

}  // namespace storebridge::ports
