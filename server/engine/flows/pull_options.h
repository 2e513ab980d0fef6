#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/order_memory.h"
#include "engine/twins.h"

namespace storebridge::engine {

// How to pull.
struct PullOptions {
  std::string cursor;
  bool is_full = false;
  // The store's ids of the only records to look at; all when empty.
  std::vector<std::string> only;
  // Somebody asked for this run. What one of single records shows is taken for the newest then.
  bool is_by_person = false;
  // What earlier pulls of the store's orders learnt. For orders only; not null then.
  std::shared_ptr<OrderMemory> memory = {};
  // What earlier pulls of this flow met twice. Not null in a pull.
  std::shared_ptr<Twins> twins = {};
  // How often products were asked for because another has their code, by the store's id, since the
  // last look at everything. For products only; not null then.
  std::shared_ptr<std::map<std::string, int>> asked_rivals = {};
};

}  // namespace storebridge::engine
