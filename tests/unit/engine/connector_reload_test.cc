// A connector's file that was replaced while the server runs.
#include <memory>
#include <string>
#include <utility>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

class ConnectorReloadTest : public EngineDay {
 protected:
  // Puts a file of this version there.
  void Replace(const std::string& version) {
    host_.next = std::make_shared<cv1::Manifest>(host_.manifest());
    host_.next->set_version(version);
  }
  Result<v1::Connector> Reload(bool is_only_tried = false) {
    return Wait<v1::Connector>(
        [&](auto done) { engine_->ReloadConnector("fake", is_only_tried, std::move(done)); });
  }
  [[nodiscard]] std::string Version() const { return host_.Find("fake")->manifest->version(); }
};

TEST_F(ConnectorReloadTest, StoresGoOnAtOnceWithWhatWasLoaded) {
  Connect();
  host_.Refuse("its file is broken");
  Pass(30 * kMinute);
  Replace("2");
  host_.opens_left = 100;

  const Result<v1::Connector> loaded = Reload();
  Pass(std::chrono::milliseconds(1));

  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(Version(), "2");
  EXPECT_LT(*host_.opens_left, 100) << "the store had to wait for its next turn";
}

TEST_F(ConnectorReloadTest, StaysAsItIsWhileTheSettingsOfAStoreDoNotFit) {
  Connect();
  Replace("2");
  config_.unfit_version = "2";

  const Result<v1::Connector> refused = Reload();

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(refused.error().message,
            "1 of its 1 stores do not fit version 2; change them or the connector "
            "first: merchants/acme/stores/web: the config lacks 'shop' (text)");
  EXPECT_NE(Version(), "2");
}

TEST_F(ConnectorReloadTest, StaysAsItIsWhereStockNumbersWouldMeanSomethingElse) {
  Connect();
  Replace("2");
  host_.next->set_stock_basis(cv1::STOCK_BASIS_PHYSICAL);

  const Result<v1::Connector> refused = Reload();

  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("STOCK_BASIS_PHYSICAL for STOCK_BASIS_SALABLE"),
            std::string::npos)
      << refused.error().message;
}

TEST_F(ConnectorReloadTest, IsLoadedWhereTheStoreThatDidNotFitIsGone) {
  Connect();
  Replace("2");
  config_.unfit_version = "2";
  ASSERT_TRUE(Wait<Done>([&](auto done) {
    commands_->DeleteStore({"acme", "web"}, "", std::move(done));
  }));

  EXPECT_TRUE(Reload());
}

TEST_F(ConnectorReloadTest, ATryChangesNothing) {
  Connect();
  Replace("2");
  Settle();
  host_.opens_left = 100;

  const Result<v1::Connector> tried = Reload(true);
  Settle();

  ASSERT_TRUE(tried) << tried.error().message;
  EXPECT_NE(Version(), "2");
  EXPECT_EQ(*host_.opens_left, 100);
}

}  // namespace
}  // namespace storebridge::testing
