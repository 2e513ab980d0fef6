#include "app/secret_store.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "adapters/storage/storage.h"
#include "adapters/vault/vault.h"
#include "support/manual_clock.h"
#include "support/manual_executor.h"

namespace storebridge::app {
namespace {

const domain::StoreKey kWeb{.merchant = "demo", .store = "web"};
const domain::StoreKey kOutlet{.merchant = "demo", .store = "outlet"};

// Opens what begins with "sealed ", says of "other " that another key sealed it, and counts.
class CountingVault final : public ports::Vault {
 public:
  Result<std::string> Seal(const domain::StoreKey& /*store*/,
                           std::string_view /*name*/,
                           const Secret& secret) override {
    return "sealed " + std::string(secret.Reveal());
  }

  Result<Secret> Open(const domain::StoreKey& /*store*/,
                      std::string_view /*name*/,
                      std::string_view sealed) override {
    ++opened;
    if (sealed.starts_with("other ")) {
      return Error{.code = Code::kFailedPrecondition,
                   .reason = std::string(vault::kOtherKeyReason),
                   .message = "the key was another one"};
    }
    if (!sealed.starts_with("sealed ")) {
      return Error{.code = Code::kFailedPrecondition,
                   .reason = "SEALED",
                   .message = "the bytes were changed"};
    }
    return Secret(std::string(sealed.substr(7)));
  }

  int opened = 0;
};

class SecretStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<std::unique_ptr<ports::Storage>> opened =
        storage::OpenStorage({.path = ":memory:", .inline_mode = true}, executor_, clock_, nullptr);
    ASSERT_TRUE(opened) << opened.error().message;
    storage_ = std::move(*opened);
    secrets_ = std::make_unique<SecretStore>(*storage_, vault_);
    Write([](ports::Tx& tx) -> Status {
      v1::Merchant merchant;
      merchant.set_name(domain::MerchantName("demo"));
      SB_CHECK(tx.merchants().Put("demo", merchant));
      for (const domain::StoreKey& key : {kWeb, kOutlet}) {
        v1::Store store;
        store.set_name(domain::StoreName(key));
        SB_CHECK(tx.stores().Put(key, store));
      }
      return Ok();
    });
  }

  void Write(const std::function<Status(ports::Tx&)>& work) {
    storage_->Submit(work, [](const Status& status) {
      EXPECT_TRUE(status) << (status ? "" : status.error().message);
    });
    executor_.RunAll();
  }

  void Keep(const domain::StoreKey& store, const std::string& name, const std::string& sealed) {
    Write([&](ports::Tx& tx) {
      return tx.stores().PutSecret(store, {.name = name, .sealed = sealed});
    });
  }

  testing::ManualClock clock_;
  testing::ManualExecutor executor_;
  std::unique_ptr<ports::Storage> storage_;
  CountingVault vault_;
  std::unique_ptr<SecretStore> secrets_;
};

TEST_F(SecretStoreTest, GivesTheSecretsOfAStoreByName) {
  Keep(kWeb, "key", "sealed ck_1");
  Keep(kWeb, "secret", "sealed cs_1");
  Keep(kOutlet, "key", "sealed other");

  const auto secrets = secrets_->ForStore(kWeb);

  ASSERT_TRUE(secrets) << secrets.error().message;
  ASSERT_EQ((*secrets)->size(), 2U);
  EXPECT_EQ((*secrets)->at("key").Reveal(), "ck_1");
  EXPECT_EQ((*secrets)->at("secret").Reveal(), "cs_1");
}

TEST_F(SecretStoreTest, IsEmptyForAStoreWithoutSecrets) {
  const auto secrets = secrets_->ForStore(kWeb);

  ASSERT_TRUE(secrets);
  EXPECT_TRUE((*secrets)->empty());
}

TEST_F(SecretStoreTest, OpensOnceWhatStaysTheSame) {
  Keep(kWeb, "key", "sealed ck_1");

  const auto first = secrets_->ForStore(kWeb);
  const auto second = secrets_->ForStore(kWeb);

  EXPECT_EQ(*first, *second);
  EXPECT_EQ(vault_.opened, 1);
}

TEST_F(SecretStoreTest, NeverGivesASecretThatWasReplaced) {
  Keep(kWeb, "key", "sealed ck_1");
  ASSERT_TRUE(secrets_->ForStore(kWeb));

  Keep(kWeb, "key", "sealed ck_2");

  EXPECT_EQ((*secrets_->ForStore(kWeb))->at("key").Reveal(), "ck_2");
}

TEST_F(SecretStoreTest, NeverGivesSecretsOfAStoreThatWasRemoved) {
  Keep(kWeb, "key", "sealed ck_1");
  ASSERT_TRUE(secrets_->ForStore(kWeb));

  Write([](ports::Tx& tx) { return tx.stores().Remove(kWeb); });

  EXPECT_TRUE((*secrets_->ForStore(kWeb))->empty());
}

TEST_F(SecretStoreTest, SaysWhatTheVaultSays) {
  Keep(kWeb, "key", "garbage");

  const auto secrets = secrets_->ForStore(kWeb);

  ASSERT_FALSE(secrets);
  EXPECT_EQ(secrets.error().reason, "SEALED");
}

TEST_F(SecretStoreTest, RefusesAKeyThatOpensNoneOfTheCredentials) {
  Keep(kOutlet, "key", "garbage");
  Keep(kWeb, "key", "other ck_1");

  const Status fits = CheckKeyFits(*storage_, vault_, "/data/vault.key");

  ASSERT_FALSE(fits);
  EXPECT_EQ(fits.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(fits.error().reason, "KEY_FILE_OTHER");
  EXPECT_NE(fits.error().message.find("'/data/vault.key'"), std::string::npos);
  EXPECT_NE(fits.error().message.find("the key was another one"), std::string::npos);
}

TEST_F(SecretStoreTest, TakesAKeyThatOpensSomeOfTheCredentials) {
  Keep(kOutlet, "key", "other ck_1");
  Keep(kWeb, "key", "sealed ck_1");

  EXPECT_TRUE(CheckKeyFits(*storage_, vault_, "/data/vault.key"));
}

TEST_F(SecretStoreTest, TakesAKeyWhenThereIsNothingToOpen) {
  EXPECT_TRUE(CheckKeyFits(*storage_, vault_, "/data/vault.key"));
}

TEST_F(SecretStoreTest, TakesDamagedCredentialsForNoSignOfAnotherKey) {
  Keep(kWeb, "key", "garbage");

  EXPECT_TRUE(CheckKeyFits(*storage_, vault_, "/data/vault.key"));
}

TEST_F(SecretStoreTest, LooksForAKeyThatFitsBeyondTheFirstPageOfStores) {
  constexpr int kStores = 501;  // One more than are read at a time.
  Write([](ports::Tx& tx) -> Status {
    for (int i = 0; i < kStores; ++i) {
      const domain::StoreKey key{.merchant = "demo", .store = "s" + std::to_string(1000 + i)};
      v1::Store store;
      store.set_name(domain::StoreName(key));
      SB_CHECK(tx.stores().Put(key, store));
      SB_CHECK(tx.stores().PutSecret(key, {.name = "key", .sealed = "other ck"}));
    }
    return Ok();
  });
  Keep(kWeb, "key", "sealed ck_1");

  EXPECT_TRUE(CheckKeyFits(*storage_, vault_, "/data/vault.key"));
}

}  // namespace
}  // namespace storebridge::app
