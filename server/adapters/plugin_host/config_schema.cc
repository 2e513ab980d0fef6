#include "adapters/plugin_host/config_schema.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>
#include <simdjson.h>

#include "adapters/plugin_host/config_value.h"
#include "core/suggest.h"

namespace storebridge::plugin_host {
namespace {

using simdjson::dom::element;

constexpr std::size_t kSchemaDepthMax = 24;
constexpr std::size_t kPatternBytesMax = 500;
constexpr std::int64_t kPatternMemoryMax = 1 << 20;

constexpr std::array<std::pair<std::string_view, SettingType>, 6> kTypes = {{
    {"string", SettingType::kText},
    {"integer", SettingType::kInteger},
    {"number", SettingType::kNumber},
    {"boolean", SettingType::kFlag},
    {"object", SettingType::kObject},
    {"array", SettingType::kList},
}};

const std::vector<std::string>& Keywords() {
  static const std::vector<std::string> keywords = {
      "type",        "properties", "required",  "additionalProperties",
      "enum",        "default",    "pattern",   "format",
      "items",       "minLength",  "maxLength", "minimum",
      "maximum",     "minItems",   "maxItems",  "title",
      "description", "examples",   "$schema",   "$id",
      "$comment",    "deprecated"};
  return keywords;
}

Error BadSchema(const std::string& path, std::string_view why) {
  return Error{.code = Code::kInvalidArgument,
               .reason = "CONFIG_SCHEMA",
               .message = fmt::format("{} {}", path.empty() ? "the schema" : path, why)};
}

Result<SettingType> ReadType(element node, const std::string& path) {
  std::string_view word;
  if (node["type"].get(word) != simdjson::SUCCESS) {
    return BadSchema(path, "has no 'type'");
  }
  for (const auto& [name, type] : kTypes) {
    if (name == word) {
      return type;
    }
  }
  return BadSchema(path,
                   fmt::format("has type '{}'; string, integer, number, boolean, object and array "
                               "are supported",
                               word.substr(0, 40)));
}

Status CheckKeywords(element node, const std::string& path) {
  simdjson::dom::object object;
  if (node.get(object) != simdjson::SUCCESS) {
    return BadSchema(path, "is not an object");
  }
  for (const auto field : object) {
    const std::string key(field.key);
    if (std::find(Keywords().begin(), Keywords().end(), key) == Keywords().end()) {
      const std::string meant = Suggest(key, Keywords());
      return BadSchema(
          path,
          fmt::format("uses '{}', which is not supported{}",
                      key.substr(0, 40),
                      meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant)));
    }
  }
  return Ok();
}

Status ReadCount(element node,
                 const char* keyword,
                 const std::string& path,
                 std::optional<std::uint64_t>& count) {
  const auto found = node[keyword];
  if (found.error() == simdjson::NO_SUCH_FIELD) {
    return Ok();
  }
  std::uint64_t value = 0;
  if (found.get(value) != simdjson::SUCCESS) {
    return BadSchema(path, fmt::format("has a '{}' that is not a count", keyword));
  }
  count = value;
  return Ok();
}

Status ReadNumber(element node,
                  const char* keyword,
                  const std::string& path,
                  std::optional<double>& number) {
  const auto found = node[keyword];
  if (found.error() == simdjson::NO_SUCH_FIELD) {
    return Ok();
  }
  double value = 0;
  if (found.get(value) != simdjson::SUCCESS) {
    return BadSchema(path, fmt::format("has a '{}' that is not a number", keyword));
  }
  number = value;
  return Ok();
}

Status ReadPattern(element node, const std::string& path, SettingSchema& schema) {
  const auto found = node["pattern"];
  if (found.error() == simdjson::NO_SUCH_FIELD) {
    return Ok();
  }
  std::string_view text;
  if (found.get(text) != simdjson::SUCCESS || text.size() > kPatternBytesMax) {
    return BadSchema(
        path, fmt::format("has a 'pattern' that is no text of up to {} bytes", kPatternBytesMax));
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemoryMax);
  schema.pattern = std::string(text);
  schema.compiled_pattern = std::make_shared<const re2::RE2>(schema.pattern, options);
  if (!schema.compiled_pattern->ok()) {
    return BadSchema(path,
                     fmt::format("has a 'pattern' that RE2 does not take: {}",
                                 schema.compiled_pattern->error()));
  }
  return Ok();
}

Status ReadFormat(element node, const std::string& path, SettingSchema& schema) {
  const auto found = node["format"];
  if (found.error() == simdjson::NO_SUCH_FIELD) {
    return Ok();
  }
  std::string_view format;
  if (found.get(format) != simdjson::SUCCESS || format != "uri") {
    return BadSchema(path, "has a 'format' that is not supported; only uri is");
  }
  schema.is_url = true;
  return Ok();
}

Status ReadAllowed(element node, const std::string& path, SettingSchema& schema) {
  const auto found = node["enum"];
  if (found.error() == simdjson::NO_SUCH_FIELD) {
    return Ok();
  }
  simdjson::dom::array values;
  if (found.get(values) != simdjson::SUCCESS || values.size() == 0) {
    return BadSchema(path, "has an 'enum' that is not a list of values");
  }
  for (const element value : values) {
    schema.allowed.push_back(simdjson::minify(value));
  }
  return Ok();
}

// Each of these belongs to one type only; elsewhere it would be ignored.
Status CheckBelongs(element node, const std::string& path, SettingType type) {
  const bool is_number = type == SettingType::kNumber || type == SettingType::kInteger;
  const std::array<std::pair<const char*, bool>, 11> keywords = {{
      {"pattern", type == SettingType::kText},
      {"format", type == SettingType::kText},
      {"minLength", type == SettingType::kText},
      {"maxLength", type == SettingType::kText},
      {"minimum", is_number},
      {"maximum", is_number},
      {"items", type == SettingType::kList},
      {"minItems", type == SettingType::kList},
      {"maxItems", type == SettingType::kList},
      {"properties", type == SettingType::kObject},
      {"required", type == SettingType::kObject},
  }};
  for (const auto& [keyword, belongs] : keywords) {
    if (!belongs && node[keyword].error() == simdjson::SUCCESS) {
      return BadSchema(path, fmt::format("is {} and has '{}'", TypeWord(type), keyword));
    }
  }
  return Ok();
}

Result<SettingSchema> ReadNode(element node, const std::string& path);

Status ReadRequired(element node, const std::string& path, SettingSchema& schema) {
  const auto found = node["required"];
  if (found.error() == simdjson::NO_SUCH_FIELD) {
    return Ok();
  }
  simdjson::dom::array names;
  if (found.get(names) != simdjson::SUCCESS) {
    return BadSchema(path, "has a 'required' that is not a list of names");
  }
  for (const element value : names) {
    std::string_view name;
    const bool is_text = value.get(name) == simdjson::SUCCESS;
    const auto property =
        std::find_if(schema.properties.begin(), schema.properties.end(), [&](const auto& one) {
          return is_text && one.name == name;
        });
    if (property == schema.properties.end()) {
      return BadSchema(path,
                       fmt::format("requires {}, which is no property", simdjson::minify(value)));
    }
    property->is_required = true;
  }
  return Ok();
}

Status ReadProperties(element node, const std::string& path, SettingSchema& schema) {
  const auto additional = node["additionalProperties"];
  bool allows_more = false;
  if (additional.error() == simdjson::SUCCESS &&
      (additional.get(allows_more) != simdjson::SUCCESS || allows_more)) {
    return BadSchema(path, "has 'additionalProperties'; only false is supported");
  }
  const auto found = node["properties"];
  if (found.error() == simdjson::NO_SUCH_FIELD) {
    return ReadRequired(node, path, schema);
  }
  simdjson::dom::object properties;
  if (found.get(properties) != simdjson::SUCCESS || properties.size() > kSettingsMax) {
    return BadSchema(path,
                     fmt::format("has 'properties' that are no object of up to {}", kSettingsMax));
  }
  for (const auto field : properties) {
    const std::string name(field.key);
    const std::string place = path.empty() ? name : path + "." + name;
    if (name.empty() || schema.Find(name) != nullptr) {
      return BadSchema(path, fmt::format("has the property '{}' twice or without a name", name));
    }
    SB_TRY(SettingSchema property, ReadNode(field.value, place));
    property.name = name;
    schema.properties.push_back(std::move(property));
  }
  return ReadRequired(node, path, schema);
}

Status ReadDefault(element node, const std::string& path, SettingSchema& schema) {
  const auto found = node["default"];
  element value;
  if (found.get(value) != simdjson::SUCCESS) {
    return Ok();
  }
  std::vector<std::string> problems;
  CheckValue(schema, value, "default", problems);
  if (!problems.empty()) {
    return BadSchema(path, fmt::format("has a default that does not fit: {}", problems.front()));
  }
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) {
    schema.default_text = std::string(text);
  }
  return Ok();
}

Result<SettingSchema> ReadNode(element node, const std::string& path) {
  SB_CHECK(CheckKeywords(node, path));
  SettingSchema schema;
  SB_TRY(schema.type, ReadType(node, path));
  SB_CHECK(CheckBelongs(node, path, schema.type));
  SB_CHECK(ReadAllowed(node, path, schema));
  SB_CHECK(ReadPattern(node, path, schema));
  SB_CHECK(ReadFormat(node, path, schema));
  SB_CHECK(ReadNumber(node, "minimum", path, schema.minimum));
  SB_CHECK(ReadNumber(node, "maximum", path, schema.maximum));
  const bool is_list = schema.type == SettingType::kList;
  SB_CHECK(ReadCount(node, is_list ? "minItems" : "minLength", path, schema.length_min));
  SB_CHECK(ReadCount(node, is_list ? "maxItems" : "maxLength", path, schema.length_max));
  if (schema.type == SettingType::kObject) {
    SB_CHECK(ReadProperties(node, path, schema));
  }
  element items;
  if (node["items"].get(items) == simdjson::SUCCESS) {
    SB_TRY(SettingSchema item, ReadNode(items, path + "[]"));
    schema.items.push_back(std::move(item));
  }
  SB_CHECK(ReadDefault(node, path, schema));
  return schema;
}

}  // namespace

const SettingSchema* SettingSchema::Find(std::string_view property) const {
  const auto found = std::find_if(
      properties.begin(), properties.end(), [&](const auto& one) { return one.name == property; });
  return found == properties.end() ? nullptr : &*found;
}

std::vector<std::string> SettingSchema::PropertyNames() const {
  std::vector<std::string> names;
  names.reserve(properties.size());
  for (const SettingSchema& property : properties) {
    names.push_back(property.name);
  }
  return names;
}

Result<SettingSchema> ParseConfigSchema(std::string_view json) {
  if (json.empty()) {
    return SettingSchema{};
  }
  if (json.size() > kSchemaBytesMax) {
    return BadSchema("", fmt::format("has {} bytes; {} are allowed", json.size(), kSchemaBytesMax));
  }
  simdjson::dom::parser parser;
  element root;
  if (parser.allocate(json.size(), kSchemaDepthMax) != simdjson::SUCCESS) {
    return BadSchema("", "does not fit into memory");
  }
  const auto error = parser.parse(json.data(), json.size()).get(root);
  if (error != simdjson::SUCCESS) {
    return BadSchema("", fmt::format("is not JSON: {}", simdjson::error_message(error)));
  }
  SB_TRY(SettingSchema schema, ReadNode(root, ""));
  if (schema.type != SettingType::kObject) {
    return BadSchema("", "is not about an object");
  }
  return schema;
}

}  // namespace storebridge::plugin_host
