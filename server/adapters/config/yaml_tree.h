#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace storebridge::config {

constexpr std::size_t kFileBytesMax = std::size_t{1024} * 1024;
constexpr int kDepthMax = 20;
constexpr std::size_t kNodesMax = 10'000;

// A place in the file, both counted from 1.
struct Place {
  int line = 1;
  int column = 1;
};

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };

  struct Entry;

  Kind kind = Kind::kNull;
  Place place;
  // Of a scalar.
  std::string text = {};
  // Of a list.
  std::vector<YamlNode> items = {};
  // Of a map, in file order, each key once. Without an initialiser, which would need a whole Entry.
  std::vector<Entry> entries;
};

struct YamlNode::Entry {
  std::string key;
  Place place;
  YamlNode value;
};

// What is wrong, and where.
struct Problem {
  Place place;
  std::string text = {};
};

// Reads one document. An empty one is a null node. Refuses aliases, anchors and tags, which a
// configuration does not need and with which a small file becomes a huge one; keys that are there
// twice; more than kDepthMax levels or kNodesMax nodes; and more than kFileBytesMax bytes. The
// first problem of a file that is no YAML ends it; others are collected.
YamlNode ParseYaml(std::string_view text, std::vector<Problem>& problems);

// What people call the kind.
std::string_view KindWord(YamlNode::Kind kind);

}  // namespace storebridge::config
