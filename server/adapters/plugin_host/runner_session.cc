#include "adapters/plugin_host/runner_session.h"

#include <utility>

namespace storebridge::plugin_host {

RunnerSession::RunnerSession(std::shared_ptr<Runner> runner)
    : runner_(std::move(runner)), session_(runner_->Open()) {}

RunnerSession::~RunnerSession() {
  *is_gone_ = true;
  runner_->Close(session_);
}

void RunnerSession::Step(std::string event, StepDone done) {
  runner_->Step(session_,
                std::move(event),
                [is_gone = is_gone_, done = std::move(done)](const Result<std::string>& effect) {
                  if (!*is_gone) {
                    // Last: it may destroy this session.
                    done(effect ? Result<std::string_view>(*effect) : effect.error());
                  }
                });
}

}  // namespace storebridge::plugin_host
