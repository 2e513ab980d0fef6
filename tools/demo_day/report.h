#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "core/result.h"

namespace storebridge::day {

// Tells a person how a day goes: one line per step, further lines below it.
class Report {
 public:
  explicit Report(int steps);

  // Plays one step; `play` gives what happened in a few words. The error names the step.
  Status Step(const std::string& title, const std::function<Result<std::string>()>& play);

  // A further line of the step that is being played; shown when it is done.
  void Detail(const std::string& text);

 private:
  int steps_;
  int number_ = 0;
  std::vector<std::string> details_;
};

}  // namespace storebridge::day
