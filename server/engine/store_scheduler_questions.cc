#include <algorithm>
#include <utility>

#include "engine/check_run.h"
#include "engine/store_preview.h"
#include "engine/store_removal.h"
#include "engine/store_scheduler.h"
#include "engine/store_settings.h"
#include "engine/store_view.h"

// What a store is asked beside its flows: whether it can be used, and what connecting it would do.
namespace storebridge::engine {

void StoreScheduler::CountIn(StoreCounts& counts) const {
  ConnectorCounts& all = counts[connector_];
  ++all.stores[store_.state()];
  for (const FlowWork& work : flows_) {
    if (work.journal->health().failures() > 0) {
      ++all.failing[work.flow];
    }
    if (work.run != nullptr && !work.is_held) {
      ++all.running[work.flow];
    }
  }
}

void StoreScheduler::Check(Engine::Done<StoreCheckReport> done) {
  const Status usable = CheckNotDeleting(store_);
  const Result<std::shared_ptr<const RunSubject>> subject = usable ? Subject() : usable.error();
  if (!subject) {
    return ports_.executor.Post([done = std::move(done), error = subject.error()] { done(error); });
  }
  auto run = std::make_shared<CheckRun>(RunPorts(), **subject);
  checks_.insert(run);
  run->Start([](const v1::SyncCounts&) {},
             [self = shared_from_this(), run, done = std::move(done)](const RunEnd& end) {
               self->checks_.erase(run);
               if (!end.failure) {
                 self->KeepCapabilities(run->report().capabilities);
               }
               done(run->report());
               if (!self->closed_) {
                 self->RunWaiting();
               }
               if (self->checks_.empty() && self->when_checked_) {
                 std::exchange(self->when_checked_, nullptr)();
               }
             });
}

void StoreScheduler::KeepCapabilities(const std::vector<std::string>& capabilities) {
  if (std::equal(capabilities.begin(),
                 capabilities.end(),
                 store_.capabilities().begin(),
                 store_.capabilities().end())) {
    return;
  }
  store_.mutable_capabilities()->Assign(capabilities.begin(), capabilities.end());
  subject_.reset();
  ports_.storage.Submit(
      [key = key_, capabilities, now = ports_.clock.NowMs()](ports::Tx& tx) -> Status {
        SB_TRY(v1::Store store, tx.stores().Get(key));
        store.mutable_capabilities()->Assign(capabilities.begin(), capabilities.end());
        return PutStore(tx, key, store, now);
      },
      [](const Status& /*status*/) {});  // Found again at the next check.
}

Result<std::shared_ptr<StorePreview>> StoreScheduler::MakePreview(
    const std::function<void(v1::StoreSettings&)>& merge_settings,
    std::function<bool()> is_wanted) const {
  SB_CHECK(CheckNotDeleting(store_));
  SB_TRY(const std::shared_ptr<const RunSubject> subject, Subject());
  RunSubject tried = *subject;
  merge_settings(*tried.store.mutable_settings());
  SB_CHECK(CheckSettings(tried.store.settings(), ports_.clock.NowMs()));
  SB_TRY(std::unique_ptr<ports::Storage> scratch, ports_.storage.MakeScratch());
  return std::make_shared<StorePreview>(
      RunPorts(), std::move(scratch), std::move(tried), std::move(is_wanted));
}

}  // namespace storebridge::engine
