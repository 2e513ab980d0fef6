#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/secret.h"
#include "domain/names.h"
#include "engine/refs.h"
#include "ports/clock.h"
#include "ports/connector_host.h"
#include "ports/random.h"
#include "ports/storage.h"
#include "ports/store_config.h"
#include "ports/vault.h"
#include "storebridge/v1/stock.pb.h"

namespace storebridge::engine {

// Stores as people ask for them.
struct NewStore {
  domain::StoreKey key;
  v1::Store store;
  std::map<std::string, Secret, std::less<>> secrets;
  bool validate_only = false;
  bool start_paused = false;
};

// What to change in a store. Absent members stay.
struct StoreChange {
  domain::StoreKey key;
  std::string etag;
  std::optional<std::string> display_name;
  std::optional<std::string> config_json;
  // Whole settings, already merged with what was there by `merge_settings`.
  std::function<void(v1::StoreSettings&)> merge_settings;
  std::map<std::string, Secret, std::less<>> secrets;
};

// What is on the shelf, as somebody says.
struct StockSetting {
  ProductRef product;
  std::int64_t on_hand = 0;
  std::string reason;
  std::string etag;
};

// Settings of one merchant; those that were refused before are errors.
struct StockBatch {
  std::string merchant;
  std::vector<Result<StockSetting>> settings;
  // How an error is told in the answer, also on the writer's thread.
  std::function<google::rpc::Status(const Error&)> tell;
};

// The changes that people and services ask for. Each is one transaction on the writer; `done` is
// called once, on the executor. Safe from any thread. Errors: kNotFound for what does not exist,
// kAborted for a stale etag, and those named.
class Commands {
 public:
  template <typename T>
  using Done = std::function<void(Result<T>)>;

  struct Ports {
    ports::Storage& storage;
    ports::Clock& clock;
    ports::Random& random;
    ports::ConnectorHost& connectors;
    ports::StoreConfigChecker& config_checker;
    ports::Vault& vault;
  };

  explicit Commands(Ports ports) : ports_(ports) {}

  // kAlreadyExists when the id is taken.
  void CreateMerchant(std::string merchant,
                      std::string display_name,
                      RequestKey key,
                      Done<v1::Merchant> done);
  void UpdateMerchant(std::string merchant,
                      std::string display_name,
                      std::string etag,
                      Done<v1::Merchant> done);
  // kFailedPrecondition while it has stores.
  // With `force` its open orders do not keep it.
  void DeleteMerchant(std::string merchant,
                      std::string etag,
                      bool force,
                      Done<storebridge::Done> done);

  // kInvalidArgument names the setting or secret that is wrong; kAlreadyExists when the id is
  // taken.
  void CreateStore(NewStore request, RequestKey key, Done<v1::Store> done);
  void UpdateStore(StoreChange change, Done<v1::Store> done);
  // kFailedPrecondition while orders of it are being collected.
  void DeleteStore(domain::StoreKey store, std::string etag, Done<storebridge::Done> done);
  void PauseStore(domain::StoreKey store, std::string reason, Done<v1::Store> done);
  void ResumeStore(domain::StoreKey store, Done<v1::Store> done);

  // kInvalidArgument outside 0 to 1000000000.
  void SetStock(StockSetting setting, RequestKey key, Done<v1::Stock> done);
  // As SetStock for each, in one transaction. What is wrong with one is its result, and stops no
  // other. kNotFound when there is no such merchant.
  void BatchSetStock(StockBatch batch, RequestKey key, Done<v1::BatchSetStockResponse> done);
  // kFailedPrecondition when less than 0 would be on the shelf, or nothing was set yet.
  void AdjustStock(ProductRef product,
                   std::int64_t delta,
                   std::string reason,
                   RequestKey key,
                   Done<v1::Stock> done);

  // kFailedPrecondition for a transition that is not allowed, with what to do first.
  void CollectOrder(OrderRef order, std::string etag, Done<v1::Order> done);
  struct ShipRequest {
    OrderRef order;
    std::vector<v1::Parcel> parcels;
    // Everything that is open when empty.
    std::vector<v1::ShipmentLine> lines;
    std::string etag;
    // 0: now.
    std::optional<std::int64_t> shipped_ms = {};
  };
  void ShipOrder(ShipRequest request, RequestKey key, Done<v1::Order> done);
  // kNotFound when the order has no such shipment; none is needed where it has one.
  void UpdateShipment(OrderRef order,
                      std::string shipment,
                      std::vector<v1::Parcel> parcels,
                      std::string etag,
                      Done<v1::Order> done);
  // What is known of the store's version is forgotten: it is read again.
  void PutBackOrder(OrderRef order, std::string reason, std::string etag, Done<v1::Order> done);
  void CancelOrder(OrderRef order, std::string reason, std::string etag, Done<v1::Order> done);
  void HoldOrder(OrderRef order, std::string reason, std::string etag, Done<v1::Order> done);
  void ReleaseOrder(OrderRef order, std::string etag, Done<v1::Order> done);

 private:
  Ports ports_;
};

}  // namespace storebridge::engine
