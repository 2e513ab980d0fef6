#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace storebridge::engine {

// Records that a store shows twice in one pull, with different contents. One of the two counts: the
// newer by the store's time, of equal times the one that came last. Without it both would be
// written at every pull. Lives on the executor, across the pulls of one flow; in memory only.
class Twins {
 public:
  // Records of one pull that are remembered; twins that are further apart are not noticed.
  static constexpr std::size_t kSeenMax = 20'000;
  // Pairs that are remembered; past that, all of them are forgotten and written once more.
  static constexpr std::size_t kPairsMax = 1'000;

  // What is to be done with a record.
  struct Sight {
    // False: the other one counts.
    bool is_taken = true;
    // The store shows it in two ways at one time, so a person should look.
    bool is_twin = false;
  };

  // A pull begins.
  void Begin();
  // Meets a record. `hash` tells contents apart, `modified_ms` is the store's time; 0 when it is
  // not known.
  Sight See(const std::string& id, std::uint64_t hash, std::int64_t modified_ms);
  // The pull has ended well. A record of which only the one that did not count was shown counts the
  // next time.
  void End();

  // Takes the store's id of a record that a look at everything met twice. True when the last such
  // look met it twice, too: then the store has it twice, and no page came again.
  bool ComesTwiceAgain(const std::string& id);

 private:
  struct Seen {
    std::uint64_t hash = 0;
    std::int64_t modified_ms = 0;
  };
  struct Pair {
    std::uint64_t winner = 0;
    std::uint64_t loser = 0;
    bool is_of_one_time = false;
    bool is_winner_met = false;
    bool is_loser_met = false;
  };

  Sight Part(const std::string& id, Seen& known, const Seen& now);

  std::map<std::string, Seen> seen_;
  std::map<std::string, Pair> pairs_;
  std::string met_twice_;
};

}  // namespace storebridge::engine
