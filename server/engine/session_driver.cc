#include "engine/session_driver.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "domain/effect_check.h"
#include "domain/personal_data.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

constexpr std::size_t kLogBytesMax = 1000;
constexpr std::uint64_t kStepsMax = 200'000;
constexpr std::int64_t kSleepMsMax = 60'000;
// Of an effect's memory: what it begins with, at least and at most, and what it grows by.
constexpr std::size_t kBlockBytesMin = 512;
constexpr std::size_t kBlockBytesMax = std::size_t{8} * 1024;

ports::LogLevel LevelOf(cv1::Log::Level level) {
  if (level == cv1::Log::LEVEL_WARNING) {
    return ports::LogLevel::kWarning;
  }
  return level == cv1::Log::LEVEL_DEBUG ? ports::LogLevel::kDebug : ports::LogLevel::kInfo;
}

Code CodeOf(cv1::Failure::Code code) {
  switch (static_cast<int>(code)) {
    case cv1::Failure::CODE_CONFIG:
      return Code::kInvalidArgument;
    case cv1::Failure::CODE_AUTH:
    case cv1::Failure::CODE_EGRESS_DENIED:
      return Code::kPermissionDenied;
    case cv1::Failure::CODE_RATE_LIMITED:
    case cv1::Failure::CODE_LIMIT:
      return Code::kResourceExhausted;
    case cv1::Failure::CODE_TRANSIENT:
      return Code::kUnavailable;
    case cv1::Failure::CODE_PERMANENT:
    case cv1::Failure::CODE_CONFLICT:
      return Code::kFailedPrecondition;
    case cv1::Failure::CODE_NOT_FOUND:
      return Code::kNotFound;
    case cv1::Failure::CODE_UNSUPPORTED:
      return Code::kUnimplemented;
    case cv1::Failure::CODE_CANCELLED:
      return Code::kCancelled;
    default:  // A newer connector may know more kinds; CODE_CONNECTOR_BUG is among these.
      return Code::kInternal;
  }
}

cv1::Failure::Code FailureCodeOf(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return cv1::Failure::CODE_CONNECTOR_BUG;
    case Code::kNotFound:
      return cv1::Failure::CODE_NOT_FOUND;
    case Code::kAlreadyExists:
    case Code::kFailedPrecondition:
    case Code::kAborted:
      return cv1::Failure::CODE_CONFLICT;
    case Code::kResourceExhausted:
      return cv1::Failure::CODE_LIMIT;
    case Code::kPermissionDenied:
      return cv1::Failure::CODE_EGRESS_DENIED;
    case Code::kCancelled:
      return cv1::Failure::CODE_CANCELLED;
    case Code::kUnimplemented:
      return cv1::Failure::CODE_UNSUPPORTED;
    case Code::kUnavailable:
    case Code::kDeadlineExceeded:
    case Code::kInternal:
      return cv1::Failure::CODE_TRANSIENT;
  }
  return cv1::Failure::CODE_TRANSIENT;
}

// Null when it is no valid message.
std::shared_ptr<cv1::Effect> ParseEffect(std::string_view bytes) {
  google::protobuf::ArenaOptions options;
  // Read, it takes about twice as much.
  options.start_block_size = std::clamp(2 * bytes.size(), kBlockBytesMin, kBlockBytesMax);
  options.max_block_size = kBlockBytesMax;
  const auto arena = std::make_shared<google::protobuf::Arena>(options);
  auto* const effect = google::protobuf::Arena::CreateMessage<cv1::Effect>(arena.get());
  const bool is_valid = effect->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  return is_valid ? std::shared_ptr<cv1::Effect>(arena, effect) : nullptr;
}

}  // namespace

cv1::Failure ToFailure(const Error& error) {
  cv1::Failure failure;
  failure.set_code(FailureCodeOf(error.code));
  failure.set_message(error.message);
  if (error.retry_after) {
    failure.set_retry_after_ms(error.retry_after->count());
  }
  return failure;
}

Error ToError(const cv1::Failure& failure) {
  Error error{.code = CodeOf(failure.code()),
              .reason = "CONNECTOR_FAILURE",
              .message = failure.message().empty() ? "the connector gave no reason"
                                                   : domain::MaskMailAddresses(failure.message())};
  if (!failure.config_path().empty()) {
    error.message += fmt::format(" (setting '{}')", failure.config_path());
  }
  // The way out tells in its message what it saw instead of an answer.
  if (!failure.detail().empty() && failure.message().find(failure.detail()) == std::string::npos) {
    // The head of a page of orders is full of customers.
    error.message +=
        fmt::format("; the store answered: {}", domain::MaskPersonalData(failure.detail()));
  }
  if (failure.retry_after_ms() > 0) {
    error.retry_after = std::chrono::milliseconds(failure.retry_after_ms());
  }
  return error;
}

SessionDriver::SessionDriver(Ports ports,
                             std::unique_ptr<ports::ConnectorSession> session,
                             std::shared_ptr<const ports::EgressProfile> profile,
                             SessionSink& sink)
    : ports_(ports), session_(std::move(session)), profile_(std::move(profile)), sink_(sink) {}

void SessionDriver::Start(cv1::Begin begin, Done done) {
  done_ = std::move(done);
  cv1::Event event;
  *event.mutable_begin() = std::move(begin);
  ports_.executor.Post([self = shared_from_this(), event = std::move(event)]() mutable {
    self->Step(std::move(event));
  });
}

void SessionDriver::Cancel(std::string reason) {
  if (finished_ || cancel_reason_) {
    return;
  }
  cancel_reason_ = std::move(reason);
  // A commit that is under way is waited for; between two steps the next one carries the Cancel.
  std::vector<std::size_t> given_up;
  for (const auto& [slot, request] : std::exchange(requests_in_flight_, {})) {
    ports_.egress.Cancel(request);
    given_up.push_back(slot);
  }
  for (const auto& [slot, timer] : std::exchange(sleeping_, {})) {
    ports_.executor.Cancel(timer);
    given_up.push_back(slot);
  }
  ports_.executor.Post([self = shared_from_this(), given_up = std::move(given_up)] {
    for (const std::size_t slot : given_up) {
      self->Refuse(slot, Error{.code = Code::kCancelled, .message = *self->cancel_reason_});
    }
  });
}

void SessionDriver::Step(cv1::Event event) {
  if (finished_) {
    return;
  }
  if (++steps_ > kStepsMax) {
    return Break(fmt::format("the connector took more than {} steps", kStepsMax));
  }
  event.set_now_ms(ports_.clock.NowMs());
  session_->Step(event.SerializeAsString(),
                 [self = shared_from_this()](Result<std::string_view> effect) {
                   self->OnEffect(std::move(effect));
                 });
}

void SessionDriver::OnEffect(Result<std::string_view> effect_bytes) {
  if (finished_) {
    return;
  }
  if (!effect_bytes) {
    const Code code = effect_bytes.error().code;
    // Another session took its process with it, or there is no room for this one now.
    const bool is_own_fault = code != Code::kUnavailable && code != Code::kResourceExhausted;
    return Break(effect_bytes.error().message,
                 is_own_fault ? cv1::Failure::CODE_CONNECTOR_BUG : cv1::Failure::CODE_TRANSIENT);
  }
  const std::shared_ptr<cv1::Effect> effect = ParseEffect(*effect_bytes);
  if (effect == nullptr) {
    return Break("the connector's effect is not a valid message");
  }
  if (const Status fits = domain::CheckEffect(
          *effect, {.last_call_id = last_call_id_, .was_cancelled = cancel_sent_});
      !fits) {
    return Break(fits.error().message);
  }
  for (const cv1::Log& log : effect->logs()) {
    ports_.log.Write(LevelOf(log.level()),
                     "connector says",
                     {{"store", domain::StoreName(profile_->store)},
                      {"text", log.message().substr(0, kLogBytesMax)}});
  }
  if (effect->has_done()) {
    SessionEnd end;
    if (effect->done().has_failure()) {
      end.failure = effect->done().failure();
    } else {
      end.cursor = effect->done().output().cursor();
    }
    return Finish(std::move(end));
  }
  MakeCalls(effect, *effect_bytes);
}

void SessionDriver::MakeCalls(const std::shared_ptr<cv1::Effect>& effect, std::string_view bytes) {
  const auto count = static_cast<std::size_t>(effect->calls_size());
  completions_.assign(count, cv1::Completion());
  waiting_ = count;
  for (std::size_t slot = 0; slot < count; ++slot) {
    cv1::Call& call = *effect->mutable_calls(static_cast<int>(slot));
    last_call_id_ = call.id();
    completions_[slot].set_id(call.id());
    MakeCall(slot, call, effect, bytes);
  }
}

void SessionDriver::MakeCall(std::size_t slot,
                             cv1::Call& call,
                             const std::shared_ptr<cv1::Effect>& effect,
                             std::string_view bytes) {
  auto self = shared_from_this();
  // What a connector has come to know is kept, but nothing new is begun.
  if (cancel_reason_ && (call.has_http() || call.has_sleep())) {
    ports_.executor.Post([self, slot] {
      self->Refuse(slot, Error{.code = Code::kCancelled, .message = *self->cancel_reason_});
    });
    return;
  }
  switch (call.kind_case()) {
    case cv1::Call::kHttp:
      // A copy: the request leaves the block of memory, which the others may be done with first.
      requests_in_flight_[slot] =
          ports_.egress.Send(profile_, call.http(), [self, slot](ports::EgressAnswer answer) {
            self->requests_ += answer.attempts;
            self->requests_in_flight_.erase(slot);
            self->last_request_failed_ =
                answer.failure && (answer.failure->code() == cv1::Failure::CODE_TRANSIENT ||
                                   answer.failure->code() == cv1::Failure::CODE_RATE_LIMITED);
            cv1::Completion completion;
            if (answer.failure) {
              *completion.mutable_failure() = std::move(*answer.failure);
            } else {
              *completion.mutable_http() = std::move(answer.response);
            }
            self->Complete(slot, std::move(completion));
          });
      return;
    case cv1::Call::kEmit:
      sink_.OnEmit({.message = {effect, call.mutable_emit()},
                    .hashes = domain::ContentHashesOf(bytes, call.emit())},
                   [self, slot](Result<cv1::EmitResult> result) {
                     if (!result) {
                       return self->Refuse(slot, result.error());
                     }
                     cv1::Completion completion;
                     *completion.mutable_emit() = std::move(*result);
                     self->Complete(slot, std::move(completion));
                   });
      return;
    case cv1::Call::kCompare:
      sink_.OnCompare({effect, &call.compare()}, [self, slot](Result<cv1::CompareResult> result) {
        if (!result) {
          return self->Refuse(slot, result.error());
        }
        cv1::Completion completion;
        *completion.mutable_compare() = std::move(*result);
        self->Complete(slot, std::move(completion));
      });
      return;
    case cv1::Call::kSleep: {
      const std::int64_t ms = std::clamp<std::int64_t>(call.sleep().ms(), 0, kSleepMsMax);
      sleeping_[slot] = ports_.executor.PostAfter(std::chrono::milliseconds(ms), [self, slot] {
        self->sleeping_.erase(slot);
        cv1::Completion completion;
        completion.mutable_slept();
        self->Complete(slot, std::move(completion));
      });
      return;
    }
    case cv1::Call::KIND_NOT_SET:
      ports_.executor.Post([self, slot] {
        self->Refuse(slot,
                     Error{.code = Code::kUnimplemented,
                           .message = "this host does not know that kind of call"});
      });
      return;
  }
}

void SessionDriver::Refuse(std::size_t slot, const Error& error) {
  cv1::Completion completion;
  *completion.mutable_failure() = ToFailure(error);
  Complete(slot, std::move(completion));
}

void SessionDriver::Complete(std::size_t slot, cv1::Completion completion) {
  if (finished_ || waiting_ == 0) {
    return;
  }
  completion.set_id(completions_[slot].id());
  completions_[slot] = std::move(completion);
  if (--waiting_ == 0) {
    Answered();
  }
}

void SessionDriver::Answered() {
  if (finished_ || cancel_sent_) {
    return;
  }
  cv1::Event event;
  if (cancel_reason_) {
    cancel_sent_ = true;
    event.mutable_cancel()->set_reason(*cancel_reason_);
  } else {
    for (cv1::Completion& completion : completions_) {
      *event.mutable_completions()->add_items() = std::move(completion);
    }
  }
  Step(std::move(event));
}

void SessionDriver::Finish(SessionEnd end) {
  finished_ = true;
  // Posted, because we may stand inside the session's own Step.
  ports_.executor.Post([self = shared_from_this(), end = std::move(end)]() mutable {
    self->session_.reset();
    const Done done = std::exchange(self->done_, nullptr);
    done(std::move(end));
  });
}

void SessionDriver::Abandon() {
  finished_ = true;
  done_ = nullptr;
  session_.reset();
}

void SessionDriver::Break(std::string message, cv1::Failure::Code code) {
  cv1::Failure failure;
  failure.set_code(code);
  failure.set_message(std::move(message));
  Finish(SessionEnd{.failure = std::move(failure), .cursor = {}});
}

}  // namespace storebridge::engine
