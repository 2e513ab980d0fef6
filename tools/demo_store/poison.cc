#include "poison.h"

#include <utility>
#include <vector>

#include <boost/json/value.hpp>

#include "php_json.h"

namespace storebridge::demo_store {
namespace {

constexpr std::int64_t kFillMax = 64 * 1024 * 1024;

/// Stands for a raw text until everything else is serialised; no shop writes such a text.
std::string PlaceFor(std::size_t number) {
  return "@demo-poison-" + std::to_string(number) + "@";
}

/// Takes out what a pointer leads to.
void Erase(json::value& record, const std::string& pointer) {
  const std::size_t slash = pointer.rfind('/');
  boost::system::error_code error;
  json::value* parent = record.find_pointer(pointer.substr(0, slash), error);
  if (parent != nullptr && parent->is_object()) {
    parent->get_object().erase(pointer.substr(slash + 1));
  }
}

}  // namespace

std::optional<Poison> Poisons::Read(const json::object& given, std::string& error) {
  Poison poison;
  poison.twice = BoolOr(given, "twice", false);
  const json::value* members = given.if_contains("members");
  if (members != nullptr && !members->is_object()) {
    error = "members is an object of JSON pointers, such as {\"/line_items/0/quantity\": \"-2\"}";
    return std::nullopt;
  }
  const json::object none;
  for (const auto& [pointer, raw] : members != nullptr ? members->get_object() : none) {
    const std::string name(pointer);
    if (!name.starts_with('/') || !(raw.is_string() || raw.is_int64() || raw.is_null())) {
      error = "'" + name +
              "': a JSON pointer with raw JSON as a text, a number of bytes to fill it with, or "
              "null to leave it out";
      return std::nullopt;
    }
    if (raw.is_null()) {
      poison.members[name] = std::nullopt;
    } else if (raw.is_string()) {
      poison.members[name] = std::string(raw.get_string());
    } else if (raw.get_int64() < 0 || raw.get_int64() > kFillMax) {
      error = "'" + name + "': at most " + std::to_string(kFillMax) + " bytes";
      return std::nullopt;
    } else {
      poison.members[name] =
          '"' + std::string(static_cast<std::size_t>(raw.get_int64()), 'x') + '"';
    }
  }
  return poison;
}

const Poison* Poisons::Find(Id id) const {
  const auto found = poisons_.find(id);
  return found == poisons_.end() ? nullptr : &found->second;
}

std::string SpoiledText(const Poison& poison, const json::object& record) {
  json::value spoiled(record);
  std::vector<std::pair<std::string, std::string>> places;
  for (const auto& [pointer, raw] : poison.members) {
    if (!raw) {
      Erase(spoiled, pointer);
      continue;
    }
    boost::system::error_code error;
    if (json::value* member = spoiled.find_pointer(pointer, error); member != nullptr) {
      places.emplace_back(PlaceFor(places.size()), *raw);
      *member = places.back().first;
    }
  }
  std::string text = PhpJson(spoiled);
  for (const auto& [place, raw] : places) {
    const std::string quoted = '"' + place + '"';
    if (const std::size_t at = text.find(quoted); at != std::string::npos) {
      text.replace(at, quoted.size(), raw);
    }
  }
  return text;
}

}  // namespace storebridge::demo_store
