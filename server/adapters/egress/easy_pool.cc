#include "adapters/egress/easy_pool.h"

#include <iterator>

namespace storebridge::egress {

EasyPool::~EasyPool() {
  for (const Rest& rest : order_) {
    curl_easy_cleanup(rest.easy);
  }
}

CURL* EasyPool::Take(const std::string& origin) {
  const auto found = origins_.try_emplace(origin).first;
  CURL* easy = nullptr;
  if (found->second.rest) {
    easy = (*found->second.rest)->easy;
    TakeOut(found);
  } else {
    easy = curl_easy_init();
  }
  if (easy == nullptr) {
    DropIfUnused(found);
    return nullptr;
  }
  ++found->second.taken;
  return easy;
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
  if (order_.size() > most_) {
    curl_easy_cleanup(order_.front().easy);
    const auto oldest = origins_.find(order_.front().origin);
    TakeOut(oldest);
    DropIfUnused(oldest);
  }
}

void EasyPool::TakeOut(Origins::iterator origin) {
  order_.erase(*origin->second.rest);
  origin->second.rest.reset();
}

void EasyPool::DropIfUnused(Origins::iterator origin) {
  if (origin->second.taken == 0 && !origin->second.rest) {
    origins_.erase(origin);
  }
}

}  // namespace storebridge::egress
