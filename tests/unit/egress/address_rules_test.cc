#include "adapters/egress/address_rules.h"

#include <cstring>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace storebridge::egress {
namespace {

// A socket address from text, as the resolver would give it.
struct Address {
  Address(const std::string& text, std::uint16_t port) {
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
      v4.sin_family = AF_INET;
      v4.sin_port = htons(port);
      std::memcpy(&storage, &v4, sizeof(v4));
    } else if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(port);
      std::memcpy(&storage, &v6, sizeof(v6));
    }
  }
  [[nodiscard]] const sockaddr& get() const { return *reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr_storage storage{};
};

TEST(AddressRulesTest, KnowsWhatIsNotPublic) {
  for (const std::string text : {
           "0.0.0.0",
           "0.1.2.3",
           "10.0.0.1",
           "10.255.255.255",
           "100.64.0.1",
           "100.100.100.200",
           "100.127.255.255",
           "127.0.0.1",
           "127.255.255.254",
           "169.254.169.254",
           "169.254.170.2",
           "172.16.0.1",
           "172.31.255.255",
           "192.0.0.192",
           "192.0.2.1",
           "192.88.99.1",
           "192.168.1.1",
           "198.18.0.1",
           "198.19.255.255",
           "198.51.100.7",
           "203.0.113.9",
           "168.63.129.16",
           "224.0.0.1",
           "239.255.255.255",
           "240.0.0.1",
           "255.255.255.255",
           "::",
           "::1",
           "::7f00:1",
           "::ffff:8.8.8.8",
           "::ffff:127.0.0.1",
           "64:ff9b::7f00:1",
           "64:ff9b:1::1",
           "100::1",
           "2001::1",
           "2001:10::1",
           "2001:20::1",
           "2001:db8::1",
           "2002:7f00:1::",
           "3fff:1::1",
           "fc00::1",
           "fd00:ec2::254",
           "fe80::1",
           "fec0::1",
           "ff02::1",
           "5f00::1",
       }) {
    EXPECT_FALSE(IsPublicAddress(Address(text, 80).get())) << text;
  }
}

TEST(AddressRulesTest, KnowsWhatIsPublic) {
  for (const std::string text : {"1.1.1.1",
                                 "8.8.8.8",
                                 "100.63.255.255",
                                 "100.128.0.1",
                                 "172.15.255.255",
                                 "172.32.0.1",
                                 "192.167.255.255",
                                 "192.169.0.1",
                                 "198.17.255.255",
                                 "198.20.0.1",
                                 "223.255.255.255",
                                 "2001:200::1",
                                 "2001:4860:4860::8888",
                                 "2606:4700::1111",
                                 "2a00:1450::1"}) {
    EXPECT_TRUE(IsPublicAddress(Address(text, 80).get())) << text;
  }
}

TEST(AddressRulesTest, LetsPublicAddressesBeReachedAtWebPortsOnly) {
  const auto rules = AddressRules::Parse({});
  ASSERT_TRUE(rules);

  EXPECT_TRUE(rules->Allows(Address("1.1.1.1", 80).get(), "shop.example"));
  EXPECT_TRUE(rules->Allows(Address("1.1.1.1", 443).get(), "shop.example"));
  EXPECT_FALSE(rules->Allows(Address("1.1.1.1", 22).get(), "shop.example"));
  EXPECT_FALSE(rules->Allows(Address("1.1.1.1", 8443).get(), "shop.example"));
}

TEST(AddressRulesTest, AllowsWhatAnAdministratorNamesAndNoMore) {
  const auto rules = AddressRules::Parse({"10.1.0.0/16",
                                          "fd00:1::/32",
                                          "192.168.1.7",
                                          "127.0.0.1:8080",
                                          "[::1]:8080",
                                          "Shop.LAN:9000"});
  ASSERT_TRUE(rules) << rules.error().message;
  const auto allows = [&](const std::string& address, std::uint16_t port, const char* host) {
    return rules->Allows(Address(address, port).get(), host);
  };

  EXPECT_TRUE(allows("10.1.255.1", 1, ""));
  EXPECT_FALSE(allows("10.2.0.1", 80, ""));
  EXPECT_TRUE(allows("fd00:1::5", 80, ""));
  EXPECT_FALSE(allows("fd00:2::5", 80, ""));
  EXPECT_TRUE(allows("192.168.1.7", 5000, ""));
  EXPECT_FALSE(allows("192.168.1.8", 5000, ""));
  EXPECT_TRUE(allows("127.0.0.1", 8080, ""));
  EXPECT_FALSE(allows("127.0.0.1", 8081, ""));
  EXPECT_TRUE(allows("::1", 8080, ""));
  EXPECT_TRUE(allows("172.16.0.9", 9000, "shop.lan"));
  EXPECT_FALSE(allows("172.16.0.9", 9000, "other.lan"));
  EXPECT_FALSE(allows("172.16.0.9", 80, "shop.lan"));
  EXPECT_FALSE(allows("::ffff:10.1.0.1", 80, ""));
}

TEST(AddressRulesTest, RefusesEntriesThatAreNoRule) {
  for (const std::string text : {"",
                                 "shop.lan",
                                 "10.0.0.0/33",
                                 "::/129",
                                 "10.0.0.0/",
                                 "10.0.0.0/x",
                                 "127.0.0.1:0",
                                 "127.0.0.1:99999",
                                 "127.0.0.1:",
                                 "[::1",
                                 "[::1]",
                                 "*:80",
                                 ":80"}) {
    EXPECT_FALSE(AddressRules::Parse({text})) << text;
  }
}

}  // namespace
}  // namespace storebridge::egress
