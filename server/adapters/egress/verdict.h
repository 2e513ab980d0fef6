#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/egress/http_transport.h"
#include "adapters/egress/url.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::egress {

// What to do with the outcome of one attempt.
enum class Next {
  kDeliver,   // Give the response to the connector.
  kRedirect,  // Ask again at the response's Location, if that is allowed.
  kRepeat,    // Try again, if the request's safety allows it; otherwise `failure`.
  kFail,      // Give `failure`.
};

struct Verdict {
  Next next = Next::kDeliver;
  connector::v1::Failure failure;
  // What the store asked for.
  std::optional<std::chrono::milliseconds> retry_after;
  // The store wants us to be slower.
  bool is_complaint = false;
  // The store may have done what was asked.
  bool may_have_happened = false;
};

// What a message needs to name.
struct Asked {
  std::string method;
  Url url;
  connector::v1::HttpRequest::Safety safety = connector::v1::HttpRequest::SAFETY_UNSAFE;
  std::uint64_t body_max = 0;
  std::uint32_t timeout_ms = 0;
  // Credentials that a store's answer might repeat.
  std::vector<std::string> hidden;
};

// Judges one outcome. Total: every status and every trouble has its verdict.
Verdict Judge(const Asked& asked, const WireOutcome& outcome, std::int64_t now_ms);

// Value of a header; empty when it is not there.
std::string HeaderValue(const WireResponse& response, std::string_view name);

}  // namespace storebridge::egress
