#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::sdk {

// What kind of failure: the numbers of connector.proto's Failure.Code.
enum class Code {
  kConfig = 1,
  kAuth = 2,
  kRateLimited = 3,
  kTransient = 4,
  kPermanent = 5,
  kNotFound = 6,
  kConflict = 7,
  kUnsupported = 8,
  kCancelled = 9,
  kEgressDenied = 10,
  kLimit = 11,
  kConnectorBug = 12,
};

// Why something could not be done. Thrown by connectors to end the operation, and by co_await when
// the host could not do what was asked.
class Failure : public std::exception {
 public:
  // `message` says what was wrong, where, and what to do.
  Failure(Code code, std::string_view message);
  // What the host said.
  explicit Failure(connector::v1::Failure proto);

  // Adds evidence, such as the head of an answer; cut after 1000 bytes. Never credentials.
  Failure& Detail(std::string_view detail) &;
  Failure&& Detail(std::string_view detail) &&;
  // Names the setting that is wrong, such as `base_url`.
  Failure& ConfigPath(std::string_view path) &;
  Failure&& ConfigPath(std::string_view path) &&;
  // Says how long to wait before trying again.
  Failure& RetryAfterMs(std::int64_t ms) &;
  Failure&& RetryAfterMs(std::int64_t ms) &&;
  // Says that it may have been done although it looks like a failure.
  Failure& Ambiguous() &;
  Failure&& Ambiguous() &&;

  [[nodiscard]] Code code() const;
  [[nodiscard]] const std::string& message() const { return proto_.message(); }
  // Whether it may have been done: the answer was lost.
  [[nodiscard]] bool is_ambiguous() const { return proto_.ambiguous(); }
  [[nodiscard]] const connector::v1::Failure& proto() const { return proto_; }
  [[nodiscard]] const char* what() const noexcept override { return proto_.message().c_str(); }

 private:
  connector::v1::Failure proto_;
};

}  // namespace storebridge::sdk
