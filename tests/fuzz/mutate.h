#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "chance.h"

namespace storebridge::fuzz {

// What libFuzzer would do to the bytes, its dictionary included. At most `bytes_max` long.
std::string MutateBytes(std::string_view text, std::size_t bytes_max);

// Changes one value of a JSON text: to one that is often read wrongly, to another value of the same
// text, twice, away, or in its bytes; or cuts the text off. Text that is no JSON is changed in its
// bytes.
std::string MutateJson(std::string_view text, std::size_t bytes_max, Chance& chance);

// Changes one word of a text, such as of a file that people write: to one of `odd_words`, to
// another word of the text, away, twice, or in its bytes. Words are what stands between blanks,
// quotes, commas and brackets.
std::string MutateWords(std::string_view text,
                        std::size_t bytes_max,
                        const std::vector<std::string_view>& odd_words,
                        Chance& chance);

// Puts a mutated text back into libFuzzer's buffer, as much of it as fits. Gives its size.
std::size_t Store(std::string_view text, unsigned char* data, std::size_t bytes_max);

}  // namespace storebridge::fuzz
