#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace storebridge {

// Counts the insertions, removals, changes and swaps of neighbours that turn one word into the
// other. Both words are cut to 64 characters.
inline std::size_t EditDistance(std::string_view from, std::string_view to) {
  constexpr std::size_t kLengthMax = 64;
  from = from.substr(0, kLengthMax);
  to = to.substr(0, kLengthMax);
  const std::size_t width = to.size() + 1;
  std::vector<std::size_t> cells((from.size() + 1) * width);
  for (std::size_t i = 0; i <= from.size(); ++i) {
    for (std::size_t j = 0; j <= to.size(); ++j) {
      std::size_t& cell = cells[i * width + j];
      if (i == 0 || j == 0) {
        cell = i + j;
        continue;
      }
      const std::size_t change = from[i - 1] == to[j - 1] ? 0 : 1;
      cell = std::min({cells[(i - 1) * width + j] + 1,
                       cells[i * width + j - 1] + 1,
                       cells[(i - 1) * width + j - 1] + change});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        cell = std::min(cell, cells[(i - 2) * width + j - 2] + 1);
      }
    }
  }
  return cells.back();
}

// Gives the known word that was probably meant, or nothing when none is near.
inline std::string Suggest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = EditDistance(word, candidate);
    // A word of which nothing is left was not misspelt.
    if (distance < best_distance && distance < std::max(word.size(), candidate.size())) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace storebridge
