#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "domain/flow.h"
#include "domain/names.h"
#include "ports/connector_host.h"
#include "ports/http_call.h"
#include "ports/meter.h"
#include "ports/storage.h"
#include "ports/vault.h"

namespace storebridge::webhooks {

// A longer body of a call is refused. WooCommerce sends whole orders and products: some 10 KiB,
// more with many lines or what plugins add.
inline constexpr std::size_t kBodyBytesMax = std::size_t{1024} * 1024;

// Connections at the same time.
inline constexpr std::size_t kConnectionsMax = 32;

// What came of a call of a store.
struct Heard {
  domain::StoreKey store;
  // What there is news of; none where the topic wakes nothing.
  std::optional<domain::Flow> news = {};
  // Why it was refused, and what to do; empty when it was not.
  std::string refusal = {};
};

// Answers the calls of stores: `POST /webhooks/merchants/{merchant}/stores/{store}`, signed as the
// manifest of the store's connector says. An answer comes before anything is done about it. Who
// signs nothing, or wrongly, does not learn which stores there are.
class StoreCalls {
 public:
  struct Ports {
    ports::Storage& storage;
    ports::ConnectorHost& connectors;
    ports::SecretSource& secrets;
    ports::Meter& meter = ports::NoMeter();
  };

  // Heeds what was heard, then calls `heeded`, on any thread. Of what says the same as one that is
  // not heeded yet nothing is passed on.
  using OnHeard = std::function<void(Heard heard, std::function<void()> heeded)>;

  // `on_heard` is called with each call of a store that carries a signature. What the ports stand
  // for outlives it.
  StoreCalls(Ports ports, OnHeard on_heard);
  ~StoreCalls();
  StoreCalls(const StoreCalls&) = delete;
  StoreCalls& operator=(const StoreCalls&) = delete;

  // On one thread at a time.
  [[nodiscard]] ports::HttpReply Answer(const ports::HttpCall& call);

 private:
  class Waiting;

  void PassOn(Heard heard);

  Ports ports_;
  OnHeard on_heard_;
  // What is passed on and not heeded yet.
  std::shared_ptr<Waiting> waiting_;
};

}  // namespace storebridge::webhooks
