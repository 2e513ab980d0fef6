#include "support/scripted_host.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

std::string HttpDate(std::int64_t ms) {
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const std::size_t size =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return std::string(text.data(), size);
}

std::string Decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned int code = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::sscanf(std::string(text.substr(i + 1, 2)).c_str(), "%2x", &code) == 1) {
      plain += static_cast<char>(code);
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

}  // namespace

ScriptedHost::ScriptedHost(const sb_connector_v1* connector, std::string config)
    : config_json(std::move(config)), connector_(connector) {}

bool ScriptedHost::Run(std::string_view operation) {
  requests.clear();
  compares.clear();
  orders.clear();
  products.clear();
  results.clear();
  bad.clear();
  checks.clear();
  capabilities.clear();
  failure.Clear();
  is_broken = true;
  begin.set_operation(std::string(operation));
  begin.set_config_json(config_json);
  begin.set_cursor(cursor);
  begin.set_seed(42);
  v1::Event event;
  event.set_now_ms(now_ms);
  *event.mutable_begin() = begin;
  sb_session* session = connector_->open();
  for (int step = 0; session != nullptr && step < kStepsMax; ++step) {
    const std::string bytes = event.SerializeAsString();
    sb_bytes out{};
    const sb_bytes in{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
    v1::Effect effect;
    if (connector_->step(session, in, &out) != SB_OK ||
        !effect.ParseFromArray(out.data, static_cast<int>(out.size))) {
      break;
    }
    if (effect.has_done()) {
      is_broken = false;
      failure = effect.done().failure();
      if (!effect.done().output().cursor().empty()) {
        cursor = effect.done().output().cursor();
      }
      break;
    }
    event.Clear();
    event.set_now_ms(now_ms);
    event.mutable_completions();
    for (const v1::Call& call : effect.calls()) {
      v1::Completion completion = AnswerTo(call);
      completion.set_id(call.id());
      *event.mutable_completions()->add_items() = std::move(completion);
    }
  }
  connector_->close(session);
  return !is_broken && failure.code() == v1::Failure::CODE_UNSPECIFIED;
}

v1::Completion ScriptedHost::AnswerTo(const v1::Call& call) {
  v1::Completion completion;
  if (call.has_http()) {
    requests.push_back(call.http());
    return answer ? answer(call.http()) : HttpAnswer(404, "");
  }
  if (call.has_emit()) {
    Take(call.emit());
    completion.mutable_emit();
  } else if (call.has_compare()) {
    compares.push_back(call.compare());
    v1::CompareResult* result = completion.mutable_compare();
    if (compare) {
      *result = compare(call.compare());
      return completion;
    }
    for (int i = 0; i < call.compare().records_size(); ++i) {
      result->add_wanted(static_cast<std::uint32_t>(i));
    }
  } else {
    now_ms += call.sleep().ms();
    completion.mutable_slept();
  }
  return completion;
}

void ScriptedHost::Take(const v1::Emit& emit) {
  orders.insert(orders.end(), emit.orders().begin(), emit.orders().end());
  products.insert(products.end(), emit.products().begin(), emit.products().end());
  results.insert(results.end(), emit.results().begin(), emit.results().end());
  bad.insert(bad.end(), emit.bad().begin(), emit.bad().end());
  checks.insert(checks.end(), emit.checks().begin(), emit.checks().end());
  capabilities.insert(capabilities.end(), emit.capabilities().begin(), emit.capabilities().end());
  if (!emit.cursor().empty()) {
    cursor = emit.cursor();
  }
}

v1::Completion HttpAnswer(int status, std::string body, std::int64_t date_ms) {
  v1::Completion completion;
  v1::HttpResponse* http = completion.mutable_http();
  http->set_status(static_cast<std::uint32_t>(status));
  http->set_body(std::move(body));
  if (date_ms != 0) {
    v1::Header* date = http->add_headers();
    date->set_name("date");
    date->set_value(HttpDate(date_ms));
  }
  return completion;
}

v1::Completion HostFailure(v1::Failure::Code code, std::string message, bool is_ambiguous) {
  v1::Completion completion;
  completion.mutable_failure()->set_code(code);
  completion.mutable_failure()->set_message(std::move(message));
  completion.mutable_failure()->set_ambiguous(is_ambiguous);
  return completion;
}

std::string PathOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  if (slash == std::string_view::npos) {
    return "/";
  }
  url = url.substr(slash);
  return std::string(url.substr(0, url.find('?')));
}

std::string QueryOf(std::string_view url, std::string_view name) {
  const std::size_t question = url.find('?');
  std::string_view rest = question == std::string_view::npos ? "" : url.substr(question + 1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) == name) {
      return Decoded(pair.substr(std::min(equals + 1, pair.size())));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

}  // namespace storebridge::testing
