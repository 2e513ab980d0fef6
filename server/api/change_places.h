#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ports/repositories.h"

namespace storebridge::api {

// A reader that has caught up once may not fall behind further than this.
inline constexpr std::int64_t kChangesBehindMax = 10'000;

// Where one reader is in the change log of each merchant that it follows, and whose turn it is to
// be read. Holds a position per merchant, however much happens; a merchant has one turn at a time,
// so that all come in turns. Not safe from several threads.
class ChangePlaces {
 public:
  // What is to be read next.
  struct Turn {
    enum class Kind {
      kMerchants,  // The ends of the logs of those after `merchant`: see AddMerchants.
      kEnds,       // The ends of the log of `merchant`: see AddNew.
      kChanges,    // Its changes after `after`: see Advance and SkipTo.
    };

    Kind kind = Kind::kChanges;
    std::string merchant;
    std::int64_t after = 0;
  };

  // A place that the reader has to be told.
  struct News {
    std::string merchant;
    std::int64_t position = 0;
    // What follows the position that the reader knew cannot be sent.
    bool is_gap = false;
  };

  // One merchant, from `after` on: a sequence that its log has.
  static ChangePlaces OfOne(std::string merchant, std::int64_t after);

  // All merchants. Those with a known sequence from there on, once it was compared with the log;
  // the others from where their logs are when a walk through all merchants meets them, and those
  // that are made later from the beginning of their logs.
  static ChangePlaces OfAll(const std::map<std::string, std::int64_t>& known);

  // Empty when it is all.
  [[nodiscard]] const std::string& merchant() const { return merchant_; }

  // Last sequence that was taken of a merchant.
  [[nodiscard]] std::int64_t PositionOf(const std::string& merchant) const {
    return places_.at(merchant).position.value_or(0);
  }

  // Notes that the log of `merchant` has grown. `is_busy`: what was given last is not read yet.
  // False when the reader of one merchant is too slow. One commit may bring more than he may be
  // behind: who had nothing to read until then is not slow, and catches up.
  [[nodiscard]] bool Notice(const std::string& merchant, std::int64_t head, bool is_busy);

  // Notes that any log may have grown unnoticed.
  void Recheck();

  [[nodiscard]] bool has_turn() const { return !turns_.empty(); }

  // Takes the next turn; none when there is nothing to read. What is noticed from now on has a turn
  // of its own: read after this.
  std::optional<Turn> Take();

  // What was read in a turn; gives what the reader has to be told. A log with more than that has
  // another turn.
  std::vector<News> AddMerchants(const std::vector<ports::ChangeLogEnds>& ends, bool is_last);
  std::optional<News> AddNew(const ports::ChangeLogEnds& ends);
  void Advance(const std::string& merchant, std::int64_t position, bool is_full);
  // What follows the position is not kept any more.
  News SkipTo(const std::string& merchant, std::int64_t head);

 private:
  struct Place {
    std::optional<std::int64_t> position;  // Last sequence that was taken; none when it is unknown.
    bool is_checked = false;               // The position was found in the log.
    bool is_noticed = false;               // Something may be after the position.
    bool is_waiting = false;               // Has a turn.
    bool is_following = false;             // Has caught up once.
  };
  using Entry = std::map<std::string, Place, std::less<>>::value_type;

  ChangePlaces(std::string merchant, const std::map<std::string, std::int64_t>& known);

  // Gives a place a turn. One that is not checked waits for the walk, which may meet it.
  void AskFor(Entry& entry);
  // Compares a position with the log; `begin` is where one begins that has none.
  std::optional<News> Check(const ports::ChangeLogEnds& ends, std::int64_t begin);
  void EndWalk();

  std::string merchant_;
  std::map<std::string, Place, std::less<>> places_;
  std::deque<std::string> turns_;      // Merchants; an empty one for the walk through all of them.
  std::optional<std::string> walked_;  // The last merchant that was met; none when no walk goes on.
  bool walks_again_ = false;           // Another walk follows.
};

}  // namespace storebridge::api
