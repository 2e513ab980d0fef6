#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include "adapters/runtime/thread_executor.h"
#include "adapters/storage/storage.h"
#include "api/server.h"
#include "core/ids.h"
#include "domain/names.h"
#include "domain/timestamp.h"
#include "fakes.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "storebridge/v1/merchant_service.grpc.pb.h"
#include "storebridge/v1/store_service.grpc.pb.h"
#include "support/manual_clock.h"
#include "support/seeded_random.h"

namespace storebridge::testing {

// The ErrorInfo of a failed call; empty when it has none.
inline google::rpc::ErrorInfo InfoOf(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (details.ParseFromString(status.error_details())) {
    for (const google::protobuf::Any& detail : details.details()) {
      if (detail.Is<google::rpc::ErrorInfo>()) {
        detail.UnpackTo(&info);
      }
    }
  }
  return info;
}

// A server on a free port of this machine, over an empty storage in memory.
class ApiFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<std::unique_ptr<ports::Storage>> opened =
        storage::OpenStorage({.path = ":memory:", .inline_mode = true}, executor_, clock_, nullptr);
    ASSERT_TRUE(opened) << opened.error().message;
    storage_ = std::move(*opened);
    commands_ =
        std::make_unique<engine::Commands>(engine::Commands::Ports{.storage = *storage_,
                                                                   .clock = clock_,
                                                                   .random = random_,
                                                                   .connectors = connectors_,
                                                                   .config_checker = config_,
                                                                   .vault = vault_});
    engine_ = std::make_unique<engine::Engine>(engine::Engine::Ports{.storage = *storage_,
                                                                     .clock = clock_,
                                                                     .random = random_,
                                                                     .executor = executor_,
                                                                     .egress = egress_,
                                                                     .connectors = connectors_,
                                                                     .config_checker = config_,
                                                                     .log = log_});
    engine_->Start();
    Result<std::unique_ptr<api::GrpcServer>> started =
        api::GrpcServer::Start({.tcp_address = "127.0.0.1:0"}, Ports());
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
    channel_ =
        grpc::CreateChannel(server_->addresses().front(), grpc::InsecureChannelCredentials());
  }

  void TearDown() override {
    server_.reset();
    // What the executor still holds may touch engine and storage.
    executor_.Stop(runtime::ThreadExecutor::OnStop::kDrain);
    executor_.Join();
    engine_.reset();
    storage_.reset();
  }

  api::ApiPorts Ports() {
    return {.commands = *commands_,
            .engine = *engine_,
            .storage = *storage_,
            .connectors = connectors_,
            .random = random_,
            .log = log_};
  }

  // Runs `work` as one transaction.
  void Write(const std::function<Status(ports::Tx&)>& work) {
    std::promise<void> written;
    storage_->Submit(work, [&](const Status& status) {
      EXPECT_TRUE(status) << (status ? "" : status.error().message);
      written.set_value();
    });
    written.get_future().wait();
  }

  void CreateMerchant(const std::string& id) {
    Write([&](ports::Tx& tx) {
      v1::Merchant merchant;
      merchant.set_name(domain::MerchantName(id));
      merchant.set_display_name(id);
      return tx.merchants().Put(id, merchant);
    });
  }

  void CreateStore(const domain::StoreKey& key) {
    Write([&](ports::Tx& tx) {
      v1::Store store;
      store.set_name(domain::StoreName(key));
      store.set_connector("connectors/demo");
      store.set_config_json("{}");
      // Paused: nothing runs.
      store.set_state(v1::Store::STATE_PAUSED);
      // The engine shall know it.
      tx.Reload(key);
      return tx.stores().Put(key, store);
    });
  }

  // Gives the product's id.
  std::string CreateProduct(const domain::StoreKey& store, const std::string& code) {
    std::string id = NextId();
    Write([&](ports::Tx& tx) {
      v1::Product product;
      product.set_name(domain::ProductName(store.merchant, id));
      product.set_product_code(code);
      product.set_is_shippable(true);
      product.add_listings()->set_store(domain::StoreName(store));
      return tx.products().Put(store.merchant, product);
    });
    return id;
  }

  // Gives the order's id.
  std::string CreateOrder(const domain::StoreKey& store,
                          const std::string& number,
                          v1::OrderState state) {
    std::string id = NextId();
    Write([&](ports::Tx& tx) {
      ports::OrderRecord record;
      record.order.set_name(domain::OrderName(store.merchant, id));
      record.order.set_store(domain::StoreName(store));
      record.order.set_external_id("ext-" + id);
      record.order.set_order_number(number);
      record.order.set_state(state);
      *record.order.mutable_create_time() = domain::TimestampFromMs(clock_.NowMs());
      return tx.orders().Put(store.merchant, record);
    });
    return id;
  }

  // Notes `count` changes, each in a transaction of its own.
  void AddChanges(const std::string& merchant, int count) {
    for (int i = 0; i < count; ++i) {
      Write([&](ports::Tx& tx) {
        tx.changes().Add(merchant, v1::Change::TYPE_ORDER, domain::OrderName(merchant, NextId()));
        return Ok();
      });
    }
  }

  std::string NextId() {
    clock_.Advance(std::chrono::milliseconds(1));
    return EncodeId(MakeTimeOrderedId(clock_.NowMs(), ++last_id_));
  }

  ManualClock clock_;
  SeededRandom random_;
  KeptLog log_;
  FakeConnectors connectors_;
  AnyConfig config_;
  BackwardsVault vault_;
  HeldEgress egress_;
  runtime::ThreadExecutor executor_{{}, log_};
  std::unique_ptr<ports::Storage> storage_;
  std::unique_ptr<engine::Commands> commands_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<api::GrpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;

 private:
  std::uint64_t last_id_ = 0;
};

}  // namespace storebridge::testing
