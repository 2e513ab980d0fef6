#include "adapters/plugin_host/in_process_session.h"

#include <exception>
#include <utility>

#include <fmt/format.h>

#include "storebridge/connector.h"

namespace storebridge::plugin_host {
namespace {

// What a connector threw. It must not throw, but C++ lets it.
std::string ThrownText() {
  try {
    throw;
  } catch (const std::exception& e) {
    return fmt::format("an exception: {}", std::string_view(e.what()).substr(0, 500));
  } catch (...) {
    return "an exception of an unknown type";
  }
}

}  // namespace

Result<std::unique_ptr<ports::ConnectorSession>> InProcessSession::Begin(
    std::string id, const sb_connector_v1& functions, SessionPorts ports) {
  sb_session* session = nullptr;
  try {
    const WatchedCall watched(ports.watch, id, ports.clock.SteadyMs());
    session = functions.open();
  } catch (...) {
    return Error{
        .code = Code::kInternal,
        .reason = "CONNECTOR_BROKEN",
        .message = fmt::format(
            "connector '{}' threw {} from open(); report it to its author", id, ThrownText()),
        .facts = {{"connector", id}}};
  }
  if (session == nullptr) {
    return Error{
        .code = Code::kResourceExhausted,
        .reason = "CONNECTOR_MEMORY",
        .message = fmt::format("connector '{}' has no memory for a session; try again later", id),
        .facts = {{"connector", id}}};
  }
  return std::unique_ptr<ports::ConnectorSession>(
      new InProcessSession(std::move(id), functions, ports, session));
}

InProcessSession::InProcessSession(std::string id,
                                   const sb_connector_v1& functions,
                                   SessionPorts ports,
                                   sb_session* session)
    : id_(std::move(id)), functions_(functions), ports_(ports), session_(session) {}

InProcessSession::~InProcessSession() {
  const WatchedCall watched(ports_.watch, id_, ports_.clock.SteadyMs());
  try {
    functions_.close(session_);
  } catch (...) {
    ports_.log.Write(ports::LogLevel::kError,
                     "connector threw from close()",
                     {{"connector", id_}, {"what", ThrownText()}});
  }
}

void InProcessSession::Step(std::string event, StepDone done) {
  if (is_broken_) {
    done(Broken("was used after it had broken its session"));
    return;
  }
  const std::int64_t start_ms = ports_.clock.SteadyMs();
  const Result<std::string_view> effect = CallStep(event, start_ms);
  const std::int64_t took_ms = ports_.clock.SteadyMs() - start_ms;
  if (took_ms > kStepWarnMs) {
    ports_.log.Write(ports::LogLevel::kWarning,
                     "connector held up the server in one step",
                     {{"connector", id_}, {"milliseconds", std::to_string(took_ms)}});
  }
  // Last: it may destroy this session.
  done(effect);
}

Result<std::string_view> InProcessSession::CallStep(const std::string& event,
                                                    std::int64_t start_ms) {
  const sb_bytes input = {reinterpret_cast<const std::uint8_t*>(event.data()), event.size()};
  sb_bytes effect = {nullptr, 0};
  sb_status status = SB_BROKEN;
  const WatchedCall watched(ports_.watch, id_, start_ms);
  try {
    status = functions_.step(session_, input, &effect);
  } catch (...) {
    return Broken(fmt::format("threw {}", ThrownText()));
  }
  if (status == SB_BROKEN) {
    return Broken("says that its session is broken");
  }
  if (status != SB_OK) {
    return Broken(fmt::format("answered with the unknown status {}", status));
  }
  if (effect.size > kEffectBytesMax) {
    return Broken(fmt::format(
        "gave an effect of {} bytes; at most {} are allowed", effect.size, kEffectBytesMax));
  }
  if (effect.data == nullptr && effect.size != 0) {
    return Broken(fmt::format("gave {} bytes at NULL as effect", effect.size));
  }
  return std::string_view(reinterpret_cast<const char*>(effect.data), effect.size);
}

Error InProcessSession::Broken(const std::string& what) {
  is_broken_ = true;
  return Error{.code = Code::kInternal,
               .reason = "CONNECTOR_BROKEN",
               .message = fmt::format("connector '{}' {}; report it to its author", id_, what),
               .facts = {{"connector", id_}}};
}

}  // namespace storebridge::plugin_host
