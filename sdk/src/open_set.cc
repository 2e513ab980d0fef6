#include "storebridge/sdk/open_set.h"

#include <cstdint>

namespace storebridge::sdk {

void OpenSet::Add(const std::string& id, std::string_view mark) {
  const auto [place, is_new] = places_.emplace(id, marks_.size());
  if (is_new) {
    marks_.emplace_back().set_external_id(id);
  }
  marks_[place->second].set_mark(std::string(mark));
}

void OpenSet::AddNameless(std::string_view problem) {
  nameless_.push_back(BadOrder("", "", problem));
}

std::vector<std::string> OpenSet::WantedIn(const CompareResult& compared) const {
  std::vector<std::string> ids;
  for (const std::uint32_t index : compared.wanted()) {
    ids.push_back(marks_.at(index).external_id());
  }
  ids.insert(ids.end(), compared.missing().begin(), compared.missing().end());
  return ids;
}

}  // namespace storebridge::sdk
