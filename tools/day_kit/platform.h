#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/channel.h>

#include "core/result.h"
#include "day_kit/store_side.h"
#include "storebridge/v1/change.pb.h"
#include "storebridge/v1/issue.pb.h"
#include "storebridge/v1/order.pb.h"
#include "storebridge/v1/product.pb.h"
#include "storebridge/v1/shipment.pb.h"
#include "storebridge/v1/stock.pb.h"
#include "storebridge/v1/store_service.pb.h"
#include "storebridge/v1/sync_run.pb.h"

namespace storebridge::day {

// A merchant's view of a Storebridge server, over gRPC. Every call blocks, at most `kCallMost`; a
// sync run at most `kRunMost`.
class Platform {
 public:
  static constexpr std::chrono::milliseconds kCallMost{20'000};
  static constexpr std::chrono::milliseconds kRunMost{120'000};

  // `address` as gRPC takes it; `merchant` is the id, such as `demo`.
  Platform(const std::string& address, std::string merchant);

  [[nodiscard]] const std::string& merchant() const { return merchant_; }
  [[nodiscard]] std::string parent() const { return "merchants/" + merchant_; }
  [[nodiscard]] std::string StoreName(const std::string& store) const;
  [[nodiscard]] const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // kUnavailable when nobody answers within `kCallMost`.
  Status WaitForServer();

  Status CreateMerchant(const std::string& display_name);
  // Connects `side` under the id `store`. Work begins at once.
  Result<v1::Store> Connect(const std::string& store,
                            const StoreSide& side,
                            const v1::StoreSettings& settings = {});
  Result<v1::Store> GetStore(const std::string& store);
  // Only the settings that are set are changed.
  Status ChangeSettings(const std::string& store, const v1::StoreSettings& settings);
  Status Pause(const std::string& store);
  Result<v1::CheckStoreResponse> Check(const std::string& store);

  // Runs a flow that begins after this call, and waits for its end. The error of the run when it
  // failed.
  Result<v1::SyncRun> Run(const std::string& store, v1::Flow flow, bool full = false);

  Result<v1::Product> GetProduct(const std::string& code);
  Result<std::vector<v1::Product>> ListProducts();
  Result<v1::Product> UpdateProduct(const v1::Product& product);

  Result<v1::Order> GetOrder(const std::string& number);
  // All pages of a filter, such as `state = NEW`.
  Result<std::vector<v1::Order>> ListOrders(const std::string& filter);
  Result<v1::Order> Collect(const std::string& number);
  // Sends everything that is open when `lines` is empty. `request_id` makes it safe to repeat.
  Result<v1::Order> Ship(const std::string& number,
                         const std::vector<v1::Parcel>& parcels,
                         const std::vector<v1::ShipmentLine>& lines = {},
                         const std::string& request_id = "");
  // Changes the parcels of its only shipment.
  Result<v1::Order> UpdateShipment(const std::string& number,
                                   const std::vector<v1::Parcel>& parcels);

  Result<v1::Stock> GetStock(const std::string& code);
  Result<v1::Stock> SetStock(const std::string& code, std::int64_t on_hand);
  // `request_id` makes it safe to repeat.
  Result<v1::Stock> AdjustStock(const std::string& code,
                                std::int64_t delta,
                                const std::string& request_id);

  // Open ones.
  Result<std::vector<v1::Issue>> ListIssues();

  // Number of the newest change.
  Result<std::int64_t> LastChange();

 private:
  struct Stubs;

  std::string merchant_;
  std::shared_ptr<grpc::Channel> channel_;
  std::shared_ptr<Stubs> stubs_;

  Result<v1::SyncRun> StartRun(const std::string& store, v1::Flow flow, bool full);
  Result<v1::SyncRun> FollowRun(const std::string& name);
};

}  // namespace storebridge::day
