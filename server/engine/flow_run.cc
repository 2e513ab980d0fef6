#include "engine/flow_run.h"

#include <utility>

namespace storebridge::engine {
namespace {

constexpr const char* kHostFeatures[] = {"compare"};

Error NotExpected(const char* what) {
  return Error{.code = Code::kInvalidArgument,
               .reason = "CONNECTOR_BUG",
               .message = std::string(what) + " is not expected in this operation"};
}

}  // namespace

FlowRun::FlowRun(FlowPorts ports, RunSubject subject)
    : ports_(ports), subject_(std::move(subject)) {}

void FlowRun::Start(Progress progress, EndDone end) {
  progress_ = std::move(progress);
  end_ = std::move(end);
  start_ms_ = ports_.clock.NowMs();
  ports_.executor.Post([self = shared_from_this()] { self->Begin(); });
}

void FlowRun::Cancel(std::string reason) {
  cancel_reason_ = std::move(reason);
  if (session_) {
    session_->Cancel(*cancel_reason_);
  }
}

void FlowRun::OnEmit(Emit /*emit*/, Done<connector::v1::EmitResult> done) {
  ports_.executor.Post([done = std::move(done)] { done(NotExpected("an Emit")); });
}

void FlowRun::OnCompare(Compare /*compare*/, Done<connector::v1::CompareResult> done) {
  ports_.executor.Post([done = std::move(done)] { done(NotExpected("a Compare")); });
}

void FlowRun::BeforeWrite(const connector::v1::HttpRequest& /*request*/,
                          std::function<void(Status)> go) {
  go(Ok());
}

void FlowRun::OpenSession(connector::v1::Begin begin) {
  if (IsCancelled()) {
    return EndWithoutSession(Stopped());
  }
  Result<std::unique_ptr<ports::ConnectorSession>> opened =
      ports_.connectors.Open(subject_.connector);
  if (!opened) {
    return EndWithoutSession(RunEnd{.failure = ToFailure(opened.error())});
  }
  begin.set_config_json(subject_.store.config_json());
  begin.set_seed(ports_.random.Next());
  for (const char* feature : kHostFeatures) {
    begin.add_host_features(feature);
  }
  for (const std::string& capability : subject_.store.capabilities()) {
    begin.add_capabilities(capability);
  }
  auto profile = std::make_shared<ports::EgressProfile>(*subject_.profile);
  profile->before_write = [weak = weak_from_this()](const connector::v1::HttpRequest& request,
                                                    std::function<void(Status)> go) {
    if (const std::shared_ptr<FlowRun> self = weak.lock()) {
      return self->BeforeWrite(request, std::move(go));
    }
    go(Error{.code = Code::kCancelled, .message = "the run has ended"});
  };
  session_ = std::make_shared<SessionDriver>(
      SessionDriver::Ports{ports_.clock, ports_.executor, ports_.egress, ports_.log},
      std::move(*opened),
      std::move(profile),
      *this);
  session_->Start(std::move(begin), [self = shared_from_this()](SessionEnd end) {
    self->requests_before_ += self->session_->requests();
    self->session_.reset();
    self->counts_.set_requests(static_cast<std::int64_t>(self->requests_before_));
    self->OnSessionEnd(std::move(end));
  });
}

void FlowRun::Abandon() {
  // The session's end may hold the last of this.
  const std::shared_ptr<FlowRun> self = shared_from_this();
  if (const auto session = std::exchange(session_, nullptr)) {
    session->Abandon();
  }
  end_ = nullptr;
  progress_ = nullptr;
}

RunEnd FlowRun::Stopped() const {
  connector::v1::Failure failure;
  failure.set_code(connector::v1::Failure::CODE_CANCELLED);
  failure.set_message(cancel_reason_.value_or(""));
  return RunEnd{.failure = std::move(failure)};
}

void FlowRun::End(RunEnd end) {
  if (IsCancelled() && end.failure &&
      end.failure->code() == connector::v1::Failure::CODE_CANCELLED) {
    end.failure->set_message(*cancel_reason_);  // A connector only knows that it was stopped.
  }
  ports_.executor.Post([self = shared_from_this(), end = std::move(end)]() mutable {
    const EndDone done = std::exchange(self->end_, nullptr);
    self->progress_ = nullptr;
    if (done) {
      done(std::move(end));
    }
  });
}

bool FlowRun::LastRequestFailed() const {
  return session_ && session_->last_request_failed();
}

void FlowRun::StopSession(std::string reason) {
  if (session_) {
    session_->Cancel(std::move(reason));
  }
}

void FlowRun::CountPage() {
  counts_.set_pages(counts_.pages() + 1);
  if (session_) {
    counts_.set_requests(static_cast<std::int64_t>(requests_before_ + session_->requests()));
  }
  if (progress_) {
    progress_(counts_);
  }
}

}  // namespace storebridge::engine
