#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace re2 {
class RE2;
}

namespace storebridge::plugin_host {

constexpr std::size_t kSchemaBytesMax = 64 * 1024;
constexpr std::size_t kSettingsMax = 64;

enum class SettingType { kText, kInteger, kNumber, kFlag, kObject, kList };

// One setting of a connector, or an object or list of them.
struct SettingSchema {
  std::string name;
  SettingType type = SettingType::kObject;
  // Of an object, in the order of the schema.
  std::vector<SettingSchema> properties;
  bool is_required = false;
  // Of a list; one element.
  std::vector<SettingSchema> items;
  // The only values, as JSON; all when empty.
  std::vector<std::string> allowed;
  std::optional<double> minimum;
  std::optional<double> maximum;
  // Of a text in characters, of a list in elements.
  std::optional<std::uint64_t> length_min;
  std::optional<std::uint64_t> length_max;
  std::string pattern;
  // Shared, because a schema can be copied and a compiled pattern cannot.
  std::shared_ptr<const re2::RE2> compiled_pattern;
  bool is_url = false;
  // Of a text.
  std::optional<std::string> default_text;

  // Null when there is none.
  [[nodiscard]] const SettingSchema* Find(std::string_view property) const;
  [[nodiscard]] std::vector<std::string> PropertyNames() const;
};

// Reads the part of JSON Schema that connectors may use: type (string, integer, number, boolean,
// object, array), properties, required, additionalProperties false, enum, default, pattern (RE2),
// format uri, minLength, maxLength, minimum, maximum, items, minItems, maxItems, and annotations. A
// keyword that would be ignored is refused instead. Empty text means that there are no settings.
// Settings that the schema does not name are never allowed, whether it says so or not.
Result<SettingSchema> ParseConfigSchema(std::string_view json);

}  // namespace storebridge::plugin_host
