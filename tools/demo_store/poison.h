#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "model.h"

namespace storebridge::demo_store {

/// What a record looks like that a plugin, an import or a broken database has spoiled: the REST API
/// answers with it as it lies there. The shop itself, its stock and its mails know nothing of it.
struct Poison {
  /// Raw text in place of the value at a JSON pointer, such as `/line_items/0/quantity`; nothing
  /// there: the member is left out.
  std::map<std::string, std::optional<std::string>> members;
  /// Lists show the record as it is, and once more as it is spoiled.
  bool twice = false;
};

/// The spoiled records, by id of a product, a variation or an order.
class Poisons {
 public:
  /// Reads what `given` asks for; nothing with `error` filled.
  static std::optional<Poison> Read(const json::object& given, std::string& error);

  void Put(Id id, Poison poison) { poisons_[id] = std::move(poison); }
  /// False when the record was not spoiled.
  bool Remove(Id id) { return poisons_.erase(id) > 0; }
  const Poison* Find(Id id) const;

 private:
  std::map<Id, Poison> poisons_;
};

/// Serialises a record as it is spoiled. A pointer that leads nowhere changes nothing.
std::string SpoiledText(const Poison& poison, const json::object& record);

}  // namespace storebridge::demo_store
