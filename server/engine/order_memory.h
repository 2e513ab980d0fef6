#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <string>
#include <string_view>

namespace storebridge::engine {

// Orders that a look at a store's open orders need not fetch again, although they are not known
// here as the store lists them. Without it each poll would fetch them anew. In memory only: after a
// restart each is fetched once more. Lives on the executor.
class OrderMemory {
 public:
  // Orders that are remembered of one store. With more, the oldest is forgotten, and fetched again.
  static constexpr std::size_t kOrdersMax = 10'000;

  enum class Why {
    kIgnored,   // Not taken over: completed, or before orders_from.
    kUnusable,  // An issue says why.
    kGone,      // The store lists it no more, and it goes on here.
  };

  // `mark` is the store's mark of it when it was fetched.
  void Note(const std::string& external_id, std::string mark, Why why);

  // Whether the order is remembered with this mark.
  [[nodiscard]] bool Knows(std::string_view external_id, std::string_view mark) const;
  // Whether it was fetched after the store had stopped to list it.
  [[nodiscard]] bool IsGone(std::string_view external_id) const;

  // Forgets all but what is ignored: the rest may have healed.
  void ForgetWhatMayHeal();
  // Forgets everything: the store's settings have changed.
  void Clear();

  [[nodiscard]] std::size_t size() const { return notes_.size(); }

 private:
  struct Noted {
    std::string mark;
    Why why = Why::kIgnored;
    std::list<std::string>::iterator place;
  };

  std::map<std::string, Noted, std::less<>> notes_;
  // The oldest first.
  std::list<std::string> age_;
};

}  // namespace storebridge::engine
