#include "connector_host.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>
#include <utility>

#include "adapters/plugin_host/config_template.h"
#include "claim.h"
#include "effect_claims.h"

namespace storebridge::fuzz {
namespace {

namespace cv1 = connector::v1;

constexpr std::int64_t kNowMs = 1'795'000'000'000;
// Nothing that has to be answered is asked for without end: a script has few answers.
constexpr int kStepsMax = 5'000;
// A script with more answers would only be slow.
constexpr std::size_t kAnswersMax = 64;

std::uint32_t NumberAt(std::string_view text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The failure of a code that a host gives; nothing that would look like the connector's own fault.
void SetFailure(const std::vector<std::string>& words, cv1::Failure* failure) {
  const std::uint32_t given = words.size() > 1 ? NumberAt(words[1]) : 0;
  const std::uint32_t code = given >= 1 && given <= cv1::Failure::CODE_LIMIT ? given : 4;
  failure->set_code(static_cast<cv1::Failure::Code>(code));
  failure->set_message("the host says that it could not be done");
  failure->set_ambiguous(words.size() > 2 && words[2] == "ambiguous");
}

void SetResponse(const SessionScript::Answer& answer, cv1::HttpResponse* response) {
  const std::vector<std::string> parts = Split(answer.head, ';');
  const std::uint32_t status = NumberAt(parts.front());
  response->set_status(status >= 100 && status <= 999 ? status : 200);
  response->set_body(answer.body);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t colon = parts[i].find(": ");
    // The server's egress gives no header that is not UTF-8.
    if (colon != std::string::npos && IsUtf8(parts[i])) {
      cv1::Header* header = response->add_headers();
      header->set_name(parts[i].substr(0, colon));
      header->set_value(parts[i].substr(colon + 2));
    }
  }
}

// One session of a connector, closed when it goes.
class Session {
 public:
  Session(const sb_connector_v1* connector, const SessionScript& script, EffectClaims claims)
      : connector_(connector),
        session_(connector->open()),
        script_(script),
        claims_(std::move(claims)) {
    Claim(session_ != nullptr, "open gives a session");
  }
  ~Session() { connector_->close(session_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void Run(cv1::Begin begin) {
    cv1::Event event;
    *event.mutable_begin() = std::move(begin);
    for (int step = 0;; ++step) {
      Claim(step < kStepsMax, "a session ends");
      const bool is_cancel = event.has_cancel();
      const cv1::Effect effect = Step(event);
      if (effect.has_done()) {
        return;
      }
      Claim(!is_cancel, "a cancelled session is done");
      event = Answer(effect);
    }
  }

 private:
  cv1::Effect Step(cv1::Event event) {
    event.set_now_ms(now_ms_);
    const std::string bytes = event.SerializeAsString();
    const sb_bytes in{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
    sb_bytes out{};
    Claim(connector_->step(session_, in, &out) == SB_OK, "step gives SB_OK");
    return claims_.Take(std::string_view(reinterpret_cast<const char*>(out.data), out.size));
  }

  // The next answer to a request; null when none is left.
  const SessionScript::Answer* NextAnswer() {
    while (at_ < script_.answers.size()) {
      const SessionScript::Answer& answer = script_.answers[at_++];
      if (!answer.head.starts_with("compare") && !answer.head.starts_with("emit")) {
        return &answer;
      }
    }
    return nullptr;
  }

  // The next answer as words, if it is for a call of this kind.
  std::vector<std::string> NextFor(std::string_view kind) {
    if (at_ < script_.answers.size() && script_.answers[at_].head.starts_with(kind)) {
      return Split(script_.answers[at_++].head, ' ');
    }
    return {};
  }

  static cv1::Event Cancelled() {
    cv1::Event event;
    event.mutable_cancel()->set_reason("the script has no more answers");
    return event;
  }

  cv1::Event Answer(const cv1::Effect& effect) {
    cv1::Event event;
    event.mutable_completions();
    for (const cv1::Call& call : effect.calls()) {
      cv1::Completion* completion = event.mutable_completions()->add_items();
      completion->set_id(call.id());
      if (call.has_http()) {
        const SessionScript::Answer* answer = NextAnswer();
        if (answer == nullptr || answer->head.starts_with("cancel")) {
          return Cancelled();
        }
        AnswerRequest(*answer, completion);
      } else {
        AnswerOther(call, completion);
      }
    }
    return event;
  }

  static void AnswerRequest(const SessionScript::Answer& answer, cv1::Completion* completion) {
    if (answer.head.starts_with("failure")) {
      SetFailure(Split(answer.head, ' '), completion->mutable_failure());
    } else {
      SetResponse(answer, completion->mutable_http());
    }
  }

  void AnswerOther(const cv1::Call& call, cv1::Completion* completion) {
    if (call.has_sleep()) {
      now_ms_ += call.sleep().ms();
      completion->mutable_slept();
    } else if (call.has_emit()) {
      if (const std::vector<std::string> words = NextFor("emit"); !words.empty()) {
        SetFailure(words, completion->mutable_failure());
      } else {
        completion->mutable_emit();
      }
    } else {
      AnswerCompare(call.compare(), completion->mutable_compare());
    }
  }

  // Wants all when the script does not say what, and never what was not asked about.
  void AnswerCompare(const cv1::Compare& compare, cv1::CompareResult* result) {
    const auto count = static_cast<std::uint32_t>(compare.records_size());
    const std::vector<std::string> words = NextFor("compare");
    for (std::uint32_t i = 0; words.empty() && i < count; ++i) {
      result->add_wanted(i);
    }
    for (const std::string& word : words) {
      const bool is_wanted = word.starts_with("wanted=");
      if (!is_wanted && !word.starts_with("missing=")) {
        continue;
      }
      for (const std::string& part : Split(word.substr(word.find('=') + 1), ',')) {
        if (is_wanted && NumberAt(part) < count) {
          result->add_wanted(NumberAt(part));
        } else if (!is_wanted && compare.is_whole_set() && IsUtf8(part)) {
          result->add_missing(part);
        }
      }
    }
  }

  const sb_connector_v1* connector_;
  sb_session* session_;
  const SessionScript& script_;
  EffectClaims claims_;
  std::size_t at_ = 0;
  std::int64_t now_ms_ = kNowMs;
};

// Whether a server would begin so: it tells each record once, and writes protobuf of UTF-8.
bool IsLikely(const SessionScript& script, const cv1::Begin& begin) {
  std::set<std::string> refs;
  for (const cv1::StockLevel& level : begin.stock().levels()) {
    refs.insert(level.ref());
  }
  for (const cv1::Shipment& shipment : begin.shipments().shipments()) {
    refs.insert(shipment.ref());
  }
  const auto told = static_cast<std::size_t>(begin.stock().levels_size()) +
                    static_cast<std::size_t>(begin.shipments().shipments_size());
  return IsUtf8(script.operation) && refs.size() == told && !refs.contains("") &&
         script.answers.size() <= kAnswersMax;
}

}  // namespace

ConnectorHost::ConnectorHost(const sb_connector_v1* connector) : connector_(connector) {
  const sb_bytes bytes = connector->manifest;
  Claim(manifest_.ParseFromArray(bytes.data, static_cast<int>(bytes.size)), "the manifest is one");
  profile_.auth.assign(manifest_.auth().begin(), manifest_.auth().end());
}

bool ConnectorHost::TakeSettings(const std::string& config_json) {
  if (profile_.allowed_prefixes.empty() || config_json != config_json_) {
    config_json_ = config_json;
    are_settings_good_ = plugin_host::CheckStoreConfig(manifest_, config_json).has_value();
    auto prefixes = plugin_host::AllowedPrefixes(manifest_, config_json);
    Claim(!are_settings_good_ || prefixes.has_value(), "settings that fit lead to addresses");
    profile_.allowed_prefixes = prefixes ? *std::move(prefixes) : std::vector<std::string>();
  }
  return are_settings_good_;
}

void ConnectorHost::Run(const SessionScript& script) {
  cv1::Begin begin = BeginOf(script);
  const bool has_operation = std::any_of(
      manifest_.operations().begin(), manifest_.operations().end(), [&](const auto& one) {
        return one.name() == begin.operation();
      });
  if (!has_operation || !IsLikely(script, begin) || !TakeSettings(begin.config_json())) {
    return;
  }
  Session session(connector_, script, EffectClaims(profile_, begin));
  session.Run(std::move(begin));
}

}  // namespace storebridge::fuzz
