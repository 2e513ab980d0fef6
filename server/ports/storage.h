#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "core/result.h"
#include "ports/repositories.h"

namespace storebridge::ports {

// A consistent view of everything. Lives as long as the call it was given to.
class ReadTx {
 public:
  virtual ~ReadTx() = default;
  [[nodiscard]] virtual const MerchantRepository& merchants() const = 0;
  [[nodiscard]] virtual const StoreRepository& stores() const = 0;
  [[nodiscard]] virtual const ProductRepository& products() const = 0;
  [[nodiscard]] virtual const StockRepository& stock() const = 0;
  [[nodiscard]] virtual const OrderRepository& orders() const = 0;
  [[nodiscard]] virtual const OutboxRepository& outbox() const = 0;
  [[nodiscard]] virtual const IssueRepository& issues() const = 0;
  [[nodiscard]] virtual const SyncRunRepository& sync_runs() const = 0;
  [[nodiscard]] virtual const ChangeRepository& changes() const = 0;
  [[nodiscard]] virtual const RequestRepository& requests() const = 0;
  [[nodiscard]] virtual const WorkCountRepository& work_counts() const = 0;
};

// A logical transaction: all of it happens, or nothing.
class Tx : public ReadTx {
 public:
  using ReadTx::changes;
  using ReadTx::issues;
  using ReadTx::merchants;
  using ReadTx::orders;
  using ReadTx::outbox;
  using ReadTx::products;
  using ReadTx::requests;
  using ReadTx::stock;
  using ReadTx::stores;
  using ReadTx::sync_runs;
  [[nodiscard]] virtual MerchantRepository& merchants() = 0;
  [[nodiscard]] virtual StoreRepository& stores() = 0;
  [[nodiscard]] virtual ProductRepository& products() = 0;
  [[nodiscard]] virtual StockRepository& stock() = 0;
  [[nodiscard]] virtual OrderRepository& orders() = 0;
  [[nodiscard]] virtual OutboxRepository& outbox() = 0;
  [[nodiscard]] virtual IssueRepository& issues() = 0;
  [[nodiscard]] virtual SyncRunRepository& sync_runs() = 0;
  [[nodiscard]] virtual ChangeRepository& changes() = 0;
  [[nodiscard]] virtual RequestRepository& requests() = 0;
  [[nodiscard]] virtual RetentionRepository& retention() = 0;

  // Asks the scheduler to run a flow of a store as soon as this transaction is durable.
  virtual void Wake(const StoreKey& store, domain::Flow flow) = 0;

  // Asks the scheduler to read a store's record anew as soon as this transaction is durable: it was
  // made, changed or removed.
  virtual void Reload(const StoreKey& store) = 0;

  // Asks the engine to go on with the orders of a merchant that wait or were wrong, as soon as this
  // transaction is durable: there are more than one transaction may look at.
  virtual void GoOn(const std::string& merchant) = 0;

  // Asks the engine to read an order of a store again, by the store's id, as soon as this
  // transaction is durable and the store's orders can be read. After a restart the next look at all
  // open orders does it.
  virtual void ReadOrder(const StoreKey& store, const std::string& external_id) = 0;
};

// What a committed batch of transactions brought about.
struct CommitNotice {
  std::set<std::pair<StoreKey, domain::Flow>> wakes;
  std::set<StoreKey> reloads;
  // Merchants with orders that are still to be looked at.
  std::set<std::string> backlogs;
  // Orders that are to be read again, by the store's id.
  std::set<std::pair<StoreKey, std::string>> readings;
  // Merchants with changes, and their newest sequence.
  std::map<std::string, std::int64_t> heads;
};

// Keeps everything. Work that writes nothing costs no commit.
class Storage {
 public:
  // Reads, decides with pure rules and writes; takes no lock, makes no call, may be run again. An
  // error undoes it.
  using Work = std::function<Status(Tx&)>;
  using Done = std::function<void(Status)>;

  virtual ~Storage() = default;

  // Runs `work` on the writer. `done` is called once, on the executor, after what was written is
  // durable; with the error of `work`, or kUnavailable when the disk failed, and then nothing was
  // written. kResourceExhausted when too much waits. Safe from any thread; never blocks.
  virtual void Submit(Work work, Done done) = 0;

  // Runs `work` here and now on a snapshot. Keep it short. Safe from any thread.
  virtual Status Read(const std::function<Status(const ReadTx&)>& work) = 0;

  // Makes an empty one in memory, which is gone with it, for what is only tried. It calls `done` on
  // the same executor.
  [[nodiscard]] virtual Result<std::unique_ptr<Storage>> MakeScratch() const = 0;

  // Commits to disk since the start: what a round without changes must not add to.
  [[nodiscard]] virtual std::int64_t commits() const = 0;

  // Called on the executor after each commit that woke or changed something, after the `done` of
  // those who wrote it, and before anything that they lead to. Set once, before the first Submit.
  virtual void SetCommitListener(std::function<void(const CommitNotice&)> listener) = 0;
};

}  // namespace storebridge::ports
