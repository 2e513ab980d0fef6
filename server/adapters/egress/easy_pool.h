#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include <curl/curl.h>

namespace storebridge::egress {

// Easy handles between transfers, one for each origin, with its TLS sessions; a CURLSH would keep
// eight for all stores together. The one that rested longest goes first.
class EasyPool {
 public:
  // At most `most` rest.
  explicit EasyPool(std::size_t most) : most_(most) {}
  ~EasyPool();
  EasyPool(const EasyPool&) = delete;
  EasyPool& operator=(const EasyPool&) = delete;

  // Null when there is no memory. Each that was taken is given back.
  CURL* Take(const std::string& origin);
  void Give(const std::string& origin, CURL* easy);

  // Origins that have a handle, resting or taken.
  [[nodiscard]] std::size_t origins() const { return origins_.size(); }

 private:
  struct Rest {
    std::string origin;
    CURL* easy;
  };
  struct Origin {
    std::size_t taken = 0;
    std::optional<std::list<Rest>::iterator> rest = {};
  };
  using Origins = std::unordered_map<std::string, Origin>;

  // Of the resting handles.
  void TakeOut(Origins::iterator origin);
  void DropIfUnused(Origins::iterator origin);

  std::size_t most_;
  // Longest rest first.
  std::list<Rest> order_;
  Origins origins_;
};

}  // namespace storebridge::egress
