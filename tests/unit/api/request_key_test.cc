#include "api/request_key.h"

#include <string>

#include <gtest/gtest.h>

#include "storebridge/v1/stock_service.pb.h"
#include "storebridge/v1/store_service.pb.h"

namespace storebridge::api {
namespace {

v1::SetStockRequest Request(std::int64_t on_hand, const std::string& request_id) {
  v1::SetStockRequest request;
  request.set_name("merchants/demo");
  request.set_product_code("MUG-1");
  request.set_on_hand(on_hand);
  request.set_request_id(request_id);
  return request;
}

TEST(RequestKeyTest, IsEmptyWithoutAnId) {
  const Result<engine::RequestKey> key = MakeRequestKey("SetStock", Request(1, ""));

  ASSERT_TRUE(key);
  EXPECT_TRUE(key->id.empty());
}

TEST(RequestKeyTest, IsTheSameForTheSameRequest) {
  EXPECT_EQ(MakeRequestKey("SetStock", Request(1, "a"))->hash,
            MakeRequestKey("SetStock", Request(1, "a"))->hash);
}

TEST(RequestKeyTest, DoesNotDependOnTheId) {
  EXPECT_EQ(MakeRequestKey("SetStock", Request(1, "a"))->hash,
            MakeRequestKey("SetStock", Request(1, "b"))->hash);
}

TEST(RequestKeyTest, DiffersWithTheRequestAndWithTheMethod) {
  const std::uint64_t hash = MakeRequestKey("SetStock", Request(1, "a"))->hash;

  EXPECT_NE(hash, MakeRequestKey("SetStock", Request(2, "a"))->hash);
  EXPECT_NE(hash, MakeRequestKey("AdjustStock", Request(1, "a"))->hash);
}

TEST(RequestKeyTest, TellsZeroFromAbsent) {
  v1::SetStockRequest absent = Request(0, "a");
  absent.clear_on_hand();

  EXPECT_NE(MakeRequestKey("SetStock", Request(0, "a"))->hash,
            MakeRequestKey("SetStock", absent)->hash);
}

TEST(RequestKeyTest, DependsOnNamesOfSecretsOnly) {
  v1::CreateStoreRequest request;
  request.set_request_id("a");
  (*request.mutable_secrets())["token"] = "one";
  v1::CreateStoreRequest other_value = request;
  (*other_value.mutable_secrets())["token"] = "two";
  v1::CreateStoreRequest other_name = request;
  (*other_name.mutable_secrets())["key"] = "one";

  const std::uint64_t hash = MakeRequestKey("CreateStore", request)->hash;

  EXPECT_EQ(hash, MakeRequestKey("CreateStore", other_value)->hash);
  EXPECT_NE(hash, MakeRequestKey("CreateStore", other_name)->hash);
  EXPECT_EQ(request.secrets().at("token"), "one");
}

TEST(RequestKeyTest, RefusesAnIdOfMoreThan64Characters) {
  EXPECT_TRUE(MakeRequestKey("SetStock", Request(1, std::string(64, 'x'))));
  const Result<engine::RequestKey> key =
      MakeRequestKey("SetStock", Request(1, std::string(65, 'x')));

  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, Code::kInvalidArgument);
  EXPECT_EQ(key.error().message, "request_id has 65 characters; at most 64 are allowed");
}

}  // namespace
}  // namespace storebridge::api
