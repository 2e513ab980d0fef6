#include "adapters/egress/easy_pool.h"

#include <algorithm>
#include <iterator>

namespace storebridge::egress {

EasyPool::~EasyPool() {
  for (const Rest& rest : order_) {
    curl_easy_cleanup(rest.easy);
  }
}

EasyPool::Taken EasyPool::Take(const std::string& origin) {
  const auto found = Find(origin);
  CURL* easy = nullptr;
  if (found->second.rest) {
    easy = (*found->second.rest)->easy;
    TakeOut(found);
  } else {
    easy = curl_easy_init();
  }
  if (easy == nullptr) {
    DropIfUnused(found);
    return {.easy = nullptr, .multi = 0};
  }
  ++found->second.taken;
  return {.easy = easy, .multi = found->second.multi};
}

void EasyPool::Give(const std::string& origin, CURL* easy) {
  const auto found = origins_.find(origin);
  --found->second.taken;
  if (found->second.rest) {
    return curl_easy_cleanup(easy);
  }
  // Keeps the TLS sessions, drops all else.
  curl_easy_reset(easy);
  order_.push_back({origin, easy});
  found->second.rest = std::prev(order_.end());
  if (order_.size() > sizes_.handles) {
    curl_easy_cleanup(order_.front().easy);
    const auto oldest = origins_.find(order_.front().origin);
    TakeOut(oldest);
    DropIfUnused(oldest);
  }
}

EasyPool::Origins::iterator EasyPool::Find(const std::string& origin) {
  const auto found = origins_.find(origin);
  if (found != origins_.end()) {
    return found;
  }
  const std::size_t multi = PlaceForOne();
  ++origins_of_[multi];
  return origins_.emplace(origin, Origin{.multi = multi}).first;
}

std::size_t EasyPool::PlaceForOne() const {
  const auto room = std::find_if(origins_of_.begin(), origins_of_.end(), [this](std::size_t count) {
    return count < sizes_.origins_per_multi;
  });
  const auto place =
      room == origins_of_.end() ? std::min_element(origins_of_.begin(), origins_of_.end()) : room;
  return static_cast<std::size_t>(place - origins_of_.begin());
}

void EasyPool::TakeOut(Origins::iterator origin) {
  order_.erase(*origin->second.rest);
  origin->second.rest.reset();
}

void EasyPool::DropIfUnused(Origins::iterator origin) {
  if (origin->second.taken == 0 && !origin->second.rest) {
    --origins_of_[origin->second.multi];
    origins_.erase(origin);
  }
}

}  // namespace storebridge::egress
