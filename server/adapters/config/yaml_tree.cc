#include "adapters/config/yaml_tree.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace storebridge::config {
namespace {

Place PlaceOf(const YAML::Mark& mark) {
  return mark.is_null() ? Place{} : Place{.line = mark.line + 1, .column = mark.column + 1};
}

// yaml-cpp stops reading at some of them, without a word.
std::optional<Place> FindControl(std::string_view text) {
  Place place;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F) {
      return place;
    }
    place = c == '\n' ? Place{.line = place.line + 1, .column = 1}
                      : Place{.line = place.line, .column = place.column + 1};
  }
  return std::nullopt;
}

YamlNode NodeAt(YamlNode::Kind kind, Place place, std::string text = {}) {
  YamlNode node;
  node.kind = kind;
  node.place = place;
  node.text = std::move(text);
  return node;
}

// Builds the tree from the parser's events. The values of a map that are put aside by a problem are
// read, and dropped.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::vector<Problem>& problems) : problems_(problems) {}

  YamlNode TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Say(PlaceOf(mark), "an alias (*name) is not allowed here; write the value again");
    Add(NodeAt(YamlNode::Kind::kNull, PlaceOf(mark)));
  }

  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    Say(PlaceOf(mark), "an anchor (&name) is not allowed here; leave it out");
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    Add(NodeAt(YamlNode::Kind::kNull, PlaceOf(mark)));
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t,
                const std::string& value) override {
    CheckTag(mark, tag);
    Add(NodeAt(YamlNode::Kind::kScalar, PlaceOf(mark), value));
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    CheckTag(mark, tag);
    Begin(NodeAt(YamlNode::Kind::kList, PlaceOf(mark)));
  }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    CheckTag(mark, tag);
    Begin(NodeAt(YamlNode::Kind::kMap, PlaceOf(mark)));
  }

  void OnSequenceEnd() override { End(); }
  void OnMapEnd() override { End(); }

 private:
  // A list or map that is being read.
  struct Level {
    YamlNode node;
    // Of a map: the key whose value comes next.
    std::optional<YamlNode::Entry> pending;
    bool is_key_missing = false;
  };

  void Say(Place place, std::string text) { problems_.push_back({place, std::move(text)}); }

  void CheckTag(const YAML::Mark& mark, const std::string& tag) {
    // yaml-cpp gives `?` to plain scalars and `!` to quoted ones.
    if (!tag.empty() && tag != "?" && tag != "!") {
      Say(PlaceOf(mark),
          fmt::format("the tag {} is not allowed here; leave it out", tag.substr(0, 60)));
    }
  }

  void Begin(YamlNode node) {
    if (static_cast<int>(levels_.size()) >= kDepthMax) {
      if (!is_depth_told_) {
        Say(node.place, fmt::format("more than {} levels", kDepthMax));
        is_depth_told_ = true;
      }
      ++levels_beyond_;
      return;
    }
    levels_.push_back({.node = std::move(node), .pending = std::nullopt, .is_key_missing = false});
  }

  void End() {
    if (levels_beyond_ > 0) {
      --levels_beyond_;
      return;
    }
    YamlNode node = std::move(levels_.back().node);
    levels_.pop_back();
    Add(std::move(node));
  }

  void Add(YamlNode node) {
    if (levels_beyond_ > 0) {
      return;
    }
    if (++nodes_ > kNodesMax) {
      if (nodes_ == kNodesMax + 1) {
        Say(node.place, fmt::format("more than {} values", kNodesMax));
      }
      node = NodeAt(node.kind, node.place, std::move(node.text));
    }
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == YamlNode::Kind::kList) {
      level.node.items.push_back(std::move(node));
    } else {
      AddToMap(level, std::move(node));
    }
  }

  void AddToMap(Level& level, YamlNode node) {
    if (level.is_key_missing) {
      level.is_key_missing = false;
      return;
    }
    if (!level.pending) {
      if (node.kind != YamlNode::Kind::kScalar) {
        Say(node.place, fmt::format("{} cannot be a key", KindWord(node.kind)));
        level.is_key_missing = true;
        return;
      }
      level.pending =
          YamlNode::Entry{.key = std::move(node.text), .place = node.place, .value = {}};
      return;
    }
    YamlNode::Entry entry = std::move(*level.pending);
    level.pending.reset();
    entry.value = std::move(node);
    const auto& entries = level.node.entries;
    const auto first = std::find_if(
        entries.begin(), entries.end(), [&](const auto& one) { return one.key == entry.key; });
    if (first != entries.end()) {
      Say(entry.place,
          fmt::format("'{}' is already in line {}; keep one of them",
                      entry.key.substr(0, 60),
                      first->place.line));
      return;
    }
    level.node.entries.push_back(std::move(entry));
  }

  std::vector<Problem>& problems_;
  YamlNode root_;
  std::vector<Level> levels_;
  int levels_beyond_ = 0;
  std::size_t nodes_ = 0;
  bool is_depth_told_ = false;
};

}  // namespace

YamlNode ParseYaml(std::string_view text, std::vector<Problem>& problems) {
  if (text.size() > kFileBytesMax) {
    problems.push_back({{}, fmt::format("{} bytes; {} are allowed", text.size(), kFileBytesMax)});
    return {};
  }
  if (const auto control = FindControl(text)) {
    problems.push_back({*control, "a control character; save the file as plain UTF-8 text"});
    return {};
  }
  // The end marker makes yaml-cpp complain about a quote that is never closed; else it takes the
  // rest of the file for it.
  std::istringstream stream{std::string(text) + "\n...\n"};
  TreeBuilder builder(problems);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      return {};
    }
    YamlNode root = builder.TakeRoot();
    std::vector<Problem> ignored;
    TreeBuilder second(ignored);
    if (parser.HandleNextDocument(second)) {
      problems.push_back(
          {second.TakeRoot().place, "a second document begins here; one is allowed"});
    }
    return root;
  } catch (const YAML::Exception& e) {
    const bool is_open_quote = e.msg == YAML::ErrorMsg::DOC_IN_SCALAR;
    problems.push_back({PlaceOf(e.mark),
                        is_open_quote ? "the file ends inside a text in quotes; close them"
                                      : fmt::format("not YAML: {}", e.msg)});
  }
  return {};
}

std::string_view KindWord(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a value";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a section";
  }
  return "something else";
}

}  // namespace storebridge::config
