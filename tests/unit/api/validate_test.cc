#include <string>

#include <gtest/gtest.h>

#include "api/validate/refs.h"
#include "api/validate/shipment.h"
#include "api/validate/store.h"
#include "api/validate/text.h"
#include "api/validate/times.h"

namespace storebridge::api {
namespace {

template <typename T>
void ExpectRefused(const T& result, const std::string& reason, const std::string& words) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kInvalidArgument);
  EXPECT_EQ(result.error().reason, reason);
  EXPECT_NE(result.error().message.find(words), std::string::npos) << result.error().message;
}

TEST(TextRulesTest, CountsCharactersNotBytes) {
  EXPECT_TRUE(CheckText({.field = "reason", .value = "äää", .characters_max = 3}));
  ExpectRefused(CheckText({.field = "reason", .value = "ääää", .characters_max = 3}),
                "FIELD_LENGTH",
                "reason has 4 characters; at most 3 are allowed");
}

TEST(TextRulesTest, RefusesLineBreaks) {
  ExpectRefused(CheckText({.field = "reason", .value = "a\nb", .characters_max = 9}),
                "FIELD_FORMAT",
                "reason has the control character U+000A at place 2");
}

TEST(TextRulesTest, RefusesEmptyTextWhereOneIsNeeded) {
  ExpectRefused(CheckRequiredText({.field = "reason", .value = "", .characters_max = 9}),
                "FIELD_REQUIRED",
                "reason is missing: write 1 to 9 characters");
}

TEST(ParentTest, IsAMerchantOrAllOfThem) {
  EXPECT_EQ(*ReadParent("merchants/demo"), "demo");
  EXPECT_EQ(*ReadParent("merchants/-"), "");
  ExpectRefused(ReadParent(""), "FIELD_REQUIRED", "merchants/- for all");
  ExpectRefused(ReadParent("demo"), "RESOURCE_NAME", "merchants/{merchant}");
}

TEST(ProductRefTest, TakesANameOrACode) {
  const Result<engine::ProductRef> by_name =
      ReadProductRef("merchants/demo/products/0123456789abc", "");
  const Result<engine::ProductRef> by_code = ReadProductRef("merchants/demo", "MUG 1/ä");

  ASSERT_TRUE(by_name);
  EXPECT_EQ(by_name->merchant, "demo");
  EXPECT_EQ(by_name->product, "0123456789abc");
  EXPECT_EQ(by_name->product_code, "");
  ASSERT_TRUE(by_code);
  EXPECT_EQ(by_code->merchant, "demo");
  EXPECT_EQ(by_code->product, "");
  EXPECT_EQ(by_code->product_code, "MUG 1/ä");
}

TEST(ProductRefTest, RefusesBothAndNeither) {
  ExpectRefused(ReadProductRef("merchants/demo/products/0123456789abc", "MUG-1"),
                "FIELD_CONFLICT",
                "leave product_code out, or shorten name to 'merchants/demo'");
  ExpectRefused(ReadProductRef("merchants/demo", ""), "FIELD_REQUIRED", "product_code is missing");
  ExpectRefused(ReadProductRef("", "MUG-1"), "FIELD_REQUIRED", "name is missing");
  ExpectRefused(ReadProductRef("", ""), "FIELD_REQUIRED", "name is missing");
}

TEST(ProductRefTest, RefusesANameOfSomethingElse) {
  ExpectRefused(ReadProductRef("merchants/demo/orders/0123456789abc", ""),
                "RESOURCE_NAME",
                "merchants/{merchant}/products/{product}");
}

TEST(OrderRefTest, TakesANameOrANumber) {
  EXPECT_EQ(ReadOrderRef("merchants/demo/orders/0123456789abc", "")->order, "0123456789abc");
  EXPECT_EQ(ReadOrderRef("merchants/demo", "#1007")->order_number, "#1007");
  ExpectRefused(ReadOrderRef("merchants/demo/orders/0123456789abc", "1007"),
                "FIELD_CONFLICT",
                "order_number");
  ExpectRefused(ReadOrderRef("merchants/demo", ""), "FIELD_REQUIRED", "order_number is missing");
}

TEST(TimeTest, IsFrom1970To9999) {
  google::protobuf::Timestamp time;
  time.set_seconds(1);
  time.set_nanos(5'999'999);
  EXPECT_EQ(*ReadTime("ship_time", time), 1005);

  time.set_seconds(-1);
  ExpectRefused(ReadTime("ship_time", time), "FIELD_RANGE", "ship_time is not a time");
  time.set_seconds(253'402'300'800);
  ExpectRefused(ReadTime("ship_time", time), "FIELD_RANGE", "ship_time is not a time");
  time.set_seconds(1);
  time.set_nanos(1'000'000'000);
  ExpectRefused(ReadTime("ship_time", time), "FIELD_RANGE", "ship_time is not a time");
}

v1::ShipOrderRequest ShipRequest() {
  v1::ShipOrderRequest request;
  request.set_name("merchants/demo");
  request.set_order_number("1007");
  return request;
}

TEST(ShipmentTest, MayBeEmpty) {
  const Result<engine::Commands::ShipRequest> shipment = ReadShipment(ShipRequest());

  ASSERT_TRUE(shipment);
  EXPECT_EQ(shipment->order.order_number, "1007");
  EXPECT_EQ(shipment->shipped_ms, std::nullopt);
  EXPECT_TRUE(shipment->parcels.empty());
}

TEST(ShipmentTest, HasAtMostFiftyParcels) {
  v1::ShipOrderRequest request = ShipRequest();
  for (int i = 0; i < 50; ++i) {
    request.add_parcels()->set_tracking_code("JJFI1");
  }
  EXPECT_TRUE(ReadShipment(request));

  request.add_parcels();

  ExpectRefused(
      ReadShipment(request), "TOO_MANY_PARCELS", "parcels has 51 parcels, 50 are allowed");
}

TEST(ShipmentUpdateTest, NamesItsShipmentOrNone) {
  v1::UpdateShipmentRequest request;
  request.set_name("merchants/demo");
  request.set_order_number("1007");
  request.add_parcels()->set_tracking_code("JJFI1");
  EXPECT_EQ(ReadShipmentUpdate(request)->shipment, "");

  request.set_shipment("merchants/demo/shipments/0q4w000000001");
  EXPECT_EQ(ReadShipmentUpdate(request)->shipment, "0q4w000000001");

  request.set_shipment("merchants/other/shipments/0q4w000000001");
  ExpectRefused(ReadShipmentUpdate(request), "FIELD_CONFLICT", "is not of the merchant 'demo'");
  request.set_shipment("0q4w000000001");
  EXPECT_FALSE(ReadShipmentUpdate(request));
}

TEST(ShipmentUpdateTest, HasAtMostFiftyParcels) {
  v1::UpdateShipmentRequest request;
  request.set_name("merchants/demo");
  request.set_order_number("1007");
  for (int i = 0; i < 51; ++i) {
    request.add_parcels()->set_tracking_code("JJFI1");
  }
  ExpectRefused(
      ReadShipmentUpdate(request), "TOO_MANY_PARCELS", "parcels has 51 parcels, 50 are allowed");
}

TEST(ShipmentTest, NamesTheParcelThatIsWrong) {
  v1::ShipOrderRequest request = ShipRequest();
  request.add_parcels()->set_tracking_url("https://carrier.example/1");
  request.add_parcels()->set_tracking_url("javascript:alert(1)");

  ExpectRefused(
      ReadShipment(request),
      "PARCEL",
      "parcels[1].tracking_url is 'javascript:alert(1)': give an address that begins with");
}

TEST(ShipmentTest, RefusesAnAddressThatCannotBeOpened) {
  v1::ShipOrderRequest request = ShipRequest();
  request.add_parcels()->set_tracking_url("https://carrier.example/a b");

  ExpectRefused(ReadShipment(request), "PARCEL", "parcels[0].tracking_url is");
}

TEST(ShipmentTest, HasTrackingCodesOfAtMostAHundredCharacters) {
  v1::ShipOrderRequest request = ShipRequest();
  std::string code;
  for (int i = 0; i < 100; ++i) {
    code += "ä";
  }
  request.add_parcels()->set_tracking_code(code);
  EXPECT_TRUE(ReadShipment(request));

  request.mutable_parcels(0)->set_tracking_code(code + "1");

  ExpectRefused(
      ReadShipment(request), "PARCEL", "parcels[0].tracking_code has 101 characters, 100 are");
}

TEST(ShipmentTest, RefusesANegativeWeight) {
  v1::ShipOrderRequest request = ShipRequest();
  request.add_parcels()->set_weight_grams(-1);

  ExpectRefused(ReadShipment(request), "PARCEL", "parcels[0].weight_grams is -1");
}

TEST(ShipmentTest, RefusesLinesWithoutNameOrPieces) {
  v1::ShipOrderRequest nameless = ShipRequest();
  nameless.add_lines()->set_quantity(1);
  v1::ShipOrderRequest empty = ShipRequest();
  empty.add_lines()->set_external_line_id("1");

  ExpectRefused(ReadShipment(nameless), "FIELD_REQUIRED", "lines[0].external_line_id is missing");
  ExpectRefused(ReadShipment(empty), "FIELD_RANGE", "lines[0].quantity is 0");
}

v1::CreateStoreRequest CreateRequest() {
  v1::CreateStoreRequest request;
  request.set_parent("merchants/demo");
  request.set_store_id("web");
  request.mutable_store()->set_connector("connectors/woocommerce");
  request.mutable_store()->set_config_json("{}");
  (*request.mutable_secrets())["token"] = "xyz";
  return request;
}

TEST(NewStoreTest, TakesOnlyWhatACallerMayChoose) {
  v1::CreateStoreRequest request = CreateRequest();
  request.mutable_store()->set_name("merchants/other/stores/other");
  request.mutable_store()->set_state(v1::Store::STATE_PAUSED);
  request.mutable_store()->set_etag("e");
  request.mutable_store()->add_capabilities("ean");

  const Result<engine::NewStore> store = ReadNewStore(request);

  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(store->key, (domain::StoreKey{.merchant = "demo", .store = "web"}));
  EXPECT_EQ(store->store.name(), "merchants/demo/stores/web");
  EXPECT_EQ(store->store.state(), v1::Store::STATE_UNSPECIFIED);
  EXPECT_EQ(store->store.etag(), "");
  EXPECT_EQ(store->store.capabilities_size(), 0);
  EXPECT_EQ(store->secrets.at("token").Reveal(), "xyz");
}

TEST(NewStoreTest, NamesWhatIsMissing) {
  v1::CreateStoreRequest no_id = CreateRequest();
  no_id.clear_store_id();
  v1::CreateStoreRequest no_connector = CreateRequest();
  no_connector.mutable_store()->clear_connector();
  v1::CreateStoreRequest no_config = CreateRequest();
  no_config.mutable_store()->clear_config_json();

  ExpectRefused(ReadNewStore(no_id), "FIELD_REQUIRED", "store_id is missing");
  ExpectRefused(ReadNewStore(no_connector), "FIELD_REQUIRED", "ListConnectors shows");
  ExpectRefused(ReadNewStore(no_config), "FIELD_REQUIRED", "GetConnector shows its schema");
}

TEST(NewStoreTest, RefusesAnIdThatIsNone) {
  v1::CreateStoreRequest request = CreateRequest();
  request.set_store_id("My Store");

  ExpectRefused(ReadNewStore(request), "ID_FORMAT", "store id 'My Store' is not allowed");
}

v1::UpdateStoreRequest UpdateRequest() {
  v1::UpdateStoreRequest request;
  request.mutable_store()->set_name("merchants/demo/stores/web");
  return request;
}

// What becomes of settings with two fields set when the change is made.
v1::StoreSettings Merge(const v1::UpdateStoreRequest& request) {
  v1::StoreSettings settings;
  settings.set_stock_buffer(7);
  settings.set_hold_new_orders(true);
  const Result<engine::StoreChange> change = ReadStoreChange(request);
  EXPECT_TRUE(change) << change.error().message;
  if (change && change->merge_settings) {
    change->merge_settings(settings);
  }
  return settings;
}

TEST(StoreChangeTest, WritesAllSetFieldsWithoutAMask) {
  v1::UpdateStoreRequest request = UpdateRequest();
  request.mutable_store()->mutable_settings()->set_stock_buffer(0);

  const v1::StoreSettings settings = Merge(request);

  EXPECT_TRUE(settings.has_stock_buffer());
  EXPECT_EQ(settings.stock_buffer(), 0);
  EXPECT_TRUE(settings.hold_new_orders());
  EXPECT_FALSE(ReadStoreChange(request)->display_name);
  EXPECT_FALSE(ReadStoreChange(request)->config_json);
}

TEST(StoreChangeTest, WritesNothingElseThanTheMaskNames) {
  v1::UpdateStoreRequest request = UpdateRequest();
  request.mutable_store()->set_config_json("{\"a\":1}");
  request.mutable_store()->set_display_name("Web");
  request.mutable_store()->mutable_settings()->set_stock_buffer(3);
  request.mutable_update_mask()->add_paths("display_name");

  const Result<engine::StoreChange> change = ReadStoreChange(request);

  ASSERT_TRUE(change);
  EXPECT_EQ(change->display_name, "Web");
  EXPECT_FALSE(change->config_json);
  EXPECT_EQ(Merge(request).stock_buffer(), 7);
}

TEST(StoreChangeTest, PutsASettingThatIsNamedAndUnsetBackToItsDefault) {
  v1::UpdateStoreRequest request = UpdateRequest();
  request.mutable_update_mask()->add_paths("settings.stock_buffer");

  const v1::StoreSettings settings = Merge(request);

  EXPECT_FALSE(settings.has_stock_buffer());
  EXPECT_TRUE(settings.hold_new_orders());
}

TEST(StoreChangeTest, ReplacesAllSettingsWhenTheMaskNamesThem) {
  v1::UpdateStoreRequest request = UpdateRequest();
  request.mutable_store()->mutable_settings()->set_notify_customer(false);
  request.mutable_update_mask()->add_paths("settings");

  const v1::StoreSettings settings = Merge(request);

  EXPECT_TRUE(settings.has_notify_customer());
  EXPECT_FALSE(settings.has_stock_buffer());
  EXPECT_FALSE(settings.has_hold_new_orders());
}

TEST(StoreChangeTest, RefusesPathsThatCannotBeWritten) {
  for (const char* path : {"state", "settings.", "settings.color", "connector", "", "settingsx"}) {
    v1::UpdateStoreRequest request = UpdateRequest();
    request.mutable_update_mask()->add_paths(path);

    ExpectRefused(ReadStoreChange(request), "UPDATE_MASK", "settings.stock_buffer");
  }
}

TEST(StoreChangeTest, DoesNotEmptyTheConfig) {
  v1::UpdateStoreRequest request = UpdateRequest();
  request.mutable_update_mask()->add_paths("config_json");

  ExpectRefused(ReadStoreChange(request), "FIELD_REQUIRED", "store.config_json is missing");
}

}  // namespace
}  // namespace storebridge::api
