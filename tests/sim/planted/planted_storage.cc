#include <optional>
#include <utility>

#include "domain/shipment_update.h"
#include "sim/planted/forwarding_tx.h"
#include "sim/planted/planted_refit.h"

// The planted bugs of engine and storage: repositories that do something else than they should.
namespace storebridge::sim {
namespace {

class PlantedStores final : public ForwardingStores {
 public:
  PlantedStores(ports::StoreRepository& inner, PlantedBug bug)
      : ForwardingStores(inner), bug_(bug) {}

  Status PutFlow(const ports::StoreKey& store,
                 domain::Flow flow,
                 const ports::FlowState& state) override {
    if (flow == domain::Flow::kOrders) {
      put = state;
      put_for = store;
    }
    ports::FlowState kept = state;
    if (bug_ == PlantedBug::kLooksForgotten) {
      kept.full_ms = 0;
    }
    return ForwardingStores::PutFlow(store, flow, kept);
  }

  std::optional<ports::FlowState> put;
  ports::StoreKey put_for;

 private:
  PlantedBug bug_;
};

class PlantedProducts final : public ForwardingProducts {
 public:
  PlantedProducts(ports::Tx& tx, PlantedBug bug)
      : ForwardingProducts(tx.products()), tx_(tx), bug_(bug) {}

  Status PutListing(const ports::Listing& listing) override {
    SB_TRY(const ports::Listing kept, Spoilt(listing));
    return inner_.PutListing(kept);
  }

  Status PutListingStock(const ports::Listing& listing) override {
    SB_TRY(const ports::Listing kept, Spoilt(listing));
    return inner_.PutListingStock(kept);
  }

  Result<bool> NoteAccepted(const ports::Listing& listing) override {
    SB_TRY(const ports::Listing kept, Spoilt(listing));
    return inner_.NoteAccepted(kept);
  }

 private:
  Result<ports::Listing> Spoilt(const ports::Listing& listing) {
    ports::Listing kept = listing;
    if (bug_ == PlantedBug::kEchoOfOwnWrite && !kept.stock_dirty) {
      kept.known_quantity.reset();
    }
    SB_TRY(const std::optional<ports::Listing> before,
           inner_.FindListing(listing.store, listing.external_id));
    if (bug_ == PlantedBug::kStoreStockTaken && before && kept.known_quantity &&
        kept.known_quantity != before->known_quantity && kept.stock_dirty) {
      SB_TRY(ports::StockLevel level, tx_.stock().Get(kept.store.merchant, kept.product));
      if (level.on_hand) {
        level.on_hand = kept.known_quantity;
        SB_CHECK(tx_.stock().Put(kept.store.merchant, kept.product, level));
      }
    }
    return kept;
  }

  ports::Tx& tx_;
  PlantedBug bug_;
};

class PlantedStock final : public ForwardingStock {
 public:
  PlantedStock(ports::StockRepository& inner, PlantedBug bug) : ForwardingStock(inner), bug_(bug) {}

  Status AddToTotal(std::string_view merchant,
                    std::string_view product,
                    const ports::ClaimTotal& difference) override {
    return bug_ == PlantedBug::kClaimsForgotten ? Ok()
                                                : inner_.AddToTotal(merchant, product, difference);
  }

 private:
  PlantedBug bug_;
};

class PlantedOrders final : public ForwardingOrders {
 public:
  PlantedOrders(ports::OrderRepository& inner, PlantedBug bug, PlantedMemory& memory)
      : ForwardingOrders(inner), bug_(bug), memory_(memory) {}

  Result<std::optional<ports::OrderHead>> FindHead(const ports::StoreKey& store,
                                                   std::string_view external_id) const override {
    if (bug_ == PlantedBug::kNoUniqueKey && memory_.Sometimes(40)) {
      return std::optional<ports::OrderHead>();
    }
    return inner_.FindHead(store, external_id);
  }

  Status Put(std::string_view merchant, const ports::OrderRecord& record) override {
    ports::OrderRecord written = record;
    const std::string id = record.order.name().substr(record.order.name().rfind('/') + 1);
    if (bug_ == PlantedBug::kNoUniqueKey) {
      SB_TRY(const domain::StoreKey store, domain::ParseStoreName(record.order.store()));
      SB_TRY(const std::optional<ports::OrderHead> other,
             inner_.FindHead(store, record.order.external_id()));
      if (other && other->order != id) {
        written.order.set_external_id(record.order.external_id() + "#2");
      }
    }
    if (bug_ == PlantedBug::kStateRegresses && record.order.state() == v1::ORDER_STATE_SHIPPED) {
      const Result<ports::OrderRecord> before = inner_.Get(merchant, id);
      if (before && before->order.state() == v1::ORDER_STATE_SHIPPED &&
          before->content_hash != record.content_hash) {
        written.order.set_state(v1::ORDER_STATE_NEW);
      }
    }
    if (bug_ == PlantedBug::kChangeNotTold) {
      const Result<ports::OrderRecord> before = inner_.Get(merchant, id);
      for (int i = 0; before && i < before->order.shipments_size(); ++i) {
        v1::Shipment& shipment = *written.order.mutable_shipments(i);
        if (!domain::StoreHas(before->order.shipments(i)) && domain::StoreHas(shipment)) {
          domain::NoteRevision(shipment, shipment.revision());
        }
      }
    }
    if (bug_ == PlantedBug::kToldBeforeConfirmed) {
      for (v1::Shipment& shipment : *written.order.mutable_shipments()) {
        if (shipment.store_report().state() == v1::StoreReport::STATE_WAITING) {
          shipment.mutable_store_report()->set_state(v1::StoreReport::STATE_ACCEPTED);
        }
      }
    }
    return inner_.Put(merchant, written);
  }

 private:
  PlantedBug bug_;
  PlantedMemory& memory_;
};

class PlantedStorage final : public ports::Storage {
 public:
  PlantedStorage(ports::Storage& inner, PlantedBug bug, PlantedMemory& memory)
      : inner_(inner), bug_(bug), memory_(memory) {}

  void Submit(Work work, Done done) override {
    if (bug_ == PlantedBug::kCursorBeforeData) {
      PutCursorFirst(work);
    }
    inner_.Submit([this, work = std::move(work)](ports::Tx& tx) { return Run(tx, work, nullptr); },
                  std::move(done));
  }
  Status Read(const std::function<Status(const ports::ReadTx&)>& work) override {
    return inner_.Read(work);
  }
  Result<std::unique_ptr<ports::Storage>> MakeScratch() const override {
    return inner_.MakeScratch();
  }
  std::int64_t commits() const override { return inner_.commits(); }
  void SetCommitListener(std::function<void(const ports::CommitNotice&)> listener) override {
    inner_.SetCommitListener(std::move(listener));
  }

 private:
  Status Run(ports::Tx& tx, const Work& work, std::optional<ports::FlowState>* put) {
    PlantedStores stores(tx.stores(), bug_);
    PlantedProducts products(tx, bug_);
    PlantedStock stock(tx.stock(), bug_);
    PlantedOrders orders(tx.orders(), bug_, memory_);
    ForwardingTx planted(tx, {stores, products, stock, orders});
    Status status = work(planted);
    if (put != nullptr) {
      *put = stores.put;
      store_ = stores.put_for;
    }
    return status;
  }

  // Tries the work to learn its cursor, which then becomes durable before it.
  void PutCursorFirst(const Work& work) {
    std::optional<ports::FlowState> put;
    inner_.Submit(
        [this, &work, &put](ports::Tx& tx) -> Status {
          SB_CHECK(Run(tx, work, &put));
          return Error{.code = Code::kCancelled, .message = "only tried"};
        },
        [](Status /*status*/) {});
    if (put) {
      inner_.Submit(
          [store = store_, state = *put](ports::Tx& tx) {
            return tx.stores().PutFlow(store, domain::Flow::kOrders, state);
          },
          [](Status /*status*/) {});
    }
  }

  ports::Storage& inner_;
  PlantedBug bug_;
  PlantedMemory& memory_;
  domain::StoreKey store_;
};

}  // namespace

std::unique_ptr<ports::Storage> PlantedRefit::WrapStorage(ports::Storage& inner) {
  return std::make_unique<PlantedStorage>(inner, bug_, memory_);
}

}  // namespace storebridge::sim
