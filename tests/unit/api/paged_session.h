#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ports/connector_host.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::testing {

// Reads the orders of a store that answers each request with how many are on its next page, and
// with nothing when there are no more.
class PagedSession final : public ports::ConnectorSession {
 public:
  void Step(std::string bytes, StepDone done) override {
    connector::v1::Event event;
    event.ParseFromString(bytes);
    now_ms_ = event.now_ms();
    connector::v1::Effect effect;
    if (event.has_cancel()) {
      effect.mutable_done()->mutable_failure()->set_code(connector::v1::Failure::CODE_CANCELLED);
    } else if (event.has_begin() && event.begin().operation() != "orders.pull") {
      effect.mutable_done()->mutable_output();
    } else if (event.has_begin() || event.completions().items(0).has_emit()) {
      AskForAPage(effect);
    } else if (const std::string& body = event.completions().items(0).http().body();
               !body.empty()) {
      Show(std::stoi(body), effect);
    } else {
      effect.mutable_done()->mutable_output();
    }
    const std::string answer = effect.SerializeAsString();
    done(std::string_view(answer));
  }

 private:
  void AskForAPage(connector::v1::Effect& effect) {
    connector::v1::Call* call = effect.add_calls();
    call->set_id(++last_call_);
    call->mutable_http()->set_method("GET");
    call->mutable_http()->set_url("https://store.example/orders");
    call->mutable_http()->set_safety(connector::v1::HttpRequest::SAFETY_SAFE);
  }

  void Show(int count, connector::v1::Effect& effect) {
    connector::v1::Call* call = effect.add_calls();
    call->set_id(++last_call_);
    for (int i = 0; i < count; ++i) {
      const std::string number = std::to_string(++last_order_);
      connector::v1::Order& order = *call->mutable_emit()->add_orders();
      order.set_external_id(number);
      order.set_number(number);
      order.set_store_state("processing");
      order.set_payment_state(connector::v1::PAYMENT_STATE_PAID);
      order.set_progress(connector::v1::Order::PROGRESS_OPEN);
      order.set_placed_ms(now_ms_);
      order.set_paid_ms(now_ms_);
      order.set_modified_ms(now_ms_);
      order.set_currency_code("EUR");
      order.mutable_grand_total()->set_currency_code("EUR");
      order.mutable_grand_total()->set_units(10);
      connector::v1::OrderLine& line = *order.add_lines();
      line.set_external_id("line");
      line.set_product_code("MUG");
      line.set_quantity(1);
    }
  }

  std::int64_t now_ms_ = 0;
  std::uint64_t last_call_ = 0;
  int last_order_ = 0;
};

}  // namespace storebridge::testing
