#include "adapters/config/config_reader.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/suggest.h"

namespace storebridge::config {
namespace {

constexpr std::size_t kListMax = 256;

std::string Shown(const std::string& text) {
  return text.size() > 80 ? text.substr(0, 80) + "..." : text;
}

}  // namespace

SectionReader::SectionReader(const YamlNode* node,
                             std::string path,
                             std::vector<Problem>& problems,
                             std::vector<std::string>& known)
    : node_(node), path_(std::move(path)), problems_(problems), known_(known) {
  if (node_ == nullptr || node_->kind == YamlNode::Kind::kMap) {
    return;
  }
  if (node_->kind != YamlNode::Kind::kNull) {
    problems_.push_back({node_->place,
                         fmt::format("{} is {}; a section with keys is expected",
                                     path_.empty() ? "the file" : fmt::format("'{}'", path_),
                                     KindWord(node_->kind))});
  }
  node_ = nullptr;
}

SectionReader::~SectionReader() {
  if (node_ == nullptr) {
    return;
  }
  for (const YamlNode::Entry& entry : node_->entries) {
    if (std::find(asked_.begin(), asked_.end(), entry.key) != asked_.end()) {
      continue;
    }
    const std::string meant = Suggest(entry.key, asked_);
    problems_.push_back(
        {entry.place,
         fmt::format("unknown key '{}'{}{}; there is {}",
                     Shown(entry.key),
                     path_.empty() ? "" : fmt::format(" in '{}'", path_),
                     meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant),
                     fmt::join(asked_, ", "))});
  }
}

SectionReader SectionReader::Section(const std::string& key) {
  return SectionReader(Take(key), FullName(key), problems_, known_);
}

void SectionReader::Text(const std::string& key, std::string& field, const Check& check) {
  const YamlNode* node = TakeScalar(key);
  if (node == nullptr) {
    return;
  }
  const std::string complaint = check ? check(node->text) : "";
  if (complaint.empty()) {
    field = node->text;
  } else {
    problems_.push_back({node->place, fmt::format("'{}': {}", FullName(key), complaint)});
  }
}

void SectionReader::Number(const std::string& key, std::int64_t& field, Range range) {
  const YamlNode* node = TakeScalar(key);
  if (node == nullptr) {
    return;
  }
  const std::string& text = node->text;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < range.least ||
      number > range.most) {
    problems_.push_back({node->place,
                         fmt::format("'{}' is '{}'; a whole number from {} to {} is expected",
                                     FullName(key),
                                     Shown(text),
                                     range.least,
                                     range.most)});
    return;
  }
  field = number;
}

void SectionReader::TextList(const std::string& key,
                             std::vector<std::string>& field,
                             const Check& check) {
  const YamlNode* node = Take(key);
  if (node == nullptr) {
    return;
  }
  if (node->kind != YamlNode::Kind::kList || node->items.size() > kListMax) {
    problems_.push_back(
        {node->place,
         fmt::format("'{}' is {}; a list of at most {} is expected, such as [a, b], or []",
                     FullName(key),
                     KindWord(node->kind),
                     kListMax)});
    return;
  }
  std::vector<std::string> values;
  for (const YamlNode& item : node->items) {
    std::string complaint;
    if (item.kind != YamlNode::Kind::kScalar) {
      complaint = fmt::format("{} stands where a value is expected", KindWord(item.kind));
    } else if (std::find(values.begin(), values.end(), item.text) != values.end()) {
      complaint = fmt::format("'{}' is there twice", Shown(item.text));
    } else if (check) {
      complaint = check(item.text);
    }
    if (!complaint.empty()) {
      problems_.push_back({item.place, fmt::format("'{}': {}", FullName(key), complaint)});
    }
    values.push_back(item.text);
  }
  field = std::move(values);
}

bool SectionReader::Has(const std::string& key) const {
  return FindEntry(key) != nullptr;
}

void SectionReader::Say(const std::string& key, std::string text) {
  const YamlNode::Entry* entry = FindEntry(key);
  const Place section = node_ == nullptr ? Place{} : node_->place;
  problems_.push_back({entry == nullptr ? section : entry->value.place,
                       fmt::format("'{}': {}", FullName(key), text)});
}

const YamlNode* SectionReader::Take(const std::string& key) {
  asked_.push_back(key);
  known_.push_back(FullName(key));
  const YamlNode::Entry* entry = FindEntry(key);
  return entry == nullptr ? nullptr : &entry->value;
}

const YamlNode* SectionReader::TakeScalar(const std::string& key) {
  const YamlNode* node = Take(key);
  if (node == nullptr || node->kind == YamlNode::Kind::kScalar) {
    return node;
  }
  const bool is_null = node->kind == YamlNode::Kind::kNull;
  problems_.push_back(
      {node->place,
       is_null
           ? fmt::format("'{}' has no value; give one or leave the line out", FullName(key))
           : fmt::format(
                 "'{}' is {}; a single value is expected", FullName(key), KindWord(node->kind))});
  return nullptr;
}

bool SectionReader::ReadWord(const std::string& key,
                             const std::vector<std::string>& words,
                             std::string& given) {
  const YamlNode* node = TakeScalar(key);
  if (node == nullptr) {
    return false;
  }
  given = node->text;
  if (std::find(words.begin(), words.end(), given) != words.end()) {
    return true;
  }
  const std::string meant = Suggest(given, words);
  problems_.push_back({node->place,
                       fmt::format("'{}' is '{}'{}; allowed is {}",
                                   FullName(key),
                                   Shown(given),
                                   meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant),
                                   fmt::join(words, ", "))});
  return false;
}

const YamlNode::Entry* SectionReader::FindEntry(const std::string& key) const {
  if (node_ == nullptr) {
    return nullptr;
  }
  for (const YamlNode::Entry& entry : node_->entries) {
    if (entry.key == key) {
      return &entry;
    }
  }
  return nullptr;
}

std::string SectionReader::FullName(const std::string& key) const {
  return path_.empty() ? key : path_ + "." + key;
}

}  // namespace storebridge::config
