#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/stopping.h"
#include "domain/flow_timing.h"
#include "engine/connector_fit.h"
#include "engine/engine_impl.h"
#include "engine/interrupted_runs.h"
#include "engine/new_id.h"
#include "engine/store_removal.h"
#include "engine/store_view.h"
#include "engine/transact.h"

namespace storebridge::engine {
namespace {

constexpr int kStoresPerRead = 500;
// Stores begin one after the other, so that a restart is not a stampede.
constexpr std::int64_t kStaggerMs = 5;
constexpr std::int64_t kStaggerMostMs = 60'000;
// After a part of a deletion that could not be written.
constexpr std::int64_t kDeleteRetryMs = 5'000;

Error NoSuchStore(const domain::StoreKey& store) {
  return Error{.code = Code::kNotFound,
               .reason = "STORE_NOT_FOUND",
               .message = fmt::format("there is no store '{}'", domain::StoreName(store)),
               .facts = {{"store", domain::StoreName(store)}}};
}

}  // namespace

void Engine::Impl::Start() {
  ports_.storage.Submit(
      [now_ms = ports_.clock.NowMs()](ports::Tx& tx) { return EndInterruptedRuns(tx, now_ms); },
      [self = shared_from_this()](const Status& status) {
        if (!status) {
          self->ports_.log.Write(ports::LogLevel::kError,
                                 "runs that the server before was ended under stay RUNNING",
                                 {{"error", status.error().message}});
        }
      });
  housekeeper_->Start();
  backlog_->Start();
  domain::StoreKey after;
  std::int64_t delay_ms = 0;
  while (true) {
    std::vector<v1::Store> page;
    const Status read = ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(page, tx.stores().List("", after, kStoresPerRead));
      return Ok();
    });
    if (!read) {
      ports_.log.Write(
          ports::LogLevel::kError, "stores cannot be read", {{"error", read.error().message}});
      return;
    }
    for (v1::Store& store : page) {
      Result<domain::StoreKey> key = domain::ParseStoreName(store.name());
      if (key) {
        after = *key;
        const bool is_deleting = store.state() == v1::Store::STATE_DELETING;
        Add(*key, std::move(store), std::min(delay_ms, kStaggerMostMs), false);
        delay_ms += kStaggerMs;
        if (is_deleting) {
          GoOnDeleting(*key);
        }
      }
    }
    if (page.size() < kStoresPerRead) {
      return;
    }
  }
}

void Engine::Impl::Add(const domain::StoreKey& key,
                       v1::Store store,
                       std::int64_t delay_ms,
                       bool is_changed) {
  auto scheduler = std::make_shared<StoreScheduler>(
      ports_, slots_, key, store, [weak = weak_from_this()](const v1::SyncRun& run) {
        if (const auto self = weak.lock()) {
          self->OnRun(run);
        }
      });
  stores_[key] = scheduler;
  if (is_changed) {
    return scheduler->Changed(std::move(store));
  }
  if (const Status loaded = scheduler->Load(std::chrono::milliseconds(delay_ms)); !loaded) {
    ports_.log.Write(ports::LogLevel::kError,
                     "store cannot be read",
                     {{"store", domain::StoreName(key)}, {"error", loaded.error().message}});
  }
}

void Engine::Impl::OnCommit(const ports::CommitNotice& notice) {
  for (const auto& [merchant, head] : notice.heads) {
    // An observer may stop observing while it is told.
    const auto observers = change_observers_;
    for (const auto& [id, observer] : observers) {
      observer(merchant, head);
    }
  }
  if (draining_) {
    return;
  }
  for (const domain::StoreKey& key : notice.reloads) {
    Reload(key);
  }
  // Long work goes behind what waits already.
  for (const std::string& merchant : notice.backlogs) {
    ports_.executor.Post([backlog = backlog_, merchant] { backlog->Add(merchant); });
  }
  for (const auto& [key, external_id] : notice.readings) {
    if (const auto found = stores_.find(key); found != stores_.end()) {
      found->second->ReadOrder(external_id);
    }
  }
  for (const domain::Flow flow : domain::kFlowTurns) {
    for (const auto& [key, woken] : notice.wakes) {
      const auto found = stores_.find(key);
      if (woken == flow && found != stores_.end()) {
        found->second->Wake(flow);
      }
    }
  }
}

void Engine::Impl::Reload(const domain::StoreKey& key) {
  Result<v1::Store> store = NoSuchStore(key);
  const Status read = ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
    store = tx.stores().Get(key);
    return Ok();
  });
  if (preview_ != nullptr && preview_->store() == key) {
    preview_->Cancel("the store was changed");
  }
  const auto found = stores_.find(key);
  if (!read || !store) {
    if (found != stores_.end()) {
      found->second->Close();
      stores_.erase(found);
    }
    return;
  }
  const bool is_deleting = store->state() == v1::Store::STATE_DELETING;
  if (found != stores_.end()) {
    found->second->Changed(std::move(*store));
  } else if (!draining_) {
    Add(key, std::move(*store), 0, true);
  }
  if (is_deleting) {
    ports_.executor.Post([weak = weak_from_this(), key] {
      const auto self = weak.lock();
      if (self && !self->draining_) {
        self->GoOnDeleting(key);
      }
    });
  }
}

// When the part is durable the store is read anew, and that leads to the next one.
void Engine::Impl::GoOnDeleting(const domain::StoreKey& key) {
  ports_.storage.Submit(
      [key, now_ms = ports_.clock.NowMs()](ports::Tx& tx) { return RemovePart(tx, key, now_ms); },
      [self = shared_from_this(), key](const Status& status) {
        // It may be gone: somebody has called DeleteStore again.
        if (status || status.error().reason == "STORE_NOT_FOUND" || self->draining_) {
          return;
        }
        self->ports_.log.Write(
            ports::LogLevel::kWarning,
            "a store could not be deleted further; it is tried again",
            {{"store", domain::StoreName(key)}, {"error", status.error().message}});
        self->ports_.executor.PostAfter(std::chrono::milliseconds(kDeleteRetryMs),
                                        [weak = self->weak_from_this(), key] {
                                          const auto again = weak.lock();
                                          if (again && !again->draining_) {
                                            again->GoOnDeleting(key);
                                          }
                                        });
      });
}

void Engine::Impl::OnRun(const v1::SyncRun& run) {
  const bool ended = run.state() != v1::SyncRun::STATE_RUNNING;
  const auto observers = run_observers_;
  for (const auto& [id, watched] : observers) {
    if (watched.first == run.name()) {
      if (ended) {
        run_observers_.erase(id);
      }
      watched.second(run);
    }
  }
}

Result<StoreScheduler*> Engine::Impl::Find(const domain::StoreKey& key) {
  const auto found = stores_.find(key);
  if (found == stores_.end()) {
    return NoSuchStore(key);
  }
  return found->second.get();
}

void Engine::Impl::StartRun(const RunRequest& request,
                            const RequestKey& key,
                            const Done<v1::SyncRun>& done) {
  const std::string& merchant = request.store.merchant;
  std::optional<v1::SyncRun> given;
  const Status read = ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(given, AnswerOf<v1::SyncRun>(tx, merchant, key));
    return Ok();
  });
  if (!read) {
    return done(read.error());
  }
  if (given) {
    return done(*given);
  }
  const Result<StoreScheduler*> found = Find(request.store);
  if (!found) {
    return done(found.error());
  }
  const Result<v1::SyncRun> run = (*found)->RunNow(request.flow, request.is_full);
  if (!run) {
    return done(run);
  }
  // A name that is given away is kept: it is to be found after a crash, too. Two calls with one key
  // that cross get the same run, because a flow runs once at a time.
  Transact<v1::SyncRun>(
      ports_.storage,
      merchant,
      key,
      [store = request.store, run = *run](ports::Tx& tx) -> Result<v1::SyncRun> {
        SB_CHECK(tx.stores().Get(store));  // Disconnected meanwhile.
        SB_CHECK(tx.sync_runs().Put(store, run));
        return run;
      },
      done);
}

Result<v1::Store> Engine::Impl::ShowNow(const ports::ReadTx& tx, const domain::StoreKey& key) {
  SB_TRY(v1::Store record, tx.stores().Get(key));
  if (const auto found = stores_.find(key); found != stores_.end()) {
    v1::Store live = found->second->View();
    if (options_.hears_stores) {
      found->second->ShowCalls(live);
    }
    return ShowStore(tx, key, std::move(record), &live);
  }
  return ShowStore(tx, key, std::move(record));
}

Result<v1::SyncRun> Engine::Impl::ShowRun(const domain::StoreKey& key, const std::string& run) {
  if (const auto found = stores_.find(key); found != stores_.end()) {
    if (const v1::SyncRun* live = found->second->Live(run)) {
      return *live;
    }
  }
  v1::SyncRun record;
  SB_CHECK(ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(record, tx.sync_runs().Get(key, run));
    return Ok();
  }));
  return record;
}

void Engine::Impl::Drain(const std::function<void()>& done) {
  draining_ = true;
  housekeeper_->Stop();
  backlog_->Stop();
  auto left = std::make_shared<std::size_t>(stores_.size() + 1);
  const auto one_less = [left, done] {
    if (--*left == 0) {
      done();
    }
  };
  for (const auto& [key, scheduler] : stores_) {
    scheduler->Drain(one_less);
  }
  StopPreview(one_less);
}

Result<v1::Issue> Engine::Impl::ReadIssue(const std::string& merchant,
                                          const std::string& issue,
                                          ports::IssueKey* key) {
  v1::Issue found;
  SB_CHECK(ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(found, tx.issues().Get(merchant, issue));
    SB_TRY(*key, tx.issues().KeyOf(merchant, issue));
    return Ok();
  }));
  return found;
}

// Lets a push that was refused go again: the row is due at once, then its flow runs.
void Engine::Impl::RetryPush(const ports::IssueKey& key, std::function<void(Status)> done) {
  const bool is_stock = key.record_type == v1::Issue::RECORD_TYPE_STOCK;
  const domain::Flow flow = is_stock ? domain::Flow::kStock : domain::Flow::kShipments;
  ports_.storage.Submit(
      [key, is_stock](ports::Tx& tx) -> Status {
        if (is_stock) {
          SB_TRY(std::optional<ports::Listing> listing,
                 tx.products().FindListing(key.store, key.record_key));
          if (listing) {
            listing->stock_retry_ms = 0;
            listing->stock_dirty = true;
            return tx.products().PutListingStock(*listing);
          }
          return Ok();
        }
        SB_TRY(ports::OutboxRow row, tx.outbox().Get(key.store.merchant, key.record_key));
        if (row.state == ports::OutboxRow::State::kRefused ||
            row.state == ports::OutboxRow::State::kWaiting) {
          row.state = ports::OutboxRow::State::kWaiting;
          // Asking for it makes nothing visible sooner.
          row.due_ms = row.settled_ms;
          return tx.outbox().Put(row);
        }
        return Ok();
      },
      [self = shared_from_this(), key, flow, done = std::move(done)](Status status) {
        if (!status) {
          return done(std::move(status));
        }
        const Result<StoreScheduler*> store = self->Find(key.store);
        if (!store) {
          return done(store.error());
        }
        if (const auto run = (*store)->RunNow(flow, false); !run) {
          return done(run.error());
        }
        (*store)->WhenEnded(flow, [done] { done(Ok()); });
      });
}

void Engine::Impl::Preview(const PreviewRequest& request,
                           std::function<bool()> is_wanted,
                           Done<v1::StorePreview> done) {
  const Result<StoreScheduler*> found = Find(request.store);
  if (!found) {
    return done(found.error());
  }
  if (draining_) {
    return done(ServerStops());
  }
  if (preview_ != nullptr) {
    return done(Error{.code = Code::kResourceExhausted,
                      .reason = "PREVIEW_GOES_ON",
                      .message = "another preview goes on; call again when it has ended"});
  }
  Result<std::shared_ptr<StorePreview>> preview =
      (*found)->MakePreview(request.merge_settings, std::move(is_wanted));
  if (!preview) {
    return done(preview.error());
  }
  preview_ = std::move(*preview);
  preview_->Start(
      [weak = weak_from_this(), done = std::move(done)](const Result<v1::StorePreview>& result) {
        if (const auto self = weak.lock()) {
          self->preview_.reset();
          if (self->when_previewed_) {
            std::exchange(self->when_previewed_, nullptr)();
          }
        }
        done(result);
      });
}

void Engine::Impl::StopPreview(std::function<void()> done) {
  if (preview_ == nullptr) {
    return ports_.executor.Post(std::move(done));
  }
  when_previewed_ = std::move(done);
  preview_->Cancel("the server stops");
}

// What they could not do, or may do now, is tried at once, but not by all of them together.
void Engine::Impl::ReloadStores(const std::vector<v1::Store>& stores) {
  std::int64_t delay_ms = 0;
  for (const v1::Store& store : stores) {
    const Result<domain::StoreKey> key = domain::ParseStoreName(store.name());
    if (!key) {
      continue;
    }
    ports_.executor.PostAfter(std::chrono::milliseconds(std::min(delay_ms, kStaggerMostMs)),
                              [weak = weak_from_this(), key = *key] {
                                const auto self = weak.lock();
                                if (self && !self->draining_) {
                                  self->Reload(key);
                                }
                              });
    delay_ms += kStaggerMs;
  }
}

void Engine::Impl::ReloadConnector(std::string id, bool is_only_tried, Done<v1::Connector> done) {
  if (draining_) {
    return done(ServerStops());
  }
  const auto stores = std::make_shared<std::vector<v1::Store>>();
  const std::string name = domain::ConnectorName(id);
  ports::ConnectorHost::ReloadRequest request{
      .id = std::move(id),
      .approve = [self = shared_from_this(), stores, name](
                     const connector::v1::Manifest& manifest) -> Status {
        SB_TRY(*stores, StoresOf(self->ports_.storage, name));
        return CheckStoresFit(*stores, self->ports_.config_checker, manifest);
      },
      .is_only_tried = is_only_tried};
  ports_.connectors.Reload(
      std::move(request),
      [self = shared_from_this(), stores, is_only_tried, done = std::move(done)](
          Result<ports::ConnectorInfo> info) {
        if (!info) {
          return done(info.error());
        }
        if (!is_only_tried) {
          self->ReloadStores(*stores);
        }
        done(std::move(info->resource));
      });
}

void Engine::Impl::Retry(const std::string& merchant,
                         const std::string& issue,
                         const Done<v1::Issue>& done) {
  ports::IssueKey key;
  const Result<v1::Issue> found = ReadIssue(merchant, issue, &key);
  if (!found || found->state() == v1::Issue::STATE_RESOLVED) {
    return done(found);
  }
  const auto show = [self = shared_from_this(), merchant, issue, done] {
    ports::IssueKey ignored;
    done(self->ReadIssue(merchant, issue, &ignored));
  };
  if (key.record_type == v1::Issue::RECORD_TYPE_STOCK ||
      key.record_type == v1::Issue::RECORD_TYPE_SHIPMENT) {
    return RetryPush(key, [done, show](const Status& status) {
      if (!status) {
        return done(status.error());
      }
      show();
    });
  }
  const Result<StoreScheduler*> store = Find(key.store);
  if (!store) {
    return done(store.error());
  }
  const domain::Flow flow = key.record_type == v1::Issue::RECORD_TYPE_ORDER
                                ? domain::Flow::kOrders
                                : domain::Flow::kProducts;
  (*store)->WhenEnded(flow, [self = shared_from_this(), key, flow, done, show] {
    const Result<StoreScheduler*> again = self->Find(key.store);
    if (!again) {
      return done(again.error());
    }
    // A record without an id can only be found by a look at everything.
    const bool is_full = key.record_key.empty();
    std::vector<std::string> only;
    if (!is_full) {
      only.push_back(key.record_key);
    }
    if (const Result<v1::SyncRun> run = (*again)->RunNow(flow, is_full, std::move(only)); !run) {
      return done(run.error());
    }
    (*again)->WhenEnded(flow, show);
  });
}

}  // namespace storebridge::engine
