#pragma once

#include <string>
#include <string_view>

#include "counters.h"
#include "http_types.h"
#include "store_state.h"
#include "woo_auth.h"

namespace storebridge::demo_store {

/// Answers everything under /wp-json: authentication, key permissions, routing.
class WooApi {
 public:
  struct Outcome {
    Answer answer;
    std::string route;  ///< Such as `/orders/{id}`; empty when no route matched.
  };

  WooApi(StoreState& state, Counters& counters, std::vector<ApiKey> keys)
      : state_(state), counters_(counters), auth_(std::move(keys)) {}

  Outcome Handle(const Request& request);

 private:
  Outcome HandleWoo(const Request& request, std::string_view path);
  Answer ShowIndex(bool only_woo) const;

  StoreState& state_;
  Counters& counters_;
  WooAuth auth_;
};

}  // namespace storebridge::demo_store
