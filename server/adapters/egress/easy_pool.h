#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <curl/curl.h>

namespace storebridge::egress {

// The origins that are asked. Of each the easy handle between transfers, with its TLS sessions (a
// CURLSH would keep eight for all stores together), and the number of the multi handle that keeps
// its connections. The one that rested longest goes first.
class EasyPool {
 public:
  struct Sizes {
    // Handles that rest, at most.
    std::size_t handles;
    // Numbers of multi handles, and origins for one of them while there is another one left.
    std::size_t multis;
    std::size_t origins_per_multi;
  };
  struct Taken {
    // Null when there is no memory; otherwise it is given back.
    CURL* easy;
    std::size_t multi;
  };

  explicit EasyPool(Sizes sizes) : sizes_(sizes), origins_of_(sizes.multis) {}
  ~EasyPool();
  EasyPool(const EasyPool&) = delete;
  EasyPool& operator=(const EasyPool&) = delete;

  Taken Take(const std::string& origin);
  void Give(const std::string& origin, CURL* easy);

  // Origins of a multi handle that have an easy handle, resting or taken.
  [[nodiscard]] std::size_t OriginsOf(std::size_t multi) const { return origins_of_.at(multi); }

 private:
  struct Rest {
    std::string origin;
    CURL* easy;
  };
  struct Origin {
    std::size_t multi;
    std::size_t taken = 0;
    std::optional<std::list<Rest>::iterator> rest = {};
  };
  using Origins = std::unordered_map<std::string, Origin>;

  Origins::iterator Find(const std::string& origin);
  // The first multi handle with room; where none has any, that with the fewest origins.
  [[nodiscard]] std::size_t PlaceForOne() const;
  // Of the resting handles.
  void TakeOut(Origins::iterator origin);
  void DropIfUnused(Origins::iterator origin);

  Sizes sizes_;
  // Longest rest first.
  std::list<Rest> order_;
  Origins origins_;
  // Of each multi handle.
  std::vector<std::size_t> origins_of_;
};

}  // namespace storebridge::egress
