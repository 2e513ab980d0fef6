#pragma once

#include <optional>
#include <string>
#include <vector>

namespace storebridge::bench {

// Median, minimum and maximum of several runs.
struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
};

// Empty for no values.
std::optional<Spread> SpreadOf(std::vector<double> values);

// What has to be true of a figure for it to hold. Both limits count when both are set.
struct Reach {
  // For people, such as `less than it`.
  std::string text;
  // The most that our own figure may be; the least, when `is_least`.
  std::optional<double> ours = {};
  // The most that the ratio to what is beside it may be; the least, when `is_least`.
  std::optional<double> ratio = {};
  // Larger is better, such as orders per hour.
  bool is_least = false;
};

// One line of the table.
struct Row {
  std::string name;
  std::string unit;
  // Empty when it was not run.
  std::optional<Spread> ours = {};
  // What it is compared with in the same run; empty for nothing.
  std::string beside_name = {};
  std::optional<Spread> beside = {};
  // Median of ours/beside of each round.
  std::optional<double> ratio = {};
  std::string reach = {};
  // `yes`, `no` or `not run`; `-` where nothing has to be reached.
  std::string holds = "not run";
  int runs = 0;
  // What a reader has to know, such as why it was not run.
  std::string note = {};
};

// Values of rounds: `beside[i]` was measured right after `ours[i]`.
struct Rounds {
  std::vector<double> ours = {};
  std::vector<double> beside = {};
};

struct Figure {
  std::string name;
  std::string unit;
  std::string beside = {};
  Reach reach = {};
  std::string note = {};
};

// The row of what was measured. It holds only when what `reach` asks for was measured and is so.
Row MakeRow(const Figure& figure, const Rounds& rounds);
// The row of what could not be measured here, and why.
Row NotRun(const Figure& figure, const std::string& why);

// The table for people, and the list for programs: objects with name, unit, ours, beside, ratio,
// reach, holds, runs and note.
std::string TableOf(const std::vector<Row>& rows);
std::string JsonOf(const std::vector<Row>& rows);

}  // namespace storebridge::bench
