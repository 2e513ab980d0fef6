#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace storebridge::demo_store {

/// Tells the time in whole unix seconds. Never called by two threads at once.
using Clock = std::function<std::int64_t()>;

enum class WooVersion { k7_9, k11_0 };

/// What a demo store is started with. All fields have usable defaults.
struct Options {
  std::uint16_t port = 0;  ///< 0 picks a free one. The address is always 127.0.0.1.
  bool tls = false;
  std::string tls_cert_out;  ///< With tls: where the self-signed certificate is written (PEM).
  WooVersion version = WooVersion::k11_0;
  bool fulfillments = false;  ///< Order fulfilments feature; only version 11.0 has it.
  int products = 24;          ///< Simple products, the named ones first.
  int variable_products = 3;  ///< Products with variations.
  std::string consumer_key = "ck_demo0000000000000000000000000000000000001";
  std::string consumer_secret = "cs_demo0000000000000000000000000000000000001";
  int page_max = 100;
  std::string currency = "EUR";
  int utc_offset_hours = 2;  ///< The shop's own time zone; `date_created` is in it.
  Clock clock;               ///< Empty: the system clock.
  Clock clock_ms = {};       ///< The same in milliseconds, to count by; empty: as `clock` has it.
};

}  // namespace storebridge::demo_store
