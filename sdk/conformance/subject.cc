#include "subject.h"

#include <chrono>
#include <string_view>
#include <utility>

#include "adapters/plugin_host/runner.h"

namespace storebridge::conformance {
namespace {

// A session that breaks leaves its process alone; every other error is the end of that.
bool IsDeath(const Error& error) {
  const bool is_of_session =
      error.reason == "CONNECTOR_BROKEN" || error.reason == "CONNECTOR_MEMORY";
  return !is_of_session || error.facts.contains(plugin_host::kProcessEnded);
}

// What it did: `crashed with signal 6 (Aborted) in a step`.
std::string DeedOf(const std::string& message, const std::string& id) {
  const std::string begin = "connector '" + id + "' ";
  const std::string end = "; report it to its author";
  std::string deed = message.starts_with(begin) ? message.substr(begin.size()) : message;
  if (deed.ends_with(end)) {
    deed.resize(deed.size() - end.size());
  }
  return deed;
}

}  // namespace

Result<std::unique_ptr<Subject>> Subject::Load(const std::string& file,
                                               run::LoadedConnector::Place place) {
  std::unique_ptr<Subject> subject(new Subject(file, place));
  SB_TRY(subject->connector_, run::LoadedConnector::Load(file, place, subject->log_));
  subject->manifest_ = subject->connector_->manifest();
  return subject;
}

Subject::Session Subject::Open() {
  Session session(this);
  if (is_dead_) {
    connector_.reset();
    Result<std::unique_ptr<run::LoadedConnector>> again =
        run::LoadedConnector::Load(file_, place_, log_);
    if (!again) {
      session.problem_ = "could not be loaded again: " + again.error().message;
      return session;
    }
    connector_ = *std::move(again);
    is_dead_ = false;
  }
  Result<std::unique_ptr<ports::ConnectorSession>> opened = connector_->Open();
  if (!opened) {
    session.problem_ = DeedOf(opened.error().message, manifest_.id());
    return session;
  }
  session.session_ = *std::move(opened);
  return session;
}

Stepped Subject::Session::Step(const std::string& event) {
  Stepped stepped{.problem = problem_, .is_dead = true};
  if (session_ == nullptr) {
    return stepped;
  }
  const auto start = std::chrono::steady_clock::now();
  session_->Step(event, [&](Result<std::string_view> effect) {
    stepped.is_dead = !effect && IsDeath(effect.error());
    stepped.problem = effect ? "" : DeedOf(effect.error().message, subject_->manifest_.id());
    stepped.effect = effect ? std::string(*effect) : "";
  });
  stepped.microseconds = std::chrono::duration_cast<std::chrono::microseconds>(
                             std::chrono::steady_clock::now() - start)
                             .count();
  subject_->is_dead_ = subject_->is_dead_ || stepped.is_dead;
  return stepped;
}

}  // namespace storebridge::conformance
