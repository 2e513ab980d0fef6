#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "http_types.h"

namespace storebridge::demo_store {

namespace json = boost::json;

enum class Trouble {
  kStatus,         ///< 429, 500 or 503 (or any other status) instead of an answer.
  kSlow,           ///< The right answer after delay_ms.
  kCut,            ///< Half of the body, then a connection reset.
  kHtml,           ///< 200 with a web page, as from a maintenance plugin or a proxy.
  kLostAnswer,     ///< The call is carried out, the connection closed without an answer.
  kDuplicatePage,  ///< A list page answers with the page before it.
  kDrip,           ///< The right answer in eight pieces, delay_ms before each.
  kEmpty,          ///< 200 without a body.
  kTruncated,      ///< A well-formed HTTP answer, with `status` if given, whose JSON stops midway.
  kHuge,           ///< 200 with a very large JSON array (`bytes`, by default 64 MB).
  kEcho,           ///< `status` with an error that repeats the request, credentials and all.
  kWebhookLost,    ///< A webhook's delivery is never sent, and nobody knows.
  kWebhookTwice,   ///< It is sent twice, the same both times.
  kWebhookBadSignature,  ///< It is signed with another secret.
};

/// Trouble for the next `times` API requests that fit.
struct TroubleRule {
  std::int64_t id = 0;
  std::string kind;
  Trouble trouble = Trouble::kStatus;
  int status = 500;
  bool has_status = false;  ///< It was asked for.
  std::string method;       ///< Empty: any.
  std::string route_text;   ///< Regular expression searched in path and query; empty: any.
  std::regex route;
  std::int64_t times = 1;  ///< -1: always.
  std::int64_t skip = 0;   ///< Fitting requests to let pass first.
  std::int64_t fired = 0;
  std::optional<int> retry_after;
  std::chrono::milliseconds delay{0};
  std::size_t bytes = 64 * 1024 * 1024;
};

/// The armed troubles, in the order they were armed.
class Misbehaviour {
 public:
  /// Arms what `given` describes; returns its id, or 0 with `error` filled.
  std::int64_t Arm(const json::object& given, std::string& error);
  void Clear() { rules_.clear(); }
  json::array List() const;

  /// Picks the first armed rule that fits and uses it up by one. The copy stays good.
  std::optional<TroubleRule> Fire(const Request& request);
  /// The same for a webhook's delivery: the rule's `route` is searched in the topic.
  std::optional<Trouble> FireWebhook(const std::string& topic);

 private:
  /// Uses the rule up by one; false when it is not its turn.
  static bool Use(TroubleRule& rule);

  static constexpr std::size_t kRulesMax = 200;
  std::vector<TroubleRule> rules_;
  std::int64_t last_id_ = 0;
};

/// Changes the request before it is handled (duplicate_page asks for the page before).
void TroubleRequest(const TroubleRule& rule, Request& request);

/// True when the request must not reach the shop at all.
bool ReplacesAnswer(const TroubleRule& rule);

/// Spoils the answer to `request`, or makes one when the shop was not asked.
void TroubleAnswer(const TroubleRule& rule, const Request& request, Answer& answer);

}  // namespace storebridge::demo_store
