#include <limits>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "storebridge/sdk/registration.h"

namespace storebridge::sdk::internal {
namespace {

using connector::v1::Event;

// What an exception means at the end of an operation. Throws std::bad_alloc on: there is no memory
// to tell it.
connector::v1::Failure Explain(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const Failure& failure) {
    return failure.proto();
  } catch (const Cancelled&) {
    return Failure(Code::kCancelled, "cancelled").proto();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& other) {
    return Failure(Code::kConnectorBug, std::string("the connector threw: ") + other.what())
        .proto();
  } catch (...) {
    return Failure(Code::kConnectorBug, "the connector threw something unknown").proto();
  }
}

connector::v1::Failure HostBroke(const std::string& what) {
  return Failure(Code::kUnsupported, what + "; this host breaks the contract").proto();
}

}  // namespace

// One operation, from Begin to Done.
class Session {
 public:
  explicit Session(const Registration& registration)
      : registration_(registration), context_(&runtime_) {}

  sb_status Step(sb_bytes event_bytes, sb_bytes* effect_bytes) {
    if (state_ == State::kOver || event_bytes.size > std::numeric_limits<int>::max()) {
      return SB_BROKEN;
    }
    Event event;
    if (!event.ParseFromArray(event_bytes.data, static_cast<int>(event_bytes.size))) {
      return SB_BROKEN;
    }
    runtime_.effect().Clear();
    runtime_.now_ms = event.now_ms();
    Take(&event);
    if (!runtime_.effect().SerializeToString(&bytes_)) {
      return SB_BROKEN;
    }
    effect_bytes->data = reinterpret_cast<const uint8_t*>(bytes_.data());
    effect_bytes->size = bytes_.size();
    return SB_OK;
  }

  void Break() noexcept { state_ = State::kOver; }

 private:
  enum class State {
    kNew,
    // The coroutine runs, or waits.
    kRunning,
    // It has ended; its last records wait to be committed.
    kFlushing,
    kOver,
  };

  void Take(Event* event) {
    switch (event->kind_case()) {
      case Event::kBegin:
        return state_ == State::kNew ? Begin(event->mutable_begin())
                                     : Fail(HostBroke("Begin came twice"));
      case Event::kCompletions:
        return TakeCompletions(event->mutable_completions());
      case Event::kCancel:
        return Cancel();
      case Event::KIND_NOT_SET:
        break;
    }
    Fail(Failure(Code::kUnsupported, "this connector does not know this kind of event").proto());
  }

  void Begin(connector::v1::Begin* begin) {
    runtime_.begin.Swap(begin);
    const Registration::Handler handler = registration_.Find(runtime_.begin.operation());
    if (handler == nullptr) {
      Fail(Failure(Code::kUnsupported, UnknownOperation()).proto());
      return;
    }
    state_ = State::kRunning;
    operation_.emplace(handler(context_));
    operation_->Start(&runtime_);
    Run();
  }

  void TakeCompletions(connector::v1::Completions* completions) {
    if (state_ == State::kNew) {
      Fail(HostBroke("Completions came before Begin"));
      return;
    }
    if (std::optional<std::string> problem = runtime_.TakeCompletions(completions)) {
      Fail(HostBroke(*problem));
      return;
    }
    if (state_ == State::kFlushing) {
      connector::v1::Completion answer = runtime_.TakeAnswer(0);
      const bool was_well = !failure_.has_value();
      if (answer.has_failure() && was_well) {
        failure_ = std::move(*answer.mutable_failure());
      }
      Finish();
      return;
    }
    Run();
  }

  void Cancel() {
    if (state_ == State::kRunning) {
      runtime_.Cancel();
      runtime_.RunUntilBlocked();
    }
    Fail(Failure(Code::kCancelled, "cancelled").proto());
  }

  void Run() {
    runtime_.RunUntilBlocked();
    if (operation_->is_done()) {
      End();
      return;
    }
    if (runtime_.effect().calls().empty()) {
      Fail(Failure(Code::kConnectorBug,
                   "operation " + runtime_.begin.operation() +
                       " awaits something that is not of the SDK; only what Context and Task give "
                       "can be awaited")
               .proto());
    }
  }

  // The coroutine has ended. What it had buffered is sent even when it failed: outcomes of writes
  // must not be lost.
  void End() {
    if (operation_->error()) {
      failure_ = Explain(operation_->error());
    }
    operation_.reset();
    if (runtime_.has_batch()) {
      state_ = State::kFlushing;
      runtime_.AskEmit({});
      return;
    }
    Finish();
  }

  void Finish() {
    state_ = State::kOver;
    auto* done = runtime_.effect().mutable_done();
    if (failure_) {
      *done->mutable_failure() = *std::move(failure_);
    } else {
      done->mutable_output();
    }
  }

  // Ends the operation wherever it is.
  void Fail(connector::v1::Failure failure) {
    runtime_.Forget();
    operation_.reset();
    runtime_.effect().clear_calls();
    failure_ = std::move(failure);
    Finish();
  }

  [[nodiscard]] std::string UnknownOperation() const {
    std::string names;
    for (std::size_t i = 0; i < registration_.size(); ++i) {
      names += (i == 0 ? "" : ", ");
      names += registration_.at(i).name;
    }
    return "there is no operation '" + runtime_.begin.operation() +
           "' in this connector; it has: " + (names.empty() ? "none" : names);
  }

  const Registration& registration_;
  Runtime runtime_;
  Context context_;
  std::optional<Operation> operation_;
  std::optional<connector::v1::Failure> failure_;
  State state_ = State::kNew;
  std::string bytes_;
};

}  // namespace storebridge::sdk::internal

// The C header's opaque type.
struct sb_session : storebridge::sdk::internal::Session {
  using Session::Session;
};

namespace storebridge::sdk::internal {

sb_session* OpenSession(const Registration& registration) noexcept {
  try {
    return new sb_session(registration);
  } catch (...) {
    return nullptr;
  }
}

sb_status StepSession(sb_session* session, sb_bytes event, sb_bytes* effect) noexcept {
  if (session == nullptr || effect == nullptr) {
    return SB_BROKEN;
  }
  *effect = sb_bytes{nullptr, 0};
  try {
    const sb_status status = session->Step(event, effect);
    if (status != SB_OK) {
      session->Break();
    }
    return status;
  } catch (...) {
    session->Break();
    return SB_BROKEN;
  }
}

void CloseSession(sb_session* session) noexcept {
  delete session;
}

}  // namespace storebridge::sdk::internal
