#include "storebridge/sdk/runtime.h"

#include "storebridge/sdk/text.h"

namespace storebridge::sdk::internal {
namespace {

using connector::v1::Call;
using connector::v1::Completion;

// The kind of completion that answers a kind of call.
int AnswerKind(int call_kind) {
  switch (call_kind) {
    case Call::kHttp:
      return Completion::kHttp;
    case Call::kEmit:
      return Completion::kEmit;
    case Call::kSleep:
      return Completion::kSlept;
    case Call::kCompare:
      return Completion::kCompare;
    default:
      return Completion::KIND_NOT_SET;
  }
}

BadRecord TooLarge(bool is_order,
                   const std::string& id,
                   const std::string& label,
                   std::size_t size) {
  BadRecord bad;
  bad.set_is_order(is_order);
  bad.set_external_id(HeadOf(id, 200));
  bad.set_label(HeadOf(label, 200));
  bad.set_message("is " + std::to_string(size) + " bytes large; at most " +
                  std::to_string(kRecordBytesMax) + " are taken: shorten its texts in the store");
  return bad;
}

}  // namespace

void Runtime::Ask(Call call, std::coroutine_handle<> waiter) {
  call.set_id(++last_id_);
  asked_.emplace_back(call.id(), AnswerKind(call.kind_case()));
  effect_.mutable_calls()->Add(std::move(call));
  waiter_ = waiter;
}

Completion Runtime::TakeAnswer(int n) {
  return std::move(answers_.at(static_cast<std::size_t>(n)));
}

void Runtime::Count(std::size_t bytes) {
  ++batch_records_;
  batch_bytes_ += bytes;
  if (batch_records_ >= kBatchRecords || batch_bytes_ >= kBatchBytes) {
    is_flush_due_ = true;
  }
}

void Runtime::Add(Order&& order) {
  const std::size_t bytes = order.ByteSizeLong();
  if (bytes > kRecordBytesMax) {
    Add(TooLarge(true, order.external_id(), order.number(), bytes));
    return;
  }
  Count(bytes);
  *batch_.add_orders() = std::move(order);
}

void Runtime::Add(Product&& product) {
  const std::size_t bytes = product.ByteSizeLong();
  if (bytes > kRecordBytesMax) {
    Add(TooLarge(false, product.external_id(), product.product_code(), bytes));
    return;
  }
  Count(bytes);
  *batch_.add_products() = std::move(product);
}

void Runtime::Add(ItemResult result) {
  Count(result.ByteSizeLong());
  *batch_.add_results() = std::move(result);
}

void Runtime::Add(BadRecord bad) {
  Count(bad.ByteSizeLong());
  *batch_.add_bad() = std::move(bad);
}

void Runtime::Add(Check check) {
  Count(check.ByteSizeLong());
  *batch_.add_checks() = std::move(check);
}

void Runtime::Add(Capability capability) {
  Count(capability.name().size());
  *batch_.add_capabilities() = std::move(capability.name());
}

void Runtime::Add(Checkpoint checkpoint) {
  if (checkpoint.cursor().size() > kCursorBytesMax) {
    throw Failure(Code::kConnectorBug,
                  "the cursor has " + std::to_string(checkpoint.cursor().size()) +
                      " bytes; at most " + std::to_string(kCursorBytesMax) + " are allowed");
  }
  Count(checkpoint.cursor().size());
  batch_.set_cursor(std::move(checkpoint.cursor()));
  is_flush_due_ = true;
}

void Runtime::AskEmit(std::coroutine_handle<> waiter) {
  Call call;
  call.mutable_emit()->Swap(&batch_);
  batch_.Clear();
  batch_records_ = 0;
  batch_bytes_ = 0;
  is_flush_due_ = false;
  Ask(std::move(call), waiter);
}

void Runtime::Log(connector::v1::Log::Level level, std::string_view message) {
  if (effect_.logs_size() >= kLogsPerEffectMax) {
    ++dropped_logs_;
    auto* last = effect_.mutable_logs(kLogsPerEffectMax - 1);
    last->set_level(connector::v1::Log::LEVEL_WARNING);
    last->set_message(std::to_string(dropped_logs_ + 1) + " more lines were dropped");
    return;
  }
  dropped_logs_ = 0;
  auto* log = effect_.add_logs();
  log->set_level(level);
  log->set_message(HeadOf(CleanText(message), 1000));
}

void Runtime::SetProgress(std::uint64_t done, std::uint64_t total) {
  effect_.mutable_progress()->set_done(done);
  effect_.mutable_progress()->set_total(total);
}

void Runtime::RunUntilBlocked() {
  while (next_) {
    std::exchange(next_, {}).resume();
  }
}

std::optional<std::string> Runtime::TakeCompletions(connector::v1::Completions* completions) {
  if (static_cast<std::size_t>(completions->items_size()) != asked_.size()) {
    return "the host answered " + std::to_string(completions->items_size()) + " calls of " +
           std::to_string(asked_.size());
  }
  answers_.clear();
  for (std::size_t i = 0; i < asked_.size(); ++i) {
    Completion* answer = completions->mutable_items(static_cast<int>(i));
    const auto [id, kind] = asked_.at(i);
    if (answer->id() != id) {
      return "the host answered call " + std::to_string(answer->id()) + " where call " +
             std::to_string(id) + " was expected";
    }
    if (answer->kind_case() != kind && !answer->has_failure()) {
      return "the host's answer to call " + std::to_string(id) + " is of another kind than asked";
    }
    answers_.push_back(std::move(*answer));
  }
  asked_.clear();
  next_ = std::exchange(waiter_, {});
  return std::nullopt;
}

void Runtime::Cancel() {
  is_cancelled_ = true;
  asked_.clear();
  next_ = std::exchange(waiter_, {});
}

void Runtime::Forget() {
  waiter_ = {};
  next_ = {};
  asked_.clear();
}

void EmitAwaiter::await_resume() {
  runtime_->ThrowIfCancelled();
  if (!has_asked_) {
    return;
  }
  Completion answer = runtime_->TakeAnswer(0);
  if (answer.has_failure()) {
    throw Failure(std::move(*answer.mutable_failure()));
  }
}

Completion CallAwaiter::Take() {
  runtime_->ThrowIfCancelled();
  return runtime_->TakeAnswer(0);
}

void SleepAwaiter::await_resume() {
  Completion answer = Take();
  if (answer.has_failure()) {
    throw Failure(std::move(*answer.mutable_failure()));
  }
}

CompareResult CompareAwaiter::await_resume() {
  Completion answer = Take();
  if (answer.has_failure()) {
    throw Failure(std::move(*answer.mutable_failure()));
  }
  return std::move(*answer.mutable_compare());
}

}  // namespace storebridge::sdk::internal
