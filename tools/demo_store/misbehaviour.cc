#include "misbehaviour.h"

#include <algorithm>

#include "php_json.h"

namespace storebridge::demo_store {
namespace {

constexpr std::size_t kHugeMax = 512 * 1024 * 1024;

struct KindName {
  const char* name;
  Trouble trouble;
};

constexpr KindName kKinds[] = {{"slow", Trouble::kSlow},
                               {"cut", Trouble::kCut},
                               {"html", Trouble::kHtml},
                               {"lost_answer", Trouble::kLostAnswer},
                               {"duplicate_page", Trouble::kDuplicatePage},
                               {"drip", Trouble::kDrip},
                               {"empty", Trouble::kEmpty},
                               {"truncated", Trouble::kTruncated},
                               {"huge", Trouble::kHuge},
                               {"echo", Trouble::kEcho},
                               {"webhook_lost", Trouble::kWebhookLost},
                               {"webhook_twice", Trouble::kWebhookTwice},
                               {"webhook_bad_signature", Trouble::kWebhookBadSignature}};

bool MeetsWebhooks(Trouble trouble) {
  return trouble == Trouble::kWebhookLost || trouble == Trouble::kWebhookTwice ||
         trouble == Trouble::kWebhookBadSignature;
}

bool ReadKind(const std::string& kind, TroubleRule& rule) {
  for (const KindName& known : kKinds) {
    if (kind == known.name) {
      rule.trouble = known.trouble;
      return true;
    }
  }
  const auto status = ParseInt(kind);
  if (!status || *status < 100 || *status > 599) {
    return false;
  }
  rule.trouble = Trouble::kStatus;
  rule.status = static_cast<int>(*status);
  return true;
}

/// A kind may come as text or, for a status, as a number.
std::string KindOf(const json::object& given) {
  const json::value* kind = given.if_contains("kind");
  if (kind != nullptr && kind->is_int64()) {
    return std::to_string(kind->get_int64());
  }
  return TextOr(given, "kind", "");
}

bool CompileRoute(const std::string& text, std::regex& out) {
  try {
    out = std::regex(text);
    return true;
  } catch (const std::regex_error&) {
    return false;
  }
}

void StatusAnswer(const TroubleRule& rule, Answer& answer) {
  answer.status = rule.status;
  const json::object data{{"status", rule.status}};
  answer.body = PhpJson(json::object({{"code", "demo_misbehaviour"},
                                      {"message", "The demo store was told to answer this."},
                                      {"data", data}}));
  if (rule.retry_after) {
    answer.headers.emplace_back("Retry-After", std::to_string(*rule.retry_after));
  }
}

/// As debug modes of shops and of proxies do.
void EchoAnswer(const TroubleRule& rule, const Request& request, Answer& answer) {
  answer.status = rule.status;
  const std::string asked = request.method + " " + request.target +
                            " authorization: " + request.authorization + " body: " + request.body;
  answer.body = PhpJson(json::object({{"code", "demo_echo"}, {"message", asked}}));
}

void HtmlAnswer(Answer& answer) {
  answer.content_type = "text/html; charset=UTF-8";
  answer.body =
      "<!DOCTYPE html><html><head><title>Huoltokatko</title></head><body>"
      "<h1>Palaamme pian</h1><p>Briefly unavailable for scheduled maintenance.</p></body></html>";
}

std::string HugeBody(std::size_t bytes) {
  static constexpr std::string_view kItem = R"({"id":1,"name":"demo demo demo demo demo"},)";
  std::string body = "[";
  body.reserve(bytes + kItem.size());
  while (body.size() + kItem.size() < bytes) {
    body += kItem;
  }
  body += "{\"id\":2}]";
  return body;
}

}  // namespace

std::int64_t Misbehaviour::Arm(const json::object& given, std::string& error) {
  TroubleRule rule;
  rule.kind = KindOf(given);
  rule.method = TextOr(given, "method", "");
  rule.route_text = TextOr(given, "route", "");
  rule.times = IntOr(given, "times", 1);
  rule.skip = IntOr(given, "skip", 0);
  rule.delay = std::chrono::milliseconds(IntOr(given, "delay_ms", 0));
  rule.has_status = given.contains("status");
  if (rule.has_status) {
    rule.status = static_cast<int>(std::clamp<std::int64_t>(IntOr(given, "status", 500), 200, 599));
  }
  rule.bytes = std::min(kHugeMax, static_cast<std::size_t>(IntOr(given, "bytes", 64 << 20)));
  if (given.contains("retry_after")) {
    rule.retry_after = static_cast<int>(IntOr(given, "retry_after", 0));
  }
  if (!ReadKind(rule.kind, rule)) {
    error = "unknown kind '" + rule.kind +
            "'; use a status such as 429, or slow, cut, html, lost_answer, duplicate_page, drip, "
            "empty, truncated, huge, echo, webhook_lost, webhook_twice, webhook_bad_signature";
  } else if (!CompileRoute(rule.route_text, rule.route)) {
    error = "route '" + rule.route_text + "' is not a regular expression";
  } else if (rules_.size() >= kRulesMax) {
    error = "200 troubles are armed already; DELETE /demo/misbehave first";
  }
  if (!error.empty()) {
    return 0;
  }
  rule.id = ++last_id_;
  rules_.push_back(std::move(rule));
  return last_id_;
}

json::array Misbehaviour::List() const {
  json::array out;
  for (const TroubleRule& rule : rules_) {
    out.push_back({{"id", rule.id},
                   {"kind", rule.kind},
                   {"method", rule.method},
                   {"route", rule.route_text},
                   {"times_left", rule.times},
                   {"skip_left", rule.skip},
                   {"fired", rule.fired}});
  }
  return out;
}

std::optional<TroubleRule> Misbehaviour::Fire(const Request& request) {
  for (TroubleRule& rule : rules_) {
    const bool fits = !MeetsWebhooks(rule.trouble) &&
                      (rule.method.empty() || rule.method == request.method) &&
                      (rule.route_text.empty() || std::regex_search(request.target, rule.route));
    if (fits && Use(rule)) {
      return rule;
    }
  }
  return std::nullopt;
}

std::optional<Trouble> Misbehaviour::FireWebhook(const std::string& topic) {
  for (TroubleRule& rule : rules_) {
    if (MeetsWebhooks(rule.trouble) && std::regex_search(topic, rule.route) && Use(rule)) {
      return rule.trouble;
    }
  }
  return std::nullopt;
}

bool Misbehaviour::Use(TroubleRule& rule) {
  if (rule.times == 0) {
    return false;
  }
  if (rule.skip > 0) {
    --rule.skip;
    return false;
  }
  ++rule.fired;
  rule.times -= rule.times > 0 ? 1 : 0;
  return true;
}

void TroubleRequest(const TroubleRule& rule, Request& request) {
  if (rule.trouble != Trouble::kDuplicatePage) {
    return;
  }
  const std::string* page = request.query.Find("page");
  const std::int64_t number = page == nullptr ? 1 : ParseInt(*page).value_or(1);
  if (number > 1) {
    request.query.Set("page", std::to_string(number - 1));
  }
}

bool ReplacesAnswer(const TroubleRule& rule) {
  return rule.trouble == Trouble::kStatus || rule.trouble == Trouble::kHtml ||
         rule.trouble == Trouble::kHuge || rule.trouble == Trouble::kEcho;
}

void TroubleAnswer(const TroubleRule& rule, const Request& request, Answer& answer) {
  answer.delay = rule.delay;
  switch (rule.trouble) {
    case Trouble::kStatus:
      StatusAnswer(rule, answer);
      break;
    case Trouble::kHtml:
      HtmlAnswer(answer);
      break;
    case Trouble::kCut:
      answer.delivery = Delivery::kCut;
      break;
    case Trouble::kLostAnswer:
      answer.delivery = Delivery::kLost;
      break;
    case Trouble::kDrip:
      answer.delivery = Delivery::kDrip;
      break;
    case Trouble::kEmpty:
      answer.body.clear();
      break;
    case Trouble::kTruncated:
      answer.body.resize(answer.body.size() / 2);
      answer.status = rule.has_status ? rule.status : answer.status;
      break;
    case Trouble::kHuge:
      answer.body = HugeBody(rule.bytes);
      break;
    case Trouble::kEcho:
      EchoAnswer(rule, request, answer);
      break;
    case Trouble::kSlow:
    case Trouble::kDuplicatePage:
    case Trouble::kWebhookLost:
    case Trouble::kWebhookTwice:
    case Trouble::kWebhookBadSignature:
      break;
  }
}

}  // namespace storebridge::demo_store
