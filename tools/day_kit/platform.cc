#include "day_kit/platform.h"

#include <utility>

#include <fmt/format.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "day_kit/call.h"
#include "storebridge/v1/change_service.grpc.pb.h"
#include "storebridge/v1/issue_service.grpc.pb.h"
#include "storebridge/v1/merchant_service.grpc.pb.h"
#include "storebridge/v1/order_service.grpc.pb.h"
#include "storebridge/v1/product_service.grpc.pb.h"
#include "storebridge/v1/stock_service.grpc.pb.h"
#include "storebridge/v1/store_service.grpc.pb.h"
#include "storebridge/v1/sync_service.grpc.pb.h"

namespace storebridge::day {
namespace {

constexpr int kPageSize = 500;
constexpr int kStartsMost = 5;

}  // namespace

struct Platform::Stubs {
  explicit Stubs(const std::shared_ptr<grpc::Channel>& channel)
      : merchants(channel),
        stores(channel),
        products(channel),
        orders(channel),
        stock(channel),
        issues(channel),
        syncs(channel),
        changes(channel) {}

  v1::MerchantService::Stub merchants;
  v1::StoreService::Stub stores;
  v1::ProductService::Stub products;
  v1::OrderService::Stub orders;
  v1::StockService::Stub stock;
  v1::IssueService::Stub issues;
  v1::SyncService::Stub syncs;
  v1::ChangeService::Stub changes;
};

Platform::Platform(const std::string& address, std::string merchant)
    : merchant_(std::move(merchant)),
      channel_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())),
      stubs_(std::make_shared<Stubs>(channel_)) {}

std::string Platform::StoreName(const std::string& store) const {
  return parent() + "/stores/" + store;
}

Status Platform::WaitForServer() {
  if (channel_->WaitForConnected(std::chrono::system_clock::now() + kCallMost)) {
    return Ok();
  }
  return Error{
      .code = Code::kUnavailable,
      .reason = "NO_SERVER",
      .message = fmt::format("no server answered within {} ms; is storebridged running there?",
                             kCallMost.count())};
}

Status Platform::CreateMerchant(const std::string& display_name) {
  v1::CreateMerchantRequest request;
  request.set_merchant_id(merchant_);
  request.mutable_merchant()->set_display_name(display_name);
  SB_TRY(
      [[maybe_unused]] const v1::Merchant made,
      Call<v1::Merchant>(stubs_->merchants, &v1::MerchantService::Stub::CreateMerchant, request));
  return Ok();
}

Result<v1::Store> Platform::Connect(const std::string& store,
                                    const StoreSide& side,
                                    const v1::StoreSettings& settings) {
  v1::CreateStoreRequest request;
  request.set_parent(parent());
  request.set_store_id(store);
  request.mutable_store()->set_display_name(side.kind());
  request.mutable_store()->set_connector(side.connector());
  request.mutable_store()->set_config_json(side.config_json());
  *request.mutable_store()->mutable_settings() = settings;
  for (const auto& [name, value] : side.secrets()) {
    (*request.mutable_secrets())[name] = value;
  }
  return Call<v1::Store>(stubs_->stores, &v1::StoreService::Stub::CreateStore, request);
}

Result<v1::Store> Platform::GetStore(const std::string& store) {
  v1::GetStoreRequest request;
  request.set_name(StoreName(store));
  return Call<v1::Store>(stubs_->stores, &v1::StoreService::Stub::GetStore, request);
}

Status Platform::ChangeSettings(const std::string& store, const v1::StoreSettings& settings) {
  v1::UpdateStoreRequest request;
  request.mutable_store()->set_name(StoreName(store));
  *request.mutable_store()->mutable_settings() = settings;
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  settings.GetReflection()->ListFields(settings, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    request.mutable_update_mask()->add_paths("settings." + field->name());
  }
  SB_TRY([[maybe_unused]] const v1::Store changed,
         Call<v1::Store>(stubs_->stores, &v1::StoreService::Stub::UpdateStore, request));
  return Ok();
}

Status Platform::Pause(const std::string& store) {
  v1::PauseStoreRequest request;
  request.set_name(StoreName(store));
  request.set_reason("paused by hand");
  SB_TRY([[maybe_unused]] const v1::Store paused,
         Call<v1::Store>(stubs_->stores, &v1::StoreService::Stub::PauseStore, request));
  return Ok();
}

Result<v1::CheckStoreResponse> Platform::Check(const std::string& store) {
  v1::CheckStoreRequest request;
  request.set_name(StoreName(store));
  return Call<v1::CheckStoreResponse>(
      stubs_->stores, &v1::StoreService::Stub::CheckStore, request, kRunMost);
}

Result<v1::SyncRun> Platform::StartRun(const std::string& store, v1::Flow flow, bool full) {
  v1::StartSyncRunRequest request;
  request.set_parent(StoreName(store));
  request.set_flow(flow);
  request.set_full(full);
  return Call<v1::SyncRun>(stubs_->syncs, &v1::SyncService::Stub::StartSyncRun, request);
}

Result<v1::SyncRun> Platform::FollowRun(const std::string& name) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kRunMost);
  v1::WatchSyncRunRequest request;
  request.set_name(name);
  const auto reader = stubs_->syncs.WatchSyncRun(&context, request);
  v1::WatchSyncRunResponse event;
  v1::SyncRun last;
  while (reader->Read(&event)) {
    last = event.sync_run();
  }
  if (const grpc::Status status = reader->Finish(); !status.ok()) {
    return ToError(status);
  }
  return last;
}

Result<v1::SyncRun> Platform::Run(const std::string& store, v1::Flow flow, bool full) {
  v1::SyncRun run;
  // A run that was going on already may have read the store before our caller changed it: it does
  // not count.
  for (int i = 0; i < kStartsMost && run.trigger() != v1::SyncRun::TRIGGER_MANUAL; ++i) {
    SB_TRY(const v1::SyncRun started, StartRun(store, flow, full));
    Result<v1::SyncRun> ended = FollowRun(started.name());
    if (ended) {
      run = std::move(*ended);
    } else if (started.trigger() == v1::SyncRun::TRIGGER_MANUAL ||
               ended.error().code != Code::kNotFound) {
      return ended.error();
    }
    // Not found: a run that nobody started and that changed nothing is not kept.
  }
  if (run.trigger() == v1::SyncRun::TRIGGER_MANUAL && run.state() == v1::SyncRun::STATE_SUCCEEDED) {
    return run;
  }
  return Error{.code = Code::kFailedPrecondition,
               .reason = "RUN_FAILED",
               .message = fmt::format("{} of {} ended as {}: {} {}",
                                      v1::Flow_Name(flow),
                                      run.name(),
                                      v1::SyncRun::State_Name(run.state()),
                                      run.error_reason(),
                                      run.error())};
}

Result<v1::Product> Platform::GetProduct(const std::string& code) {
  v1::GetProductRequest request;
  request.set_name(parent());
  request.set_product_code(code);
  return Call<v1::Product>(stubs_->products, &v1::ProductService::Stub::GetProduct, request);
}

Result<std::vector<v1::Product>> Platform::ListProducts() {
  v1::ListProductsRequest request;
  request.set_parent(parent());
  request.set_page_size(kPageSize);
  std::vector<v1::Product> all;
  do {
    SB_TRY(const v1::ListProductsResponse page,
           Call<v1::ListProductsResponse>(
               stubs_->products, &v1::ProductService::Stub::ListProducts, request));
    all.insert(all.end(), page.products().begin(), page.products().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

Result<v1::Product> Platform::UpdateProduct(const v1::Product& product) {
  v1::UpdateProductRequest request;
  *request.mutable_product() = product;
  return Call<v1::Product>(stubs_->products, &v1::ProductService::Stub::UpdateProduct, request);
}

Result<v1::Order> Platform::GetOrder(const std::string& number) {
  v1::GetOrderRequest request;
  request.set_name(parent());
  request.set_order_number(number);
  return Call<v1::Order>(stubs_->orders, &v1::OrderService::Stub::GetOrder, request);
}

Result<std::vector<v1::Order>> Platform::ListOrders(const std::string& filter) {
  v1::ListOrdersRequest request;
  request.set_parent(parent());
  request.set_filter(filter);
  request.set_page_size(kPageSize);
  std::vector<v1::Order> all;
  do {
    SB_TRY(
        const v1::ListOrdersResponse page,
        Call<v1::ListOrdersResponse>(stubs_->orders, &v1::OrderService::Stub::ListOrders, request));
    all.insert(all.end(), page.orders().begin(), page.orders().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

Result<v1::Order> Platform::Collect(const std::string& number) {
  v1::CollectOrderRequest request;
  request.set_name(parent());
  request.set_order_number(number);
  return Call<v1::Order>(stubs_->orders, &v1::OrderService::Stub::CollectOrder, request);
}

Result<v1::Order> Platform::Ship(const std::string& number,
                                 const std::vector<v1::Parcel>& parcels,
                                 const std::vector<v1::ShipmentLine>& lines,
                                 const std::string& request_id) {
  v1::ShipOrderRequest request;
  request.set_name(parent());
  request.set_order_number(number);
  request.mutable_parcels()->Assign(parcels.begin(), parcels.end());
  request.mutable_lines()->Assign(lines.begin(), lines.end());
  request.set_request_id(request_id);
  return Call<v1::Order>(stubs_->orders, &v1::OrderService::Stub::ShipOrder, request);
}

Result<v1::Order> Platform::UpdateShipment(const std::string& number,
                                           const std::vector<v1::Parcel>& parcels) {
  v1::UpdateShipmentRequest request;
  request.set_name(parent());
  request.set_order_number(number);
  request.mutable_parcels()->Assign(parcels.begin(), parcels.end());
  return Call<v1::Order>(stubs_->orders, &v1::OrderService::Stub::UpdateShipment, request);
}

Result<v1::Stock> Platform::GetStock(const std::string& code) {
  v1::GetStockRequest request;
  request.set_name(parent());
  request.set_product_code(code);
  return Call<v1::Stock>(stubs_->stock, &v1::StockService::Stub::GetStock, request);
}

Result<v1::Stock> Platform::SetStock(const std::string& code, std::int64_t on_hand) {
  v1::SetStockRequest request;
  request.set_name(parent());
  request.set_product_code(code);
  request.set_on_hand(on_hand);
  request.set_reason("counted");
  return Call<v1::Stock>(stubs_->stock, &v1::StockService::Stub::SetStock, request);
}

Result<v1::Stock> Platform::AdjustStock(const std::string& code,
                                        std::int64_t delta,
                                        const std::string& request_id) {
  v1::AdjustStockRequest request;
  request.set_name(parent());
  request.set_product_code(code);
  request.set_delta(delta);
  request.set_reason("received");
  request.set_request_id(request_id);
  return Call<v1::Stock>(stubs_->stock, &v1::StockService::Stub::AdjustStock, request);
}

Result<std::vector<v1::Issue>> Platform::ListIssues() {
  v1::ListIssuesRequest request;
  request.set_parent(parent());
  request.set_page_size(kPageSize);
  std::vector<v1::Issue> all;
  do {
    SB_TRY(
        const v1::ListIssuesResponse page,
        Call<v1::ListIssuesResponse>(stubs_->issues, &v1::IssueService::Stub::ListIssues, request));
    all.insert(all.end(), page.issues().begin(), page.issues().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

Result<std::int64_t> Platform::LastChange() {
  v1::ListChangesRequest request;
  request.set_parent(parent());
  request.set_page_size(kPageSize);
  std::int64_t last = 0;
  do {
    SB_TRY(const v1::ListChangesResponse page,
           Call<v1::ListChangesResponse>(
               stubs_->changes, &v1::ChangeService::Stub::ListChanges, request));
    for (const v1::Change& change : page.changes()) {
      last = change.sequence();
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return last;
}

}  // namespace storebridge::day
