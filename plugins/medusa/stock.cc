#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operations.h"
#include "stock_location.h"
#include "variant_record.h"

namespace medusa {
namespace {

// 100 take 181 ms (measured); a body over 100 kB is refused.
constexpr int kLevelsPerRequest = 100;

// A level that can be written.
struct Target {
  [[nodiscard]] const std::string& ref() const { return level.ref(); }
  [[nodiscard]] const std::string& external_id() const { return level.external_id(); }

  sdk::StockLevel level;
  std::string item_id;
  // Medusa has no number at the location yet.
  bool is_new = false;
};

using Targets = std::vector<Target>;

// By inventory item: the variant that it is written for.
using Owners = std::map<std::string, std::string>;

// Finds the inventory items of some variants, and adds them to `owners`. Refuses what cannot be
// written.
sdk::Task<Targets> FindTargets(sdk::Context& cx,
                               std::vector<sdk::StockLevel> levels,
                               std::string location,
                               Owners& owners) {
  std::vector<std::string> ids;
  ids.reserve(levels.size());
  for (const sdk::StockLevel& level : levels) {
    ids.push_back(level.external_id());
  }
  const sdk::Response response =
      co_await WithIds(Get(cx, "/product-variants").Query("fields", kInventoryFields), ids).Try();
  const sdk::Json answer = ReadAnswer(response);
  std::map<std::string, sdk::Json> variants;
  for (const sdk::Json& row : answer.At("variants").Items()) {
    variants.insert_or_assign(TextIn(row, "id"), row);
  }
  Targets targets;
  for (const sdk::StockLevel& level : levels) {
    const std::string name = "variant " + level.external_id();
    std::optional<sdk::Failure> refusal;
    Target target;
    target.level = level;
    try {
      const auto found = variants.find(level.external_id());
      if (found == variants.end()) {
        throw sdk::Failure(sdk::Code::kNotFound, "Medusa has no " + name + " any more");
      }
      const Inventory inventory = ReadInventory(found->second, location);
      if (!inventory.problem.empty()) {
        throw sdk::Failure(sdk::Code::kUnsupported, name + ": " + inventory.problem);
      }
      const auto [owner, is_first] = owners.emplace(inventory.item_id, level.external_id());
      if (!is_first) {
        throw sdk::Failure(sdk::Code::kUnsupported,
                           name + " has the inventory item of variant " + owner->second +
                               " in Medusa: two products cannot share one number");
      }
      target.item_id = inventory.item_id;
      target.is_new = !inventory.has_level;
    } catch (const sdk::Failure& failure) {
      refusal = failure;
    }
    if (refusal) {
      co_yield sdk::Refused(level.ref(), *refusal);
    } else {
      targets.push_back(std::move(target));
    }
  }
  co_return targets;
}

void AddLevels(const Targets& targets,
               const std::string& location,
               bool is_new,
               sdk::JsonWriter* body) {
  body->Key(is_new ? "create" : "update").Array();
  for (const Target& target : targets) {
    if (target.is_new == is_new) {
      body->Object()
          .Field("inventory_item_id", target.item_id)
          .Field("location_id", location)
          .Field("stocked_quantity", target.level.quantity())
          .End();
    }
  }
  body->End();
}

// Whether it is the store, and not one of the values: then each of them would be refused alike.
bool IsOfTheStore(const sdk::Response& response, const sdk::Failure& problem) {
  return !response.has_answer() || problem.code() == sdk::Code::kAuth ||
         problem.code() == sdk::Code::kRateLimited || problem.code() == sdk::Code::kTransient;
}

// Writes some levels: all of them or, when Medusa refuses one, none. Gives the refusal.
sdk::Task<std::optional<sdk::Failure>> Write(sdk::Context& cx,
                                             const Targets& targets,
                                             const std::string& location) {
  sdk::JsonWriter body;
  body.Object();
  AddLevels(targets, location, false, &body);
  AddLevels(targets, location, true, &body);
  body.End();
  const sdk::Response response =
      co_await Post(cx, "/inventory-items/location-levels/batch").JsonBody(body).Idempotent().Try();
  std::optional<sdk::Failure> refusal;
  if (!response.ok()) {
    sdk::Failure problem = ProblemOf(response);
    if (IsOfTheStore(response, problem)) {
      throw sdk::Failure(problem);
    }
    refusal = std::move(problem);
  }
  co_return refusal;
}

}  // namespace

sdk::Operation PushStock(sdk::Context& cx) {
  const std::string location = co_await RequireLocation(cx);
  const auto write = [&](const Targets& targets) { return Write(cx, targets, location); };
  const auto& levels = cx.StockInput().levels();
  Owners owners;
  for (int done = 0; done < levels.size(); done += kLevelsPerRequest) {
    const int last = std::min(levels.size(), done + kLevelsPerRequest);
    std::vector<sdk::StockLevel> some(levels.begin() + done, levels.begin() + last);
    Targets targets = co_await FindTargets(cx, std::move(some), location, owners);
    co_await sdk::PushHalving(cx, std::move(targets), write);
    co_await cx.Flush();
  }
}

}  // namespace medusa
