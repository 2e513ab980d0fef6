#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace storebridge::domain {

// A piece of a text, from `begin` to before `end`.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// What FindPersonalData found.
struct PersonalData {
  // Texts that are somebody's: names, addresses, telephone numbers, e-mail addresses, notes. Inside
  // of quotes; digits of numbers. In the order of the text, never overlapping.
  std::vector<Span> personal;
  // Other texts, in which a name may be repeated, such as a product's title. Not those that rule
  // what a program does: ids, states, codes, times.
  std::vector<Span> free;
};

// Finds personal data in what a store answers, by the names of JSON members and by their looks.
// JSON that is cut off or wrong is read as far as it makes sense; of HTML, XML and other text all
// that is not a tag is personal. What a store hides in a member of an unknown name, and repeats
// nowhere, is not found.
PersonalData FindPersonalData(std::string_view text);

// Finds e-mail addresses in any text.
std::vector<Span> FindMailAddresses(std::string_view text);

// `text` with letters of personal data as `x` and digits as `0`: for logs and messages, where
// the head of a store's answer helps and a customer must not be seen.
std::string MaskPersonalData(std::string_view text);
// The same for a sentence, of which only e-mail addresses can be told apart.
std::string MaskMailAddresses(std::string_view text);

}  // namespace storebridge::domain
