#pragma once

#include "ports/storage.h"

// A transaction and its repositories that pass everything on, to be overridden here and there.
namespace storebridge::sim {

class ForwardingStores : public ports::StoreRepository {
 public:
  explicit ForwardingStores(ports::StoreRepository& inner) : inner_(inner) {}
  Result<v1::Store> Get(const ports::StoreKey& store) const override { return inner_.Get(store); }
  Result<std::vector<v1::Store>> List(std::string_view merchant,
                                      const ports::StoreKey& after,
                                      int limit) const override {
    return inner_.List(merchant, after, limit);
  }
  Status Put(const ports::StoreKey& store, const v1::Store& value) override {
    return inner_.Put(store, value);
  }
  Status Remove(const ports::StoreKey& store) override { return inner_.Remove(store); }
  Result<ports::FlowState> GetFlow(const ports::StoreKey& store, domain::Flow flow) const override {
    return inner_.GetFlow(store, flow);
  }
  Status PutFlow(const ports::StoreKey& store,
                 domain::Flow flow,
                 const ports::FlowState& state) override {
    return inner_.PutFlow(store, flow, state);
  }
  Result<std::vector<ports::SealedSecret>> Secrets(const ports::StoreKey& store) const override {
    return inner_.Secrets(store);
  }
  Status PutSecret(const ports::StoreKey& store, const ports::SealedSecret& secret) override {
    return inner_.PutSecret(store, secret);
  }
  Result<bool> HasSecrets() const override { return inner_.HasSecrets(); }

 protected:
  ports::StoreRepository& inner_;
};

class ForwardingProducts : public ports::ProductRepository {
 public:
  explicit ForwardingProducts(ports::ProductRepository& inner) : inner_(inner) {}
  Result<v1::Product> Get(std::string_view merchant, std::string_view product) const override {
    return inner_.Get(merchant, product);
  }
  Result<bool> HasAny(std::string_view merchant,
                      std::string_view first,
                      std::string_view last) const override {
    return inner_.HasAny(merchant, first, last);
  }
  Result<v1::Product> GetByCode(std::string_view merchant, std::string_view code) const override {
    return inner_.GetByCode(merchant, code);
  }
  Result<std::optional<v1::Product>> FindByCode(std::string_view merchant,
                                                std::string_view code) const override {
    return inner_.FindByCode(merchant, code);
  }
  Result<domain::ProductFacts> FactsOf(std::string_view merchant,
                                       std::string_view code) const override {
    return inner_.FactsOf(merchant, code);
  }
  Result<std::string> CodeOf(std::string_view merchant, std::string_view product) const override {
    return inner_.CodeOf(merchant, product);
  }
  Result<std::vector<v1::Product>> List(std::string_view merchant,
                                        const domain::MerchantChild& after,
                                        int limit) const override {
    return inner_.List(merchant, after, limit);
  }
  Status Put(std::string_view merchant, const v1::Product& value) override {
    return inner_.Put(merchant, value);
  }
  Result<bool> Add(std::string_view merchant, const v1::Product& value) override {
    return inner_.Add(merchant, value);
  }
  Result<std::optional<ports::Listing>> FindListing(const ports::StoreKey& store,
                                                    std::string_view external_id) const override {
    return inner_.FindListing(store, external_id);
  }
  Result<std::vector<ports::Listing>> ListingsOf(std::string_view merchant,
                                                 std::string_view product) const override {
    return inner_.ListingsOf(merchant, product);
  }
  Result<std::vector<ports::Listing>> Listings(const ports::StoreKey& store,
                                               std::string_view after,
                                               int limit) const override {
    return inner_.Listings(store, after, limit);
  }
  Result<std::vector<std::string>> ListingIds(const ports::StoreKey& store,
                                              std::string_view after,
                                              int limit) const override {
    return inner_.ListingIds(store, after, limit);
  }
  Result<std::vector<ports::Listing>> DirtyListings(const ports::StoreKey& store,
                                                    std::int64_t now_ms,
                                                    int limit) const override {
    return inner_.DirtyListings(store, now_ms, limit);
  }
  Result<std::optional<std::int64_t>> NextDirtyMs(const ports::StoreKey& store) const override {
    return inner_.NextDirtyMs(store);
  }
  Status PutListing(const ports::Listing& listing) override { return inner_.PutListing(listing); }
  Status PutListingStock(const ports::Listing& listing) override {
    return inner_.PutListingStock(listing);
  }
  Status NoteAttempt(const ports::Listing& listing) override { return inner_.NoteAttempt(listing); }
  Result<bool> NoteAccepted(const ports::Listing& listing) override {
    return inner_.NoteAccepted(listing);
  }
  Status RemoveListing(const ports::StoreKey& store, std::string_view external_id) override {
    return inner_.RemoveListing(store, external_id);
  }

 protected:
  ports::ProductRepository& inner_;
};

class ForwardingStock : public ports::StockRepository {
 public:
  explicit ForwardingStock(ports::StockRepository& inner) : inner_(inner) {}
  Result<bool> HasAny(std::string_view merchant) const override { return inner_.HasAny(merchant); }
  Result<ports::StockLevel> Get(std::string_view merchant,
                                std::string_view product) const override {
    return inner_.Get(merchant, product);
  }
  Status Put(std::string_view merchant,
             std::string_view product,
             const ports::StockLevel& level) override {
    return inner_.Put(merchant, product, level);
  }
  Status AddEntry(std::string_view merchant, const ports::StockEntry& entry) override {
    return inner_.AddEntry(merchant, entry);
  }
  Result<std::vector<ports::StockEntry>> ListEntries(std::string_view merchant,
                                                     std::string_view product,
                                                     std::int64_t number,
                                                     int limit) const override {
    return inner_.ListEntries(merchant, product, number, limit);
  }
  Result<ports::StockPosition> Position(std::string_view merchant,
                                        std::string_view product) const override {
    return inner_.Position(merchant, product);
  }
  Status AddToTotal(std::string_view merchant,
                    std::string_view product,
                    const ports::ClaimTotal& difference) override {
    return inner_.AddToTotal(merchant, product, difference);
  }

 protected:
  ports::StockRepository& inner_;
};

class ForwardingOrders : public ports::OrderRepository {
 public:
  explicit ForwardingOrders(ports::OrderRepository& inner) : inner_(inner) {}
  Result<ports::OrderRecord> Get(std::string_view merchant, std::string_view order) const override {
    return inner_.Get(merchant, order);
  }
  Result<bool> HasAny(std::string_view merchant,
                      std::string_view first,
                      std::string_view last) const override {
    return inner_.HasAny(merchant, first, last);
  }
  Result<std::string> GetBytes(std::string_view merchant, std::string_view order) const override {
    return inner_.GetBytes(merchant, order);
  }
  Result<std::optional<ports::OrderHead>> FindHead(const ports::StoreKey& store,
                                                   std::string_view external_id) const override {
    return inner_.FindHead(store, external_id);
  }
  Result<std::vector<std::string>> FindByNumber(std::string_view merchant,
                                                std::string_view number) const override {
    return inner_.FindByNumber(merchant, number);
  }
  Result<std::vector<v1::Order>> List(const ports::OrderFilter& filter,
                                      const domain::MerchantChild& after,
                                      int limit) const override {
    return inner_.List(filter, after, limit);
  }
  Result<std::vector<std::string>> Oldest(std::string_view merchant,
                                          v1::OrderState state,
                                          std::string_view after,
                                          int limit) const override {
    return inner_.Oldest(merchant, state, after, limit);
  }
  Result<std::vector<ports::OrderHead>> OpenHeads(const ports::StoreKey& store,
                                                  std::string_view after,
                                                  int limit) const override {
    return inner_.OpenHeads(store, after, limit);
  }
  Result<ports::OrderClaims> ClaimsOn(const ports::ClaimQuery& wanted,
                                      int orders_max) const override {
    return inner_.ClaimsOn(wanted, orders_max);
  }
  Status Put(std::string_view merchant, const ports::OrderRecord& record) override {
    return inner_.Put(merchant, record);
  }

 protected:
  ports::OrderRepository& inner_;
};

// `Stores`, `Products`, `Stock` and `Orders` stand between the engine and the repositories of
// `inner`; the rest is passed on.
class ForwardingTx : public ports::Tx {
 public:
  struct Repositories {
    ports::StoreRepository& stores;
    ports::ProductRepository& products;
    ports::StockRepository& stock;
    ports::OrderRepository& orders;
  };

  ForwardingTx(ports::Tx& inner, Repositories repositories)
      : inner_(inner), repositories_(repositories) {}

  const ports::MerchantRepository& merchants() const override { return inner_.merchants(); }
  const ports::StoreRepository& stores() const override { return repositories_.stores; }
  const ports::ProductRepository& products() const override { return repositories_.products; }
  const ports::StockRepository& stock() const override { return repositories_.stock; }
  const ports::OrderRepository& orders() const override { return repositories_.orders; }
  const ports::OutboxRepository& outbox() const override { return inner_.outbox(); }
  const ports::IssueRepository& issues() const override { return inner_.issues(); }
  const ports::SyncRunRepository& sync_runs() const override { return inner_.sync_runs(); }
  const ports::ChangeRepository& changes() const override { return inner_.changes(); }
  const ports::RequestRepository& requests() const override { return inner_.requests(); }
  const ports::WorkCountRepository& work_counts() const override { return inner_.work_counts(); }
  ports::MerchantRepository& merchants() override { return inner_.merchants(); }
  ports::StoreRepository& stores() override { return repositories_.stores; }
  ports::ProductRepository& products() override { return repositories_.products; }
  ports::StockRepository& stock() override { return repositories_.stock; }
  ports::OrderRepository& orders() override { return repositories_.orders; }
  ports::OutboxRepository& outbox() override { return inner_.outbox(); }
  ports::IssueRepository& issues() override { return inner_.issues(); }
  ports::SyncRunRepository& sync_runs() override { return inner_.sync_runs(); }
  ports::ChangeRepository& changes() override { return inner_.changes(); }
  ports::RequestRepository& requests() override { return inner_.requests(); }
  ports::RetentionRepository& retention() override { return inner_.retention(); }
  void Reload(const ports::StoreKey& store) override { inner_.Reload(store); }
  void GoOn(const std::string& merchant) override { inner_.GoOn(merchant); }
  void ReadOrder(const ports::StoreKey& store, const std::string& external_id) override {
    inner_.ReadOrder(store, external_id);
  }
  void Wake(const ports::StoreKey& store, domain::Flow flow) override { inner_.Wake(store, flow); }

 private:
  ports::Tx& inner_;
  Repositories repositories_;
};

}  // namespace storebridge::sim
