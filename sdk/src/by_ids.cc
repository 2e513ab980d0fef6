#include "storebridge/sdk/by_ids.h"

#include <algorithm>

#include "storebridge/sdk/reading.h"

namespace storebridge::sdk {

IdWalk::IdWalk(std::vector<std::string> ids, std::int64_t most)
    : all_(std::move(ids)), size_(most) {
  Take();
}

void IdWalk::Take() {
  const auto first = all_.begin() + static_cast<std::ptrdiff_t>(done_);
  ids_.assign(first, first + std::min<std::ptrdiff_t>(size_.take(), all_.end() - first));
}

bool IdWalk::Shrink() {
  if (!size_.Shrink(static_cast<std::int64_t>(ids_.size())) && std::exchange(is_sure_, true)) {
    return false;
  }
  Take();
  return true;
}

void IdWalk::Next() {
  done_ += ids_.size();
  is_sure_ = false;
  size_.Grow();
  Take();
}

std::set<std::string> MissingOf(const std::vector<std::string>& asked,
                                const std::vector<Json>& records,
                                std::string_view key) {
  const std::set<std::string> all(asked.begin(), asked.end());
  std::set<std::string> missing = all;
  for (const Json& record : records) {
    const std::string id = TextIn(record, key);
    if (!all.contains(id)) {
      return {};
    }
    missing.erase(id);
  }
  return missing;
}

}  // namespace storebridge::sdk
