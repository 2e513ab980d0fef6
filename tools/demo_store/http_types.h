#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text.h"

namespace storebridge::demo_store {

struct Request {
  std::string method;
  std::string target;  ///< As it came: path and query.
  std::string path;    ///< Decoded, without query and trailing slash.
  Params query;
  std::string authorization;
  std::string host;
  std::string body;
  bool secure = false;  ///< TLS, or a proxy in front says so (X-Forwarded-Proto: https).
};

/// How an answer leaves the server; everything but kNormal is misbehaviour.
enum class Delivery {
  kNormal,
  kCut,   ///< Half of the body, then the connection is reset.
  kLost,  ///< No answer: the connection is closed.
  kDrip,  ///< The body in small pieces with `delay` between them.
};

struct Answer {
  int status = 200;
  std::string content_type = "application/json; charset=UTF-8";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Delivery delivery = Delivery::kNormal;
  std::chrono::milliseconds delay{0};
};

/// Fills path and query from the target.
inline void ParseTarget(Request& request) {
  const std::string_view target(request.target);
  const std::size_t mark = target.find('?');
  request.path = UrlDecode(target.substr(0, mark), false);
  while (request.path.size() > 1 && request.path.back() == '/') {
    request.path.pop_back();
  }
  request.query =
      Params::Parse(mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1));
}

}  // namespace storebridge::demo_store
