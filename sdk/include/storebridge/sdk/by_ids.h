#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storebridge/sdk/context.h"
#include "storebridge/sdk/json.h"
#include "storebridge/sdk/paging.h"
#include "storebridge/sdk/task.h"

namespace storebridge::sdk {

// Asks for records by their ids, some at a time:
//   IdWalk walk(ids, 100);
//   while (!walk.is_done()) {
//     Response r = co_await cx.Get("/orders").Query("ids", Joined(walk.ids())).Try();
//     if (r.is_too_large() && walk.Shrink()) {
//       continue;
//     }
//     ... when r.is_too_large(), walk.ids() is one id, whose record is too large alone ...
//     walk.Next();
//   }
class IdWalk {
 public:
  // `most` in a request, at least 1.
  IdWalk(std::vector<std::string> ids, std::int64_t most);

  [[nodiscard]] bool is_done() const { return ids_.empty(); }
  // Those to ask for now.
  [[nodiscard]] const std::vector<std::string>& ids() const { return ids_; }
  // After an answer that was too large: asks for half as many. One alone is asked for twice, as an
  // answer without end is more often a fault of the moment; false after that.
  [[nodiscard]] bool Shrink();
  // Goes on behind those.
  void Next();

  // How many were gone behind, and how many there are.
  [[nodiscard]] std::size_t done() const { return done_; }
  [[nodiscard]] std::size_t size() const { return all_.size(); }

 private:
  void Take();

  std::vector<std::string> all_;
  std::vector<std::string> ids_;
  std::size_t done_ = 0;
  PageSize size_;
  bool is_sure_ = false;
};

// The ids of `asked` that none of the records of the answer has as its member `key`. None where
// there is a record that was not asked for, or one whose id cannot be read: as of a cache that
// looks at the path only, it answers another question, and nothing is known of what it leaves out.
std::set<std::string> MissingOf(const std::vector<std::string>& asked,
                                const std::vector<Json>& records,
                                std::string_view key = "id");

// Reads the records of a walk by their ids, and tells how far it is.
// `ask(ids)` gives what to await for a Response that does not throw, such as a Request with Try();
// `take(ids, response)` gives a Task<void> that emits what it holds; a Failure that it throws ends
// the operation. `bad(id, label, message)` is BadOrder or BadProduct, for a record that is too
// large alone. Name `ask` and `take` first: a lambda may capture, but be no coroutine itself. What
// they are given lives until their task is done.
template <typename Ask, typename Take>
Task<void> ReadByIds(Context& cx,
                     IdWalk walk,
                     Ask ask,
                     Take take,
                     BadRecord (*bad)(std::string_view, std::string_view, std::string_view)) {
  while (!walk.is_done()) {
    const std::vector<std::string> some = walk.ids();
    const Response response = co_await ask(some);
    if (response.is_too_large() && walk.Shrink()) {
      continue;
    }
    walk.Next();
    if (response.is_too_large()) {
      co_yield bad(some[0], some[0], TooLargeAlone(response.Problem()));
    } else {
      co_await take(some, response);
    }
    cx.SetProgress(walk.done(), walk.size());
  }
}

}  // namespace storebridge::sdk
