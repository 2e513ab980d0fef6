#pragma once

#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/plugin_host/connector_library.h"
#include "day_kit/process.h"
#include "unit/conformance/recording_maker.h"

namespace storebridge::conformance {

inline constexpr std::chrono::minutes kKitMost{4};

inline bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// What the sessions of a scripted store are about.
struct ScriptedIds {
  std::vector<std::string> products;
  std::string order;
  std::string line;
  // Of a poll of products.
  std::string cursor = {};
};

// A session of each operation of a connector whose setting is the address alone.
inline std::vector<connector::v1::Begin> EachOperation(const ScriptedIds& ids) {
  const auto begin_of = [](const char* operation) {
    connector::v1::Begin begin;
    begin.set_operation(operation);
    begin.set_config_json(R"({"base_url":"https://shop.example","page_size":2})");
    begin.add_host_features("compare");
    return begin;
  };
  connector::v1::Begin poll = begin_of("products.pull");
  poll.mutable_pull();
  poll.set_cursor(ids.cursor);
  connector::v1::Begin all = begin_of("products.pull");
  all.mutable_pull()->set_full(true);
  connector::v1::Begin orders = begin_of("orders.pull");
  orders.mutable_pull();
  connector::v1::Begin stock = begin_of("stock.push");
  for (const std::string& id : ids.products) {
    connector::v1::StockLevel* level = stock.mutable_stock()->add_levels();
    level->set_ref("level-" + id);
    level->set_external_id(id);
  }
  connector::v1::Begin shipments = begin_of("shipments.push");
  connector::v1::Shipment* shipment = shipments.mutable_shipments()->add_shipments();
  shipment->set_ref("0q4wabc");
  shipment->set_external_order_id(ids.order);
  shipment->add_lines()->set_external_line_id(ids.line);
  shipment->mutable_lines(0)->set_quantity(1);
  return {begin_of("auth.check"), poll, all, orders, stock, shipments};
}

// The kit as a process, and recordings for it.
class KitTest : public ::testing::Test {
 protected:
  // Records a session of the connector in `module`.
  void Record(const std::string& module, const connector::v1::Begin& begin, const Store& store) {
    const auto library = plugin_host::OpenConnectorLibrary(module);
    ASSERT_TRUE(library) << library.error().message;
    files_.push_back(
        folder_.File(begin.operation() + "." + std::to_string(files_.size()) + ".sbrec"));
    MakeRecording(files_.back(), *library->functions, begin, store);
  }

  day::CommandResult Run(const std::string& module, const std::vector<std::string>& flags = {}) {
    std::vector<std::string> command{KIT_PROGRAM, module};
    command.insert(command.end(), files_.begin(), files_.end());
    command.insert(command.end(), flags.begin(), flags.end());
    const auto ran = day::RunCommand(command, "", kKitMost);
    if (!ran) {
      ADD_FAILURE() << ran.error().message;
      return {};
    }
    return *ran;
  }

  // Rows of the card that begin with the word.
  static std::vector<std::string> Rows(const std::string& card, const std::string& word) {
    std::vector<std::string> rows;
    std::istringstream lines(card);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(word + " ")) {
        rows.push_back(line);
      }
    }
    return rows;
  }

  day::TempFolder folder_;
  std::vector<std::string> files_;
};

}  // namespace storebridge::conformance
