#include "adapters/config/network_address.h"

#include <gtest/gtest.h>

namespace storebridge::config {
namespace {

TEST(NetworkAddressTest, ReadsHostAndPort) {
  EXPECT_EQ(ParseHostPort("127.0.0.1:7420")->host, "127.0.0.1");
  EXPECT_EQ(ParseHostPort("127.0.0.1:7420")->port, 7420);
  EXPECT_EQ(ParseHostPort("[::1]:0")->host, "::1");
  EXPECT_EQ(ParseHostPort("[::1]:0")->port, 0);
  EXPECT_EQ(ParseHostPort("shop.internal:65535")->host, "shop.internal");
}

TEST(NetworkAddressTest, SaysWhichPartIsWrong) {
  for (const char* text : {"", "127.0.0.1", "localhost", "[::1]"}) {
    EXPECT_NE(ParseHostPort(text).error().message.find("write it like 127.0.0.1:7420"),
              std::string::npos)
        << text;
  }
  for (const char* text :
       {":7420", "::1:7420", "[127.0.0.1]:7420", "[x]:1", "a b:1", "*:7420", "[::1:1"}) {
    EXPECT_NE(ParseHostPort(text).error().message.find("no valid host"), std::string::npos) << text;
  }
  for (const char* text : {"localhost:", "localhost:65536", "localhost:-1", "localhost:grpc"}) {
    EXPECT_NE(ParseHostPort(text).error().message.find("no valid port"), std::string::npos) << text;
  }
}

TEST(NetworkAddressTest, KnowsWhatOnlyThisMachineReaches) {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"}) {
    EXPECT_TRUE(IsLoopback(host)) << host;
  }
  for (const char* host : {"0.0.0.0",
                           "::",
                           "10.0.0.1",
                           "192.168.1.1",
                           "example.com",
                           "::2",
                           "::ffff:127.0.0.1",
                           "localhost.evil.example",
                           ""}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

TEST(NetworkAddressTest, TakesNetworksAndPlaces) {
  for (const char* place : {"10.0.0.0/8",
                            "192.168.1.0/24",
                            "127.0.0.1/32",
                            "fd00::/8",
                            "fc00::/7",
                            "::1/128",
                            "127.0.0.1:9000",
                            "[::1]:9000",
                            "shop.internal:443"}) {
    EXPECT_TRUE(CheckPrivatePlace(place).has_value()) << place;
  }
}

TEST(NetworkAddressTest, RefusesNetworksThatMeanEverything) {
  for (const char* place : {"0.0.0.0/0", "::/0", "128.0.0.0/1", "10.0.0.0/7"}) {
    EXPECT_NE(CheckPrivatePlace(place).error().message.find("larger than any private network"),
              std::string::npos)
        << place;
  }
}

TEST(NetworkAddressTest, SaysHowToWriteAPlace) {
  EXPECT_EQ(CheckPrivatePlace("10.1.2.3").error().message,
            "'10.1.2.3' is neither a network nor host:port; write 10.1.2.3/32 or 10.1.2.3:<port>");
  EXPECT_NE(CheckPrivatePlace("10.1.2.3/8").error().message.find("first address"),
            std::string::npos);
  EXPECT_NE(CheckPrivatePlace("10.0.0.0/33").error().message.find("no network"), std::string::npos);
  EXPECT_NE(CheckPrivatePlace("10.0.0/8").error().message.find("no network"), std::string::npos);
  EXPECT_NE(CheckPrivatePlace("10.0.0.0/").error().message.find("no network"), std::string::npos);
  EXPECT_NE(CheckPrivatePlace("shop.internal").error().message.find("has no port"),
            std::string::npos);
  EXPECT_NE(CheckPrivatePlace("shop.internal:0").error().message.find("port 0"), std::string::npos);
}

}  // namespace
}  // namespace storebridge::config
