#include <utility>

#include "engine/engine_impl.h"
#include "engine/new_id.h"

// What others ask of the engine, from any thread: each call goes on on the executor.
namespace storebridge::engine {

Engine::Engine(Ports ports) : Engine(ports, Options()) {}

Engine::Engine(Ports ports, const Options& options)
    : impl_(std::make_shared<Impl>(ports, options)) {
  ports.storage.SetCommitListener(
      [weak = std::weak_ptr<Impl>(impl_)](const ports::CommitNotice& notice) {
        if (const auto impl = weak.lock()) {
          impl->OnCommit(notice);
        }
      });
}

Engine::~Engine() {
  // Runs and stores hold each other until the runs' end, which may not come any more.
  for (const auto& [key, scheduler] : impl_->stores_) {
    scheduler->Abandon();
  }
}

void Engine::Start() {
  impl_->ports_.executor.Post([impl = impl_] { impl->Start(); });
}

void Engine::Drain(std::function<void()> done) {
  impl_->ports_.executor.Post([impl = impl_, done = std::move(done)] { impl->Drain(done); });
}

void Engine::StartRun(RunRequest request, RequestKey key, Done<v1::SyncRun> done) {
  impl_->ports_.executor.Post(
      [impl = impl_, request = std::move(request), key = std::move(key), done = std::move(done)] {
        impl->StartRun(request, key, done);
      });
}

void Engine::GetRun(domain::StoreKey store, std::string run, Done<v1::SyncRun> done) {
  impl_->ports_.executor.Post(
      [impl = impl_, store = std::move(store), run = std::move(run), done = std::move(done)] {
        done(impl->ShowRun(store, run));
      });
}

void Engine::CancelRun(domain::StoreKey store, std::string run, Done<v1::SyncRun> done) {
  impl_->ports_.executor.Post(
      [impl = impl_, store = std::move(store), run = std::move(run), done = std::move(done)] {
        if (const Result<StoreScheduler*> found = impl->Find(store)) {
          (*found)->Cancel(run);
        }
        done(impl->ShowRun(store, run));
      });
}

void Engine::WatchRun(domain::StoreKey store,
                      std::string run,
                      RunObserver observer,
                      Done<ObserverId> done) {
  impl_->ports_.executor.Post([impl = impl_,
                               store = std::move(store),
                               run = std::move(run),
                               observer = std::move(observer),
                               done = std::move(done)] {
    const Result<v1::SyncRun> now = impl->ShowRun(store, run);
    if (!now) {
      return done(now.error());
    }
    const ObserverId id = ++impl->last_observer_;
    if (now->state() == v1::SyncRun::STATE_RUNNING) {
      impl->run_observers_.emplace(id, std::make_pair(now->name(), observer));
    }
    done(id);
    observer(*now);
  });
}

void Engine::StopWatchingRun(ObserverId observer) {
  impl_->ports_.executor.Post([impl = impl_, observer] { impl->run_observers_.erase(observer); });
}

void Engine::CheckStore(domain::StoreKey store, Done<StoreCheckReport> done) {
  impl_->ports_.executor.Post(
      [impl = impl_, store = std::move(store), done = std::move(done)]() mutable {
        const Result<StoreScheduler*> found = impl->Find(store);
        if (!found) {
          return done(found.error());
        }
        (*found)->Check(std::move(done));
      });
}

void Engine::PreviewStore(PreviewRequest request,
                          std::function<bool()> is_wanted,
                          Done<v1::StorePreview> done) {
  impl_->ports_.executor.Post([impl = impl_,
                               request = std::move(request),
                               is_wanted = std::move(is_wanted),
                               done = std::move(done)]() mutable {
    impl->Preview(request, std::move(is_wanted), std::move(done));
  });
}

void Engine::ReloadConnector(std::string id, bool is_only_tried, Done<v1::Connector> done) {
  impl_->ports_.executor.Post(
      [impl = impl_, id = std::move(id), is_only_tried, done = std::move(done)]() mutable {
        impl->ReloadConnector(std::move(id), is_only_tried, std::move(done));
      });
}

void Engine::RetryIssue(std::string merchant, std::string issue, Done<v1::Issue> done) {
  impl_->ports_.executor.Post([impl = impl_,
                               merchant = std::move(merchant),
                               issue = std::move(issue),
                               done = std::move(done)] { impl->Retry(merchant, issue, done); });
}

void Engine::ObserveChanges(ChangeObserver observer, std::function<void(ObserverId)> done) {
  impl_->ports_.executor.Post(
      [impl = impl_, observer = std::move(observer), done = std::move(done)]() mutable {
        const ObserverId id = ++impl->last_observer_;
        impl->change_observers_.emplace(id, std::move(observer));
        done(id);
      });
}

void Engine::StopObservingChanges(ObserverId observer) {
  impl_->ports_.executor.Post(
      [impl = impl_, observer] { impl->change_observers_.erase(observer); });
}

void Engine::GetStore(domain::StoreKey store, Done<v1::Store> done) {
  impl_->ports_.executor.Post([impl = impl_, store = std::move(store), done = std::move(done)] {
    v1::Store shown;
    const Status read = impl->ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(shown, impl->ShowNow(tx, store));
      return Ok();
    });
    done(read ? Result<v1::Store>(std::move(shown)) : Result<v1::Store>(read.error()));
  });
}

void Engine::GetStores(std::vector<domain::StoreKey> stores, Done<std::vector<v1::Store>> done) {
  impl_->ports_.executor.Post([impl = impl_, stores = std::move(stores), done = std::move(done)] {
    std::vector<v1::Store> shown;
    const Status read = impl->ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
      for (const domain::StoreKey& key : stores) {
        Result<v1::Store> store = impl->ShowNow(tx, key);
        SB_TRY(const bool is_there, WasFound(store));
        if (is_there) {
          shown.push_back(std::move(*store));
        }
      }
      return Ok();
    });
    if (!read) {
      return done(read.error());
    }
    done(std::move(shown));
  });
}

void Engine::HearStore(domain::StoreKey store, StoreCall call, std::function<void()> done) {
  impl_->ports_.executor.Post(
      [impl = impl_, store = std::move(store), call = std::move(call), done = std::move(done)] {
        done();
        if (const Result<StoreScheduler*> found = impl->Find(store)) {
          (*found)->Hear(call);
        }
      });
}

void Engine::CountStores(std::function<void(StoreCounts)> done) {
  impl_->ports_.executor.Post([impl = impl_, done = std::move(done)] {
    StoreCounts counts;
    for (const auto& [key, scheduler] : impl->stores_) {
      scheduler->CountIn(counts);
    }
    done(std::move(counts));
  });
}

}  // namespace storebridge::engine
