#include <set>
#include <utility>

#include "sim/planted/planted_refit.h"

// The planted bugs of connectors: what passes between connector and host is changed.
namespace storebridge::sim {
namespace {

namespace cv1 = connector::v1;

constexpr std::size_t kCursorsKept = 4;

class PlantedSession final : public ports::ConnectorSession {
 public:
  PlantedSession(std::unique_ptr<ports::ConnectorSession> inner,
                 PlantedBug bug,
                 PlantedMemory& memory)
      : inner_(std::move(inner)), bug_(bug), memory_(memory) {}

  void Step(std::string bytes, StepDone done) override {
    cv1::Event event;
    event.ParseFromString(bytes);
    if (event.has_begin()) {
      operation_ = event.begin().operation();
      ChangeBegin(*event.mutable_begin());
      bytes = event.SerializeAsString();
    }
    if (bug_ == PlantedBug::kTrackingSentAgain && event.has_completions()) {
      HideNotes(*event.mutable_completions());
      bytes = event.SerializeAsString();
    }
    inner_->Step(std::move(bytes), [this, &done](Result<std::string_view> answer) {
      cv1::Effect effect;
      if (!answer || !effect.ParseFromArray(answer->data(), static_cast<int>(answer->size()))) {
        return done(answer);
      }
      for (cv1::Call& call : *effect.mutable_calls()) {
        ChangeCall(call);
      }
      const std::string changed = effect.SerializeAsString();
      done(std::string_view(changed));
    });
  }

 private:
  void ChangeBegin(cv1::Begin& begin) {
    if (bug_ == PlantedBug::kCursorMovesBack && operation_ == "orders.pull" &&
        !begin.cursor().empty()) {
      if (memory_.cursors.empty() || memory_.cursors.back() != begin.cursor()) {
        memory_.cursors.push_back(begin.cursor());
      }
      if (memory_.cursors.size() > kCursorsKept) {
        memory_.cursors.erase(memory_.cursors.begin());
      }
      if (memory_.Sometimes(20)) {
        begin.set_cursor(memory_.cursors.front());
      }
    }
  }

  void ChangeCall(cv1::Call& call) {
    if (bug_ == PlantedBug::kUnsafeCallRetried && call.has_http() &&
        call.http().safety() == cv1::HttpRequest::SAFETY_UNSAFE) {
      call.mutable_http()->set_safety(cv1::HttpRequest::SAFETY_IDEMPOTENT);
    }
    if (call.has_http() && call.http().method() == "GET" &&
        call.http().url().find("/notes") != std::string::npos) {
      looks_.insert(call.id());
    }
    if (call.has_emit()) {
      ChangeEmit(*call.mutable_emit());
    }
  }

  // Whoever looks for what was told before finds nothing.
  void HideNotes(cv1::Completions& completions) {
    for (cv1::Completion& completion : *completions.mutable_items()) {
      if (completion.has_http() && looks_.contains(completion.id()) &&
          completion.http().status() == 200) {
        completion.mutable_http()->set_body("[]");
      }
    }
  }

  void ChangeEmit(cv1::Emit& emit) {
    if (bug_ == PlantedBug::kUnpaidTakenOver) {
      for (cv1::Order& order : *emit.mutable_orders()) {
        if (order.payment_state() == cv1::PAYMENT_STATE_UNPAID) {
          order.set_payment_state(cv1::PAYMENT_STATE_PAID);
        }
      }
    }
    if (bug_ == PlantedBug::kStrictComparison && operation_ == "orders.pull") {
      DropTies(emit);
    }
  }

  // Only what is strictly newer than what was seen of it passes.
  void DropTies(cv1::Emit& emit) {
    cv1::Emit kept = emit;
    kept.clear_orders();
    for (const cv1::Order& order : emit.orders()) {
      std::int64_t& known = memory_.modified_ms[order.external_id()];
      if (order.modified_ms() > known) {
        known = order.modified_ms();
        *kept.add_orders() = order;
      }
    }
    emit = std::move(kept);
  }

  std::unique_ptr<ports::ConnectorSession> inner_;
  PlantedBug bug_;
  PlantedMemory& memory_;
  std::string operation_;
  // Calls that ask for the notes of an order.
  std::set<std::uint64_t> looks_;
};

}  // namespace

std::unique_ptr<ports::ConnectorSession> PlantedRefit::WrapSession(
    std::unique_ptr<ports::ConnectorSession> inner) {
  return std::make_unique<PlantedSession>(std::move(inner), bug_, memory_);
}

}  // namespace storebridge::sim
