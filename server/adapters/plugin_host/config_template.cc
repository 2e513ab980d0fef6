#include "adapters/plugin_host/config_template.h"

#include <algorithm>

#include <fmt/format.h>
#include <simdjson.h>

#include "adapters/plugin_host/config_schema.h"
#include "adapters/plugin_host/config_value.h"
#include "adapters/plugin_host/placeholders.h"
#include "adapters/plugin_host/url_prefix.h"

namespace storebridge::plugin_host {
namespace {

using connector::v1::Manifest;
using simdjson::dom::element;

constexpr std::size_t kConfigDepthMax = 24;

Error BadConfig(std::string_view what) {
  return Error{.code = Code::kInvalidArgument,
               .reason = "STORE_CONFIG",
               .message = fmt::format("config_json: {}", what)};
}

Result<element> ParseConfig(simdjson::dom::parser& parser, std::string_view config_json) {
  if (config_json.size() > kStoreConfigBytesMax) {
    return BadConfig(
        fmt::format("has {} bytes; {} are allowed", config_json.size(), kStoreConfigBytesMax));
  }
  const std::string_view json = config_json.empty() ? "{}" : config_json;
  if (parser.allocate(json.size(), kConfigDepthMax) != simdjson::SUCCESS) {
    return BadConfig("does not fit into memory");
  }
  element root;
  const auto error = parser.parse(json.data(), json.size()).get(root);
  if (error != simdjson::SUCCESS) {
    return BadConfig(fmt::format("is not JSON: {}", simdjson::error_message(error)));
  }
  if (!root.is_object()) {
    return BadConfig(R"(is not a JSON object, such as {"base_url":"https://store.example"})");
  }
  return root;
}

Status CheckNoCredentials(const Manifest& manifest, element config) {
  simdjson::dom::object settings;
  if (config.get(settings) != simdjson::SUCCESS) {
    return Ok();
  }
  for (const auto field : settings) {
    for (const auto& secret : manifest.secrets()) {
      if (field.key == secret.name()) {
        return BadConfig(fmt::format(
            "'{}' is a credential: give it under secrets, not in the config", secret.name()));
      }
    }
  }
  return Ok();
}

Result<SettingSchema> SchemaOf(const Manifest& manifest) {
  auto schema = ParseConfigSchema(manifest.config_schema_json());
  if (!schema) {
    return Error{.code = Code::kInternal,
                 .reason = "CONFIG_SCHEMA",
                 .message = fmt::format("connector '{}' has a broken config schema: {}",
                                        manifest.id(),
                                        schema.error().message)};
  }
  return schema;
}

// The text of a setting, or of its default.
Result<std::string> SettingText(const SettingSchema& schema,
                                element config,
                                const std::string& name) {
  std::string_view given;
  const auto error = config[name].get(given);
  if (error == simdjson::SUCCESS && !given.empty()) {
    return std::string(given);
  }
  if (error != simdjson::NO_SUCH_FIELD) {
    return BadConfig(fmt::format("'{}' is no text or is empty; requests go there", name));
  }
  const SettingSchema* setting = schema.Find(name);
  if (setting == nullptr || !setting->default_text) {
    return BadConfig(fmt::format("lacks '{}'; requests go there", name));
  }
  return *setting->default_text;
}

bool IsWord(std::string_view text) {
  const auto is_word_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  };
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         std::all_of(text.begin(), text.end(), is_word_character);
}

// A whole address at the beginning of a pattern. A path in the pattern goes on where the address
// ends.
Result<std::string> AddressOf(const std::string& name, const std::string& text, bool path_follows) {
  auto url = NormaliseUrlPrefix(text);
  if (!url) {
    return BadConfig(fmt::format("'{}': {}", name, url.error().message));
  }
  std::string address = *url;
  if (path_follows) {
    while (address.back() == '/') {
      address.pop_back();
    }
  }
  return address;
}

Result<std::string> Expand(const std::string& pattern,
                           const SettingSchema& schema,
                           element config) {
  SB_TRY(const std::vector<TemplatePiece> pieces, SplitTemplate(pattern, "config"));
  std::string url;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!pieces[i].is_placeholder) {
      url += pieces[i].text;
      continue;
    }
    SB_TRY(std::string text, SettingText(schema, config, pieces[i].text));
    if (i == 0) {
      const bool path_follows = pieces.size() > 1 && pieces[1].text.front() == '/';
      SB_TRY(text, AddressOf(pieces[i].text, text, path_follows));
    } else if (!IsWord(text)) {
      return BadConfig(fmt::format("'{}' is '{}'; letters, digits, '.', '-' and '_' are allowed",
                                   pieces[i].text,
                                   text.substr(0, 80)));
    }
    url += text;
  }
  auto prefix = NormaliseUrlPrefix(url);
  if (!prefix) {
    return BadConfig(fmt::format("requests would go to {}: {}", pattern, prefix.error().message));
  }
  return prefix;
}

Result<std::vector<std::string>> ExpandAll(const Manifest& manifest,
                                           const SettingSchema& schema,
                                           element config) {
  std::vector<std::string> prefixes;
  for (const std::string& pattern : manifest.egress()) {
    SB_TRY(std::string prefix, Expand(pattern, schema, config));
    if (std::find(prefixes.begin(), prefixes.end(), prefix) == prefixes.end()) {
      prefixes.push_back(std::move(prefix));
    }
  }
  return prefixes;
}

}  // namespace

Status CheckStoreConfig(const Manifest& manifest, std::string_view config_json) {
  SB_TRY(const SettingSchema schema, SchemaOf(manifest));
  simdjson::dom::parser parser;
  SB_TRY(const element config, ParseConfig(parser, config_json));
  SB_CHECK(CheckNoCredentials(manifest, config));
  std::vector<std::string> problems;
  CheckValue(schema, config, "", problems);
  if (!problems.empty()) {
    problems.resize(std::min(problems.size(), kProblemsMax));
    return BadConfig(fmt::format("{}", fmt::join(problems, "; ")));
  }
  SB_CHECK(ExpandAll(manifest, schema, config));
  return Ok();
}

Result<std::vector<std::string>> AllowedPrefixes(const Manifest& manifest,
                                                 std::string_view config_json) {
  SB_TRY(const SettingSchema schema, SchemaOf(manifest));
  simdjson::dom::parser parser;
  SB_TRY(const element config, ParseConfig(parser, config_json));
  return ExpandAll(manifest, schema, config);
}

Status ManifestConfigChecker::CheckConfig(const Manifest& manifest,
                                          std::string_view config_json) const {
  return CheckStoreConfig(manifest, config_json);
}

Result<std::vector<std::string>> ManifestConfigChecker::AllowedPrefixes(
    const Manifest& manifest, std::string_view config_json) const {
  return plugin_host::AllowedPrefixes(manifest, config_json);
}

}  // namespace storebridge::plugin_host
