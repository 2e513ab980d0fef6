#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace storebridge::engine {

// Orders that a look at a store's open orders need not fetch again, although they are not known
// here as the store lists them. Without it each poll would fetch them anew. In memory only: after a
// restart each is fetched once more. Lives on the executor.
class OrderMemory {
 public:
  // Orders that are remembered of one store. With more, the oldest is forgotten, and fetched again.
  static constexpr std::size_t kOrdersMax = 10'000;

  // Orders in doubt that are remembered of one store; past that, all of them are looked at anew.
  static constexpr std::size_t kDoubtsMax = 1'000;
  // Stores that lag behind have caught up by then.
  static constexpr std::int64_t kStandMs = std::int64_t{2} * 60 * 1000;

  static constexpr std::int64_t kNothingToSendMs = std::int64_t{24} * 60 * 60 * 1000;

  enum class Why {
    kIgnored,        // Not taken over: completed, or before orders_from.
    kNothingToSend,  // Not taken over for what its products are now, such as downloads.
    kUnusable,       // An issue says why.
    kGone,           // The store lists it no more, and it goes on here.
  };

  // `mark` is the store's mark of it when it was fetched.
  void Note(const std::string& external_id, std::string mark, Why why);

  // Whether the order is remembered with this mark.
  [[nodiscard]] bool Knows(std::string_view external_id, std::string_view mark) const;
  // Whether it was fetched after the store had stopped to list it.
  [[nodiscard]] bool IsGone(std::string_view external_id) const;

  // An order that the store shows with an older time than is known here. A page of the past, or one
  // of a store's copy that lags behind, passes; where the store's clock was set back, it stays.
  // Notes that these contents were shown at `now_ms`, steady.
  void Doubt(const std::string& external_id, std::uint64_t content_hash, std::int64_t now_ms);
  // The store shows the order as it is known, or newer.
  void EndDoubt(const std::string& external_id) { doubts_.erase(external_id); }
  // Whether these contents have been shown for kStandMs, and no others in between.
  [[nodiscard]] bool HasStood(const std::string& external_id,
                              std::uint64_t content_hash,
                              std::int64_t now_ms) const;
  // Orders whose doubt is so old, at most `limit`: it is time to look at them again.
  [[nodiscard]] std::vector<std::string> Doubted(std::int64_t now_ms, std::size_t limit) const;

  // Forgets all but what is ignored: the rest may have healed. Those with nothing to send are
  // forgotten once in kNothingToSendMs: a shop may have thousands of them. `now_ms` is steady.
  void ForgetWhatMayHeal(std::int64_t now_ms);
  // Forgets everything: the store's settings have changed.
  void Clear();

  [[nodiscard]] std::size_t size() const { return notes_.size(); }
  // Of these, those that were not taken over, and are not wrong.
  [[nodiscard]] std::size_t PassedOver() const;

 private:
  struct Noted {
    std::string mark;
    Why why = Why::kIgnored;
    std::list<std::string>::iterator place;
  };

  struct Contents {
    std::uint64_t hash = 0;
    std::int64_t since_ms = 0;
  };

  std::map<std::string, Noted, std::less<>> notes_;
  std::map<std::string, Contents> doubts_;
  // The oldest first.
  std::list<std::string> age_;
  // When those with nothing to send were forgotten.
  std::optional<std::int64_t> forgotten_ms_;
};

}  // namespace storebridge::engine
