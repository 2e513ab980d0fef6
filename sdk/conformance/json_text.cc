#include "json_text.h"

#include <algorithm>
#include <utility>

namespace storebridge::conformance {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<JsonNode> ReadAll() {
    JsonNode root;
    SkipBlanks();
    if (!Read(&root, 0)) {
      return std::nullopt;
    }
    SkipBlanks();
    return at_ == text_.size() ? std::optional(std::move(root)) : std::nullopt;
  }

 private:
  [[nodiscard]] char Now() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void SkipBlanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  bool Take(char c) {
    SkipBlanks();
    if (Now() != c) {
      return false;
    }
    ++at_;
    SkipBlanks();
    return true;
  }

  bool Read(JsonNode* node, int depth) {
    node->begin = at_;
    bool is_read = false;
    if (depth > kJsonDepthMax) {
      return false;
    }
    if (Now() == '{') {
      is_read = ReadObject(node, depth);
    } else if (Now() == '[') {
      is_read = ReadArray(node, depth);
    } else if (Now() == '"') {
      node->kind = JsonNode::Kind::kString;
      is_read = ReadString();
    } else {
      is_read = ReadBare(node);
    }
    node->end = at_;
    return is_read;
  }

  bool ReadObject(JsonNode* node, int depth) {
    node->kind = JsonNode::Kind::kObject;
    ++at_;
    SkipBlanks();
    if (Now() == '}') {
      ++at_;
      return true;
    }
    do {
      const std::size_t begin = at_ + 1;
      if (Now() != '"' || !ReadString()) {
        return false;
      }
      node->names.emplace_back(text_.substr(begin, at_ - 1 - begin));
      if (!Take(':') || !Read(&node->items.emplace_back(), depth + 1)) {
        return false;
      }
    } while (Take(','));
    return Close('}');
  }

  bool ReadArray(JsonNode* node, int depth) {
    node->kind = JsonNode::Kind::kArray;
    ++at_;
    SkipBlanks();
    if (Now() == ']') {
      ++at_;
      return true;
    }
    do {
      if (!Read(&node->items.emplace_back(), depth + 1)) {
        return false;
      }
    } while (Take(','));
    return Close(']');
  }

  bool Close(char c) {
    SkipBlanks();
    if (Now() != c) {
      return false;
    }
    ++at_;
    return true;
  }

  bool ReadString() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        return true;
      }
    }
    at_ = text_.size();
    return false;
  }

  bool ReadBare(JsonNode* node) {
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of(" \t\r\n,]}:", at_), text_.size());
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "true" || word == "false" || word == "null") {
      node->kind = JsonNode::Kind::kWord;
      return true;
    }
    node->kind = JsonNode::Kind::kNumber;
    return !word.empty() && word.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

void AddArrays(const JsonNode& node, const std::string& path, std::vector<JsonArray>* arrays) {
  const bool is_array = node.kind == JsonNode::Kind::kArray;
  if (is_array) {
    arrays->push_back({path, &node});
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    AddArrays(node.items[i], path + (is_array ? "[*]" : "." + node.names[i]), arrays);
  }
}

}  // namespace

std::optional<JsonNode> ReadJson(std::string_view text) {
  return Reader(text).ReadAll();
}

std::string WithReplaced(std::string_view text,
                         const JsonNode& node,
                         std::string_view replacement) {
  return std::string(text.substr(0, node.begin)).append(replacement).append(text.substr(node.end));
}

std::string WithChanges(std::string_view text, std::vector<JsonChange> changes) {
  // From the end, so that places stay what they are.
  std::sort(changes.begin(), changes.end(), [](const JsonChange& a, const JsonChange& b) {
    return a.node.begin > b.node.begin;
  });
  std::string changed(text);
  for (const JsonChange& change : changes) {
    changed = WithReplaced(changed, change.node, change.instead);
  }
  return changed;
}

std::string WithoutElement(std::string_view text, const JsonNode& array, std::size_t index) {
  const std::vector<JsonNode>& items = array.items;
  JsonNode gap = items[index];
  // With the comma before it, or behind the first one.
  if (index > 0) {
    gap.begin = items[index - 1].end;
  } else if (items.size() > 1) {
    gap.end = items[1].begin;
  }
  return WithReplaced(text, gap, "");
}

std::string Repeated(std::string_view text, const JsonNode& array, std::size_t count) {
  const std::vector<JsonNode>& items = array.items;
  const std::size_t last = items.back().end;
  std::string repeated(text.substr(array.begin, last - array.begin));
  for (std::size_t i = items.size(); i < count; ++i) {
    const JsonNode& item = items[i % items.size()];
    repeated.append(",").append(text.substr(item.begin, item.end - item.begin));
  }
  return repeated.append(text.substr(last, array.end - last));
}

std::string_view OfAnotherType(const JsonNode& node) {
  return node.kind == JsonNode::Kind::kObject ? R"("poison")" : R"({"poison":true})";
}

std::vector<JsonArray> ArraysIn(const JsonNode& root) {
  std::vector<JsonArray> arrays;
  AddArrays(root, "$", &arrays);
  return arrays;
}

}  // namespace storebridge::conformance
