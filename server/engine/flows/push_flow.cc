#include "engine/flows/push_flow.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

constexpr int kBatchesPerRunMax = 100;

int ItemsMax(const cv1::Manifest& manifest, std::string_view name, int most) {
  for (const cv1::Operation& operation : manifest.operations()) {
    if (operation.name() == name && operation.max_items() > 0) {
      return static_cast<int>(std::min(operation.max_items(), static_cast<std::uint32_t>(most)));
    }
  }
  return most;
}

}  // namespace

PushFlow::PushFlow(FlowPorts ports, RunSubject subject, std::string_view operation, int items_max)
    : FlowRun(ports, std::move(subject)), operation_(operation), items_max_(items_max) {}

int PushFlow::items_max() const {
  return ItemsMax(*subject_.manifest, operation_, items_max_);
}

void PushFlow::Begin() {
  PushBatch();
}

void PushFlow::PushBatch() {
  if (batches_++ == kBatchesPerRunMax) {
    return EndWithoutSession(RunEnd{.more = true});
  }
  CollectSome();
}

void PushFlow::CollectSome() {
  if (IsCancelled()) {
    return EndWithoutSession(Stopped());
  }
  auto self = Self<PushFlow>();
  ports_.storage.Submit(
      [self](ports::Tx& tx) { return self->Collect(tx); },
      [self](const Status& status) {
        if (!status) {
          return self->EndWithoutSession(RunEnd{.failure = ToFailure(status.error())});
        }
        if (self->TakeCollected()) {
          return self->CollectSome();
        }
        cv1::Begin begin;
        begin.set_operation(std::string(self->operation_));
        if (!self->Describe(begin)) {
          return self->End(RunEnd{});
        }
        self->wrote_ = true;
        self->OpenSession(std::move(begin));
      });
}

void PushFlow::Count(const cv1::ItemResult& result) {
  counts_.set_seen(counts_.seen() + 1);
  if (result.has_accepted()) {
    counts_.set_changed(counts_.changed() + 1);
  } else {
    counts_.set_failed(counts_.failed() + 1);
  }
}

cv1::Failure PushFlow::NoOutcome(std::size_t items, std::string_view first) {
  cv1::Failure failure;
  failure.set_code(cv1::Failure::CODE_CONNECTOR_BUG);
  failure.set_message(fmt::format(
      "the connector gave no outcome for {} of its items, the first is '{}'", items, first));
  return failure;
}

}  // namespace storebridge::engine
