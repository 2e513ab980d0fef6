#include "engine/flows/pull_run.h"

#include <memory>
#include <utility>

namespace storebridge::engine {
namespace {

bool IsStopped(const SessionEnd& session) {
  return session.failure && session.failure->code() == connector::v1::Failure::CODE_CANCELLED;
}

}  // namespace

void PullRun::WritePage(Page page, Done<connector::v1::EmitResult> done) {
  if (is_writing_) {
    next_.emplace(WaitingPage{std::move(page), std::move(done)});
    return;
  }
  if (failed_) {
    ports_.executor.Post([done = std::move(done), error = *failed_] { done(error); });
    return;
  }
  WriteNow(std::move(page));
  ports_.executor.Post([done = std::move(done)] { done(connector::v1::EmitResult()); });
}

void PullRun::WriteNow(Page page) {
  is_writing_ = true;
  auto shared = std::make_shared<Page>(std::move(page));
  ports_.storage.Submit(
      [shared](ports::Tx& tx) { return shared->write(tx); },
      [self = Self<PullRun>(), shared](const Status& status) { self->Written(*shared, status); });
}

void PullRun::Written(const Page& page, const Status& status) {
  is_writing_ = false;
  if (status) {
    page.committed();
  } else {
    failed_ = status.error();
  }
  if (std::optional<WaitingPage> next = std::exchange(next_, std::nullopt)) {
    WritePage(std::move(next->page), std::move(next->done));
  }
  if (is_writing_) {
    return;
  }
  for (const auto& then : std::exchange(waiting_, {})) {
    AfterPages(then);
  }
}

void PullRun::AfterPages(std::function<void(Status)> then) {
  if (is_writing_) {
    waiting_.push_back(std::move(then));
    return;
  }
  then(failed_ ? Status(*failed_) : Ok());
}

void PullRun::BeforeWrite(const connector::v1::HttpRequest& /*request*/,
                          std::function<void(Status)> go) {
  AfterPages(std::move(go));
}

void PullRun::OnSessionEnd(SessionEnd session) {
  AfterPages([self = Self<PullRun>(), session = std::move(session)](const Status& written) mutable {
    if (!written && !IsStopped(session)) {
      session.failure = ToFailure(written.error());
    }
    self->failed_.reset();
    self->OnPullEnd(std::move(session));
  });
}

}  // namespace storebridge::engine
