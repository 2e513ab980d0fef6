#include "engine/flows/push_flow.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

// Then the flow takes its turn again, so that others are not kept waiting.
constexpr int kBatchesPerRunMax = 100;

}  // namespace

int PushFlow::ItemsMax(std::string_view operation, int most) const {
  for (const cv1::Operation& known : subject_.manifest->operations()) {
    if (known.name() == operation && known.max_items() > 0) {
      return static_cast<int>(
          std::min<std::uint32_t>(known.max_items(), static_cast<std::uint32_t>(most)));
    }
  }
  return most;
}

void PushFlow::PushBatch() {
  if (batches_++ == kBatchesPerRunMax) {
    return End(RunEnd{.more = true});
  }
  auto self = Self<PushFlow>();
  auto begin = std::make_shared<cv1::Begin>();
  ports_.storage.Submit(
      [self, begin](ports::Tx& tx) {
        self->expected_.clear();
        begin->Clear();
        return self->Collect(tx, *begin);
      },
      [self, begin](Status status) {
        if (!status) {
          return self->End(RunEnd{.failure = ToFailure(status.error())});
        }
        if (self->expected_.empty()) {
          return self->End(RunEnd{});
        }
        self->wrote_ = true;
        self->OpenSession(std::move(*begin));
      });
}

void PushFlow::OnEmit(cv1::Emit emit, Done<cv1::EmitResult> done) {
  auto self = Self<PushFlow>();
  auto shared = std::make_shared<cv1::Emit>(std::move(emit));
  ports_.storage.Submit(
      [self, shared](ports::Tx& tx) -> Status {
        for (const cv1::ItemResult& result : shared->results()) {
          if (self->expected_.contains(result.ref())) {
            SB_CHECK(self->Record(tx, result));
          }
        }
        return Ok();
      },
      [self, shared, done = std::move(done)](Status status) {
        if (!status) {
          return done(status.error());
        }
        cv1::EmitResult answer;
        for (const cv1::ItemResult& result : shared->results()) {
          if (self->expected_.erase(result.ref()) == 0) {
            continue;  // Not ours, or answered twice.
          }
          self->counts_.set_seen(self->counts_.seen() + 1);
          if (result.has_accepted()) {
            self->counts_.set_changed(self->counts_.changed() + 1);
            answer.set_changed(answer.changed() + 1);
          } else {
            self->counts_.set_failed(self->counts_.failed() + 1);
          }
        }
        self->CountPage();
        done(std::move(answer));
      });
}

void PushFlow::GiveAllBack(cv1::Failure failure) {
  auto self = Self<PushFlow>();
  ports_.storage.Submit(
      [self, failure](ports::Tx& tx) -> Status {
        for (const std::string& ref : self->expected_) {
          SB_CHECK(self->GiveBack(tx, ref, failure));
        }
        return Ok();
      },
      [self, failure](Status /*status*/) { self->End(RunEnd{.failure = failure}); });
}

void PushFlow::OnSessionEnd(SessionEnd session) {
  if (session.failure) {
    return GiveAllBack(std::move(*session.failure));
  }
  if (!expected_.empty()) {
    cv1::Failure silent;
    silent.set_code(cv1::Failure::CODE_CONNECTOR_BUG);
    silent.set_message(
        fmt::format("the connector gave no outcome for {} of the records, the first is '{}'",
                    expected_.size(),
                    *expected_.begin()));
    return GiveAllBack(std::move(silent));
  }
  PushBatch();
}

}  // namespace storebridge::engine
