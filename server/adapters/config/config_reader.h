#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/config/yaml_tree.h"

namespace storebridge::config {

// Takes the keys of one section out of the tree. What is not there leaves the field as it is.
// Problems are collected, and keys that nobody asked for are problems too.
class SectionReader {
 public:
  // A sentence about what is wrong with the text; empty when it is good.
  using Check = std::function<std::string(const std::string&)>;

  struct Range {
    std::int64_t least = 0;
    std::int64_t most = 0;
  };

  // `node` null or of kind null: an empty section. `path` as in `listen.tls`; empty for the top.
  // `known` gets every key that is asked for, in full.
  SectionReader(const YamlNode* node,
                std::string path,
                std::vector<Problem>& problems,
                std::vector<std::string>& known);

  // Tells the keys that nobody asked for.
  ~SectionReader();

  SectionReader(const SectionReader&) = delete;
  SectionReader& operator=(const SectionReader&) = delete;

  // The section under `key`; empty when there is none.
  [[nodiscard]] SectionReader Section(const std::string& key);

  void Text(const std::string& key, std::string& field, const Check& check = nullptr);
  void Number(const std::string& key, std::int64_t& field, Range range);
  void TextList(const std::string& key,
                std::vector<std::string>& field,
                const Check& check = nullptr);

  // One of a few words.
  template <typename T>
  void Choice(const std::string& key,
              T& field,
              std::initializer_list<std::pair<const char*, T>> choices) {
    std::vector<std::string> words;
    for (const auto& [word, value] : choices) {
      words.emplace_back(word);
    }
    std::string given;
    if (ReadWord(key, words, given)) {
      for (const auto& [word, value] : choices) {
        field = given == word ? value : field;
      }
    }
  }

  // Whether the key is in the file.
  [[nodiscard]] bool Has(const std::string& key) const;

  // Says something about a key, or about the section when the key is not there.
  void Say(const std::string& key, std::string text);

 private:
  const YamlNode* Take(const std::string& key);
  const YamlNode* TakeScalar(const std::string& key);
  bool ReadWord(const std::string& key, const std::vector<std::string>& words, std::string& given);
  [[nodiscard]] const YamlNode::Entry* FindEntry(const std::string& key) const;
  [[nodiscard]] std::string FullName(const std::string& key) const;

  // Null for an empty section.
  const YamlNode* node_;
  const std::string path_;
  std::vector<Problem>& problems_;
  std::vector<std::string>& known_;
  std::vector<std::string> asked_;
};

}  // namespace storebridge::config
