#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace storebridge::day {

struct HttpRequest {
  std::string method = "GET";
  std::string url = {};
  std::vector<std::string> headers = {};
  std::string body = {};
  // `name:password` for Basic.
  std::string credentials = {};
  // A certificate to believe besides those of the system; empty for none.
  std::string ca_file = {};
};

struct HttpAnswer {
  long status = 0;
  std::string body = {};
};

// Makes one request and waits for the answer, at most 30 s and 64 MiB.
Result<HttpAnswer> CallHttp(const HttpRequest& request);

}  // namespace storebridge::day
