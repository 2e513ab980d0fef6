#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace storebridge::recording {

// What pseudonyms are made of. Drawn for each recording; who has it can test guesses.
struct PseudonymKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

// Replaces words by others of the same length: letters by letters of the same case, digits by
// digits, other characters by one of as many bytes. The same word gets the same pseudonym, also
// when it is written with JSON's escapes.
class Pseudonyms {
 public:
  explicit Pseudonyms(PseudonymKey key) : key_(key) {}

  // A word that is never replaced: an id that a connector looks for in free text.
  void Protect(std::string_view text);
  // Remembers the words of a personal text, so that they are known where they are repeated.
  void Learn(std::string_view text);
  // Replaces all words from `begin` to before `end`.
  void ReplaceAll(std::string& text, std::size_t begin, std::size_t end) const;
  // Replaces the words that were learned.
  void ReplaceKnown(std::string& text, std::size_t begin, std::size_t end) const;

 private:
  template <typename Wanted>
  void Replace(std::string& text, std::size_t begin, std::size_t end, Wanted wanted) const;
  void ReplaceWord(std::string& text,
                   std::size_t begin,
                   std::size_t end,
                   std::string_view canonical) const;

  PseudonymKey key_;
  std::set<std::string, std::less<>> protected_;
  std::set<std::string, std::less<>> learned_;
};

}  // namespace storebridge::recording
