#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>

#include <boost/beast/core/error.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "demo_store/demo_store.h"

namespace storebridge::demo_store {

namespace json = boost::json;

/// What came back: `error` is set when no whole answer did.
struct Reply {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  boost::beast::error_code error;

  /// Parses the body; null when it is not JSON.
  json::value Json() const;
};

using Headers = std::map<std::string, std::string>;

/// Sends one blocking request on a connection of its own. With `certificate_pem` it speaks TLS
/// and trusts that certificate only.
Reply SendOnce(std::uint16_t port,
               const std::string& method,
               const std::string& target,
               const std::string& body,
               const Headers& headers,
               const std::string& certificate_pem = "");

/// Starts a store under a clock that stands still, and calls it as a client behind a TLS proxy.
class StoreTest : public testing::Test {
 protected:
  static constexpr std::int64_t kStart = 1'790'000'000;

  StoreTest();

  /// Starts the store anew with `options_`.
  void Start();
  void Advance(std::int64_t seconds) { *now_ += seconds; }

  /// Calls the REST API with a good key; `path` starts after /wp-json/wc/v3.
  Reply Api(const std::string& method, const std::string& path, const json::value& body = nullptr);
  json::value ApiJson(const std::string& path) { return Api("GET", path).Json(); }
  Reply Demo(const std::string& path, const json::value& body);
  json::value State();

  /// Places a paid order of one line and returns its id.
  std::int64_t PlaceOrder(const std::string& sku, int quantity);
  json::value OrderState(std::int64_t id);
  std::int64_t IdOf(const std::string& sku);
  std::int64_t StockOf(const std::string& sku);

  std::shared_ptr<std::atomic<std::int64_t>> now_;
  Options options_;
  DemoStore store_;
  std::uint16_t port_ = 0;
};

}  // namespace storebridge::demo_store
