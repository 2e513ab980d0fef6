#pragma once

#include <set>
#include <string>
#include <utility>

#include "adapters/storage/connection.h"
#include "adapters/storage/issue_tables.h"
#include "adapters/storage/known_products.h"
#include "adapters/storage/log_tables.h"
#include "adapters/storage/merchant_tables.h"
#include "adapters/storage/order_tables.h"
#include "adapters/storage/product_tables.h"
#include "adapters/storage/retention_tables.h"
#include "adapters/storage/stock_tables.h"
#include "adapters/storage/store_tables.h"
#include "adapters/storage/work_count_tables.h"
#include "adapters/storage/work_tables.h"
#include "ports/storage.h"

namespace storebridge::storage {

// All repositories over one connection.
struct Tables {
  // `known` is the writer's; null for a view.
  Tables(Connection& db, ports::Clock& clock, KnownProducts* known)
      : merchants(db, known),
        stores(db, known),
        products(db, known),
        stock(db, known),
        orders(db),
        outbox(db),
        issues(db),
        sync_runs(db),
        changes(db, clock),
        requests(db, clock),
        retention(db),
        work_counts(db) {}

  MerchantTables merchants;
  StoreTables stores;
  ProductTables products;
  StockTables stock;
  OrderTables orders;
  OutboxTables outbox;
  IssueTables issues;
  SyncRunTables sync_runs;
  ChangeTables changes;
  RequestTables requests;
  RetentionTables retention;
  WorkCountTables work_counts;
};

// The view that Read gives.
class ReadTransaction final : public ports::ReadTx {
 public:
  ReadTransaction(Connection& db, ports::Clock& clock) : tables_(db, clock, nullptr) {}

  const ports::MerchantRepository& merchants() const override { return tables_.merchants; }
  const ports::StoreRepository& stores() const override { return tables_.stores; }
  const ports::ProductRepository& products() const override { return tables_.products; }
  const ports::StockRepository& stock() const override { return tables_.stock; }
  const ports::OrderRepository& orders() const override { return tables_.orders; }
  const ports::OutboxRepository& outbox() const override { return tables_.outbox; }
  const ports::IssueRepository& issues() const override { return tables_.issues; }
  const ports::SyncRunRepository& sync_runs() const override { return tables_.sync_runs; }
  const ports::ChangeRepository& changes() const override { return tables_.changes; }
  const ports::RequestRepository& requests() const override { return tables_.requests; }
  const ports::WorkCountRepository& work_counts() const override { return tables_.work_counts; }

 private:
  Tables tables_;
};

// The logical transaction that Submit gives, used for one after the other.
class WriteTransaction final : public ports::Tx {
 public:
  WriteTransaction(Connection& db, ports::Clock& clock) : tables_(db, clock, &known_) {}

  const ports::MerchantRepository& merchants() const override { return tables_.merchants; }
  const ports::StoreRepository& stores() const override { return tables_.stores; }
  const ports::ProductRepository& products() const override { return tables_.products; }
  const ports::StockRepository& stock() const override { return tables_.stock; }
  const ports::OrderRepository& orders() const override { return tables_.orders; }
  const ports::OutboxRepository& outbox() const override { return tables_.outbox; }
  const ports::IssueRepository& issues() const override { return tables_.issues; }
  const ports::SyncRunRepository& sync_runs() const override { return tables_.sync_runs; }
  const ports::ChangeRepository& changes() const override { return tables_.changes; }
  const ports::RequestRepository& requests() const override { return tables_.requests; }
  const ports::WorkCountRepository& work_counts() const override { return tables_.work_counts; }

  ports::MerchantRepository& merchants() override { return tables_.merchants; }
  ports::StoreRepository& stores() override { return tables_.stores; }
  ports::ProductRepository& products() override { return tables_.products; }
  ports::StockRepository& stock() override { return tables_.stock; }
  ports::OrderRepository& orders() override { return tables_.orders; }
  ports::OutboxRepository& outbox() override { return tables_.outbox; }
  ports::IssueRepository& issues() override { return tables_.issues; }
  ports::SyncRunRepository& sync_runs() override { return tables_.sync_runs; }
  ports::ChangeRepository& changes() override { return tables_.changes; }
  ports::RequestRepository& requests() override { return tables_.requests; }
  ports::RetentionRepository& retention() override { return tables_.retention; }

  void Wake(const ports::StoreKey& store, domain::Flow flow) override {
    wakes_.emplace(store, flow);
  }
  void Reload(const ports::StoreKey& store) override { reloads_.insert(store); }
  void GoOn(const std::string& merchant) override { backlogs_.insert(merchant); }
  void ReadOrder(const ports::StoreKey& store, const std::string& external_id) override {
    readings_.emplace(store, external_id);
  }

  // Forgets the work before.
  void Reset() {
    wakes_.clear();
    reloads_.clear();
    backlogs_.clear();
    readings_.clear();
    tables_.changes.Clear();
  }

  // Forgets what it knows, after work was undone.
  void Forget() { known_.Forget(); }

  // Writes what is written last: the change log.
  Status Finish() { return tables_.changes.Flush(); }

  // Adds what the work brought about.
  void AddTo(ports::CommitNotice& notice) const {
    notice.wakes.insert(wakes_.begin(), wakes_.end());
    notice.reloads.insert(reloads_.begin(), reloads_.end());
    notice.backlogs.insert(backlogs_.begin(), backlogs_.end());
    notice.readings.insert(readings_.begin(), readings_.end());
    for (const auto& [merchant, head] : tables_.changes.heads()) {
      notice.heads[merchant] = head;
    }
  }

 private:
  KnownProducts known_;
  Tables tables_;
  std::set<std::pair<ports::StoreKey, domain::Flow>> wakes_;
  std::set<ports::StoreKey> reloads_;
  std::set<std::string> backlogs_;
  std::set<std::pair<ports::StoreKey, std::string>> readings_;
};

}  // namespace storebridge::storage
