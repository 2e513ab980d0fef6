#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// JSON that is changed in one place and stays as it is, byte for byte, in all others.
namespace storebridge::conformance {

// A value, by its place in the text.
struct JsonNode {
  enum class Kind { kObject, kArray, kString, kNumber, kWord };

  Kind kind = Kind::kWord;
  std::size_t begin = 0;
  std::size_t end = 0;
  // Elements of an array, values of an object's members.
  std::vector<JsonNode> items = {};
  // Of an object: the names of its members, as they are written.
  std::vector<std::string> names = {};
};

// Values may lie this deep in each other.
inline constexpr int kJsonDepthMax = 256;

// Reads a whole text; nothing when it is not JSON.
std::optional<JsonNode> ReadJson(std::string_view text);

// The text with `replacement` instead of `node`, which is of it.
std::string WithReplaced(std::string_view text, const JsonNode& node, std::string_view replacement);
// A value, and what is to stand in its place.
struct JsonChange {
  JsonNode node = {};
  std::string instead = {};
};

// The text with all of the changes, none of which lies in another.
std::string WithChanges(std::string_view text, std::vector<JsonChange> changes);
// The text without the element `index` of `array`.
std::string WithoutElement(std::string_view text, const JsonNode& array, std::size_t index);
// An array, which is not empty, with its elements repeated until there are `count`.
std::string Repeated(std::string_view text, const JsonNode& array, std::size_t count);
// A value of another type than `node` has.
std::string_view OfAnotherType(const JsonNode& node);

// An array, and where it is: `$.data.items`, `$[*].lines` for one in each element of a list.
struct JsonArray {
  std::string path;
  const JsonNode* node;
};

// All arrays of a value, outer ones first.
std::vector<JsonArray> ArraysIn(const JsonNode& root);

}  // namespace storebridge::conformance
