#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "options.h"

namespace storebridge::demo_store {

/// A running demo store: a made-up shop that speaks WooCommerce's REST API v3 on 127.0.0.1.
/// It serves from one thread of its own and sends webhooks from another; Start and Stop belong to
/// one caller.
class DemoStore {
 public:
  DemoStore();
  ~DemoStore();
  DemoStore(const DemoStore&) = delete;
  DemoStore& operator=(const DemoStore&) = delete;

  /// Starts serving and returns the port; 0 when it cannot, and then `error()` says why.
  std::uint16_t Start(const Options& options);
  /// Stops serving and closes all connections. Safe to call twice.
  void Stop();

  const std::string& error() const;
  /// `http://127.0.0.1:PORT`, or https with TLS.
  const std::string& url() const;
  /// The certificate to trust, with TLS; empty without.
  const std::string& certificate_pem() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace storebridge::demo_store
