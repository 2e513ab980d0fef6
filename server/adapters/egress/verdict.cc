#include "adapters/egress/verdict.h"

#include <algorithm>

#include "adapters/egress/retry.h"
#include "adapters/egress/text.h"

namespace storebridge::egress {
namespace {

namespace cv1 = connector::v1;

struct TroubleRule {
  cv1::Failure::Code code;
  Next next;
  std::string what;
  std::string action;
};

TroubleRule RuleFor(WireTrouble trouble, const Asked& asked) {
  switch (trouble) {
    case WireTrouble::kBlocked:
      return {cv1::Failure::CODE_EGRESS_DENIED,
              Next::kFail,
              "goes to an address that is not allowed",
              "If the store really is there, the server's administrator can allow it: "
              "egress.allow_private in its configuration."};
    case WireTrouble::kName:
      return {cv1::Failure::CODE_TRANSIENT,
              Next::kRepeat,
              "found no address for the host",
              "Check the store's address and the name service."};
    case WireTrouble::kConnect:
      return {cv1::Failure::CODE_TRANSIENT,
              Next::kRepeat,
              "got no connection",
              "Check that the store is up and reachable from this server."};
    case WireTrouble::kTls:
      return {cv1::Failure::CODE_TRANSIENT,
              Next::kRepeat,
              "got no TLS connection",
              "Check the store's TLS settings; TLS 1.2 is the least."};
    case WireTrouble::kCertificate:
      return {
          cv1::Failure::CODE_CONFIG,
          Next::kFail,
          "met a certificate that is not trusted",
          "Renew the store's certificate, or use the host name that it was made for; the server's "
          "administrator can have a certificate of your own believed: egress.extra_ca_file."};
    case WireTrouble::kTimeout:
      return {cv1::Failure::CODE_TRANSIENT,
              Next::kRepeat,
              "was not answered within " + std::to_string(asked.timeout_ms) + " ms",
              "Check whether the store is overloaded."};
    case WireTrouble::kBroken:
      return {cv1::Failure::CODE_TRANSIENT,
              Next::kRepeat,
              "lost its connection",
              "Check the store's error log."};
    case WireTrouble::kTooLarge:
      return {cv1::Failure::CODE_LIMIT,
              Next::kFail,
              "was answered with more than " + std::to_string(asked.body_max) + " bytes",
              "Ask for less at once, or raise the limit in the connector's manifest."};
  }
  return {cv1::Failure::CODE_TRANSIENT, Next::kFail, "failed", ""};
}

std::string Name(const Asked& asked) {
  return asked.method + " " + asked.url.Shown();
}

Verdict JudgeFailure(const Asked& asked, const WireFailure& failed) {
  const TroubleRule rule = RuleFor(failed.trouble, asked);
  Verdict verdict;
  verdict.next = rule.next;
  verdict.may_have_happened = failed.sent;
  const std::string detail = Head(Redact(failed.detail, asked.hidden));
  verdict.failure.set_code(rule.code);
  verdict.failure.set_answer_too_large(failed.trouble == WireTrouble::kTooLarge);
  verdict.failure.set_detail(detail);
  verdict.failure.set_message(Name(asked) + " " + rule.what +
                              (detail.empty() ? "" : " (" + detail + ")") + ". " + rule.action);
  return verdict;
}

// The failure for an answer that is none for a connector.
Verdict Refused(const Asked& asked,
                const WireResponse& response,
                cv1::Failure::Code code,
                const std::string& action) {
  Verdict verdict;
  const std::string head = Head(Redact(response.body, asked.hidden));
  verdict.failure.set_code(code);
  // Beside the message and not in it: a store's answer may be full of customers, and who shows the
  // detail masks them.
  verdict.failure.set_detail(head);
  verdict.failure.set_message(Name(asked) + " was answered " + std::to_string(response.status) +
                              ". " + action);
  return verdict;
}

bool IsRedirect(const WireResponse& response) {
  const auto status = response.status;
  return (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) &&
         !HeaderValue(response, "location").empty();
}

Verdict JudgeResponse(const Asked& asked, const WireResponse& response, std::int64_t now_ms) {
  const auto status = response.status;
  if (IsRedirect(response)) {
    Verdict verdict;
    verdict.next = Next::kRedirect;
    return verdict;
  }
  if (status == 401 || status == 403) {
    Verdict verdict = Refused(
        asked,
        response,
        cv1::Failure::CODE_AUTH,
        "Check the store's credentials and what they permit; a firewall answers like this, too.");
    verdict.next = Next::kFail;
    return verdict;
  }
  const bool slow_down = status == 429;
  if (!slow_down && status != 408 && status < 500) {
    return {};
  }
  Verdict verdict =
      Refused(asked,
              response,
              slow_down ? cv1::Failure::CODE_RATE_LIMITED : cv1::Failure::CODE_TRANSIENT,
              slow_down ? "The store wants fewer requests; lower the rate or wait."
                        : "The store has a trouble of its own; see its error log if it stays.");
  verdict.next = Next::kRepeat;
  verdict.is_complaint = slow_down;
  // A store that counts requests has not looked at this one.
  verdict.may_have_happened = !slow_down;
  verdict.retry_after = ParseRetryAfter(HeaderValue(response, "retry-after"), now_ms);
  if (verdict.retry_after) {
    verdict.failure.set_retry_after_ms(verdict.retry_after->count());
  }
  return verdict;
}

}  // namespace

std::string HeaderValue(const WireResponse& response, std::string_view name) {
  const auto found = std::find_if(response.headers.begin(),
                                  response.headers.end(),
                                  [&](const WireHeader& header) { return header.name == name; });
  return found == response.headers.end() ? std::string() : found->value;
}

Verdict Judge(const Asked& asked, const WireOutcome& outcome, std::int64_t now_ms) {
  const auto* failed = std::get_if<WireFailure>(&outcome);
  Verdict verdict = failed != nullptr
                        ? JudgeFailure(asked, *failed)
                        : JudgeResponse(asked, *std::get_if<WireResponse>(&outcome), now_ms);
  if (asked.safety == cv1::HttpRequest::SAFETY_SAFE) {
    verdict.may_have_happened = false;
  }
  verdict.failure.set_ambiguous(verdict.may_have_happened);
  return verdict;
}

}  // namespace storebridge::egress
