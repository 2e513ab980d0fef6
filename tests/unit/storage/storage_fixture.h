#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/storage/storage.h"
#include "domain/names.h"
#include "ports/storage.h"
#include "support/kept_log.h"
#include "support/manual_clock.h"
#include "support/manual_executor.h"
#include "support/null_log.h"
#include "support/seeded_random.h"

namespace storebridge::storage {

// A folder that goes with the test.
class TempFolder {
 public:
  TempFolder() {
    std::string name = ::testing::TempDir() + "storebridge-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string File(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }

 private:
  std::string path_;
};

// Whether it worked; shows the error when it did not.
inline ::testing::AssertionResult Worked(const Status& status) {
  return status ? ::testing::AssertionSuccess()
                : ::testing::AssertionFailure() << status.error().message;
}

// Storage with the parts that it needs.
class StorageTest : public ::testing::Test {
 protected:
  using Work = ports::Storage::Work;

  void Open(const StorageOptions& options) {
    auto opened = OpenStorage(options, executor_, clock_, &log_);
    ASSERT_TRUE(opened) << opened.error().message;
    storage_ = std::move(*opened);
  }

  // Runs work to its end.
  Status Write(Work work) {
    std::optional<Status> status;
    storage_->Submit(std::move(work), [&](Status ended) { status = std::move(ended); });
    if (!executor_.RunUntil([&] { return status.has_value(); })) {
      return Error{.message = "work did not end"};
    }
    return *status;
  }

  // Reads one thing.
  template <typename T, typename Get>
  T ReadOne(Get get) {
    std::optional<T> value;
    const Status status = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(value, get(tx));
      return Ok();
    });
    EXPECT_TRUE(Worked(status));
    return value ? std::move(*value) : T{};
  }

  // The code of a read that fails.
  template <typename Get>
  std::optional<Error> ErrorOf(Get get) {
    const Status status = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_CHECK(get(tx));
      return Ok();
    });
    return status ? std::nullopt : std::optional(status.error());
  }

  testing::ManualClock clock_;
  testing::ManualExecutor executor_{clock_};
  testing::NullLog log_;
  std::unique_ptr<ports::Storage> storage_;
};

// Storage in memory that works inside Submit.
class InlineStorageTest : public StorageTest {
 protected:
  void SetUp() override { Open({.path = ":memory:", .inline_mode = true}); }
};

// The store of most tests.
inline const ports::StoreKey kWeb{"acme", "web"};

inline v1::Merchant MakeMerchant(std::string_view id) {
  v1::Merchant merchant;
  merchant.set_name(domain::MerchantName(id));
  return merchant;
}

inline v1::Store MakeStore(const ports::StoreKey& key) {
  v1::Store store;
  store.set_name(domain::StoreName(key));
  return store;
}

inline v1::Product MakeProduct(std::string_view merchant,
                               std::string_view id,
                               std::string_view code) {
  v1::Product product;
  product.set_name(domain::ProductName(merchant, id));
  product.set_product_code(std::string(code));
  return product;
}

inline ports::OrderRecord MakeOrder(const ports::StoreKey& store,
                                    std::string_view id,
                                    v1::OrderState state,
                                    std::int64_t create_s) {
  ports::OrderRecord record;
  record.order.set_name(domain::OrderName(store.merchant, id));
  record.order.set_store(domain::StoreName(store));
  record.order.set_external_id("x-" + std::string(id));
  record.order.set_order_number("no-" + std::string(id));
  record.order.set_state(state);
  record.order.mutable_create_time()->set_seconds(create_s);
  return record;
}

// The last parts of the names.
template <typename Message>
std::vector<std::string> IdsOf(const std::vector<Message>& messages) {
  std::vector<std::string> ids;
  ids.reserve(messages.size());
  for (const Message& message : messages) {
    ids.push_back(message.name().substr(message.name().rfind('/') + 1));
  }
  return ids;
}

}  // namespace storebridge::storage
