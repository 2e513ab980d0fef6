#include "effect_difference.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "effect_fields.h"
#include "storebridge/sdk/text.h"

namespace storebridge::run {
namespace {

constexpr std::size_t kShownMax = 120;
constexpr int kDepthMax = 16;

// One field on the wire: a number, or some bytes.
struct Field {
  std::uint32_t number = 0;
  std::uint32_t wire_type = 0;
  std::uint64_t value = 0;
  std::string_view bytes = {};
  bool operator==(const Field&) const = default;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // Nothing when the text is no message.
  std::optional<std::vector<Field>> Fields() {
    std::vector<Field> fields;
    while (!text_.empty()) {
      const std::optional<std::uint64_t> tag = Varint();
      if (!tag) {
        return std::nullopt;
      }
      Field field{.number = static_cast<std::uint32_t>(*tag >> 3U),
                  .wire_type = static_cast<std::uint32_t>(*tag & 7U)};
      if (!ReadValue(field)) {
        return std::nullopt;
      }
      fields.push_back(field);
    }
    return fields;
  }

 private:
  std::optional<std::uint64_t> Varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !text_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(text_.front());
      text_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if ((byte & 0x80U) == 0) {
        return value;
      }
    }
    return std::nullopt;
  }

  bool Take(std::size_t size, Field& field) {
    if (size > text_.size()) {
      return false;
    }
    field.bytes = text_.substr(0, size);
    text_.remove_prefix(size);
    return true;
  }

  bool ReadValue(Field& field) {
    constexpr std::uint32_t kVarint = 0;
    constexpr std::uint32_t k64Bit = 1;
    constexpr std::uint32_t kBytes = 2;
    constexpr std::uint32_t k32Bit = 5;
    if (field.wire_type == kVarint || field.wire_type == kBytes) {
      const std::optional<std::uint64_t> value = Varint();
      if (!value) {
        return false;
      }
      field.value = *value;
      return field.wire_type == kVarint || Take(*value, field);
    }
    return (field.wire_type == k64Bit && Take(8, field)) ||
           (field.wire_type == k32Bit && Take(4, field));
  }

  std::string_view text_;
};

const FieldName* NameOf(std::string_view message, std::uint32_t number) {
  const auto names = FieldNames();
  const auto found = std::find_if(names.begin(), names.end(), [&](const FieldName& name) {
    return name.message == message && name.number == number;
  });
  return found == names.end() ? nullptr : &*found;
}

bool IsMessage(std::string_view type) {
  const auto names = FieldNames();
  return std::any_of(
      names.begin(), names.end(), [&](const FieldName& name) { return name.message == type; });
}

std::string Shown(const Field* field) {
  if (field == nullptr) {
    return "absent";
  }
  if (field->wire_type == 0) {
    return std::to_string(static_cast<std::int64_t>(field->value));
  }
  return '"' + sdk::HeadOf(field->bytes, kShownMax) + '"';
}

// Where two messages of that kind differ first.
std::string Compare(std::string_view message,
                    std::string_view recorded,
                    std::string_view now,
                    const std::string& path,
                    int depth);

std::string CompareField(std::string_view message,
                         const std::string& path,
                         const Field* recorded,
                         const Field* now,
                         int depth) {
  const FieldName* name = NameOf(message, (recorded != nullptr ? recorded : now)->number);
  const bool is_nested = name != nullptr && IsMessage(name->type) && recorded != nullptr &&
                         now != nullptr && depth < kDepthMax;
  if (is_nested) {
    return Compare(name->type, recorded->bytes, now->bytes, path, depth + 1);
  }
  const bool is_whole = name != nullptr && IsMessage(name->type);
  if (is_whole) {
    return path + (now == nullptr ? " is not there any more" : " is new");
  }
  return fmt::format("{} is {} now and was {}", path, Shown(now), Shown(recorded));
}

std::string Compare(std::string_view message,
                    std::string_view recorded,
                    std::string_view now,
                    const std::string& path,
                    int depth) {
  const auto before = Reader(recorded).Fields();
  const auto after = Reader(now).Fields();
  if (!before || !after) {
    return (path.empty() ? std::string("the effect") : path) + (after ? " was" : " is") +
           " no message of connector.proto";
  }
  std::map<std::uint32_t, std::size_t> counts;
  const std::size_t most = std::max(before->size(), after->size());
  for (std::size_t i = 0; i < most; ++i) {
    const Field* old_field = i < before->size() ? &(*before)[i] : nullptr;
    const Field* new_field = i < after->size() ? &(*after)[i] : nullptr;
    const std::uint32_t number = std::min(old_field != nullptr ? old_field->number : UINT32_MAX,
                                          new_field != nullptr ? new_field->number : UINT32_MAX);
    const FieldName* name = NameOf(message, number);
    std::string place = name != nullptr ? std::string(name->name) : fmt::format("field {}", number);
    if (name != nullptr && name->is_repeated) {
      place += fmt::format("[{}]", counts[number]++);
    }
    if (old_field != nullptr && new_field != nullptr && *old_field == *new_field) {
      continue;
    }
    place = path.empty() ? place : path + "." + place;
    // Of two different fields, the one that comes first is missing on the other side.
    const Field* was = old_field != nullptr && old_field->number == number ? old_field : nullptr;
    const Field* is = new_field != nullptr && new_field->number == number ? new_field : nullptr;
    return CompareField(message, place, was, is, depth);
  }
  return (path.empty() ? std::string("the effect") : path) + " is written in another way";
}

}  // namespace

std::string EffectDifference(std::string_view recorded, std::string_view now) {
  return Compare("Effect", recorded, now, "", 0);
}

}  // namespace storebridge::run
