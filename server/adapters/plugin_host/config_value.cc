#include "adapters/plugin_host/config_value.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <re2/re2.h>

#include "adapters/plugin_host/url_prefix.h"
#include "core/suggest.h"

namespace storebridge::plugin_host {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t kShownBytesMax = 80;

std::string Shown(element value) {
  std::string text = simdjson::minify(value);
  if (text.size() > kShownBytesMax) {
    std::size_t size = kShownBytesMax;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
      --size;
    }
    text = text.substr(0, size) + "...";
  }
  return text;
}

bool FitsType(SettingType type, element value) {
  const bool is_integer = value.is<std::int64_t>() || value.is<std::uint64_t>();
  switch (type) {
    case SettingType::kText:
      return value.is_string();
    case SettingType::kInteger:
      return value.type() != element_type::DOUBLE && is_integer;
    case SettingType::kNumber:
      return value.is_number();
    case SettingType::kFlag:
      return value.is_bool();
    case SettingType::kObject:
      return value.is_object();
    case SettingType::kList:
      return value.is_array();
  }
  return false;
}

std::uint64_t CountCharacters(std::string_view text) {
  const auto is_first = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), is_first));
}

// Collects sentences about one value.
class ValueChecker {
 public:
  ValueChecker(const SettingSchema& schema,
               element value,
               const std::string& path,
               std::vector<std::string>& problems)
      : schema_(schema), value_(value), path_(path), problems_(problems) {}

  void Check() {
    if (!FitsType(schema_.type, value_)) {
      Say(fmt::format("is {}; {} is expected", Shown(value_), TypeWord(schema_.type)));
      return;
    }
    CheckAllowed();
    switch (schema_.type) {
      case SettingType::kText:
        CheckText();
        break;
      case SettingType::kInteger:
      case SettingType::kNumber:
        CheckRange();
        break;
      case SettingType::kFlag:
        break;
      case SettingType::kObject:
        CheckObject();
        break;
      case SettingType::kList:
        CheckList();
        break;
    }
  }

 private:
  void Say(const std::string& sentence) {
    const bool is_whole = path_.empty();
    problems_.push_back(is_whole ? fmt::format("the config {}", sentence)
                                 : fmt::format("'{}' {}", path_, sentence));
  }

  void CheckAllowed() {
    const std::string given = simdjson::minify(value_);
    if (schema_.allowed.empty() ||
        std::find(schema_.allowed.begin(), schema_.allowed.end(), given) != schema_.allowed.end()) {
      return;
    }
    const std::string meant = Suggest(given, schema_.allowed);
    Say(fmt::format("is {}; allowed is {}{}",
                    Shown(value_),
                    fmt::join(schema_.allowed, ", "),
                    meant.empty() ? "" : fmt::format("; did you mean {}?", meant)));
  }

  void CheckLength(std::uint64_t length, std::string_view unit) {
    if (schema_.length_min && length < *schema_.length_min) {
      Say(fmt::format("has {} {}; at least {} are needed", length, unit, *schema_.length_min));
    }
    if (schema_.length_max && length > *schema_.length_max) {
      Say(fmt::format("has {} {}; at most {} are allowed", length, unit, *schema_.length_max));
    }
  }

  void CheckText() {
    std::string_view text;
    if (value_.get(text) != simdjson::SUCCESS) {
      return;
    }
    CheckLength(CountCharacters(text), "characters");
    if (schema_.is_url) {
      const auto url = NormaliseUrlPrefix(text);
      if (!url) {
        Say(fmt::format("is no usable address: {}", url.error().message));
      }
    }
    if (schema_.compiled_pattern &&
        !re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()),
                                *schema_.compiled_pattern)) {
      Say(fmt::format("is {}; it has to match the pattern {}", Shown(value_), schema_.pattern));
    }
  }

  void CheckRange() {
    double number = 0;
    if (value_.get(number) != simdjson::SUCCESS) {
      return;
    }
    if (schema_.minimum && number < *schema_.minimum) {
      Say(fmt::format("is {}; at least {} is allowed", Shown(value_), *schema_.minimum));
    }
    if (schema_.maximum && number > *schema_.maximum) {
      Say(fmt::format("is {}; at most {} is allowed", Shown(value_), *schema_.maximum));
    }
  }

  void CheckObject() {
    simdjson::dom::object object;
    if (value_.get(object) != simdjson::SUCCESS) {
      return;
    }
    std::set<std::string_view> seen;
    for (const auto field : object) {
      if (problems_.size() >= kProblemsMax) {
        return;
      }
      const std::string name(field.key.substr(0, kShownBytesMax));
      const SettingSchema* property = schema_.Find(field.key);
      if (property == nullptr) {
        SayUnknown(name);
      } else if (!seen.insert(field.key).second) {
        Say(fmt::format("has '{}' twice", name));
      } else {
        CheckValue(*property, field.value, path_.empty() ? name : path_ + "." + name, problems_);
      }
    }
    for (const SettingSchema& property : schema_.properties) {
      if (property.is_required && seen.count(property.name) == 0) {
        Say(fmt::format("lacks '{}' ({})", property.name, TypeWord(property.type)));
      }
    }
  }

  // The value is not shown: under an unknown name it may be a credential.
  void SayUnknown(const std::string& name) {
    const std::vector<std::string> known = schema_.PropertyNames();
    if (known.empty()) {
      Say(fmt::format("has '{}', but there are no settings here", name));
      return;
    }
    const std::string meant = Suggest(name, known);
    Say(fmt::format("has no setting '{}'{}; there is {}",
                    name,
                    meant.empty() ? "" : fmt::format(": did you mean '{}'?", meant),
                    fmt::join(known, ", ")));
  }

  void CheckList() {
    simdjson::dom::array list;
    if (value_.get(list) != simdjson::SUCCESS) {
      return;
    }
    CheckLength(list.size(), "elements");
    std::size_t index = 0;
    for (const element item : list) {
      if (problems_.size() >= kProblemsMax) {
        return;
      }
      if (!schema_.items.empty()) {
        CheckValue(schema_.items.front(), item, fmt::format("{}[{}]", path_, index), problems_);
      }
      ++index;
    }
  }

  const SettingSchema& schema_;
  const element value_;
  const std::string& path_;
  std::vector<std::string>& problems_;
};

}  // namespace

std::string_view TypeWord(SettingType type) {
  switch (type) {
    case SettingType::kText:
      return "a text";
    case SettingType::kInteger:
      return "a whole number";
    case SettingType::kNumber:
      return "a number";
    case SettingType::kFlag:
      return "true or false";
    case SettingType::kObject:
      return "an object";
    case SettingType::kList:
      return "a list";
  }
  return "something else";
}

void CheckValue(const SettingSchema& schema,
                element value,
                const std::string& path,
                std::vector<std::string>& problems) {
  ValueChecker(schema, value, path, problems).Check();
}

}  // namespace storebridge::plugin_host
