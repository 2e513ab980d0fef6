#include "bench/row.h"

#include <algorithm>
#include <cmath>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace storebridge::bench {
namespace {

// Enough digits to compare, no more.
std::string Number(double value) {
  const double size = std::fabs(value);
  if (size >= 100) {
    return fmt::format("{:.0f}", value);
  }
  return size >= 10 ? fmt::format("{:.1f}", value) : fmt::format("{:.2f}", value);
}

std::string Text(const std::optional<Spread>& spread) {
  if (!spread) {
    return "-";
  }
  return fmt::format(
      "{} ({}-{})", Number(spread->median), Number(spread->min), Number(spread->max));
}

boost::json::value JsonOf(const std::optional<Spread>& spread) {
  if (!spread) {
    return nullptr;
  }
  return boost::json::object{
      {"median", spread->median}, {"min", spread->min}, {"max", spread->max}};
}

bool IsWithin(double value, double limit, bool is_least) {
  return is_least ? value >= limit : value <= limit;
}

}  // namespace

std::optional<Spread> SpreadOf(std::vector<double> values) {
  if (values.empty()) {
    return std::nullopt;
  }
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return Spread{.median = median, .min = values.front(), .max = values.back()};
}

Row MakeRow(const Figure& figure, const Rounds& rounds) {
  Row row{.name = figure.name,
          .unit = figure.unit,
          .ours = SpreadOf(rounds.ours),
          .beside_name = figure.beside,
          .beside = SpreadOf(rounds.beside),
          .reach = figure.reach.text,
          .runs = static_cast<int>(rounds.ours.size()),
          .note = figure.note};
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(rounds.ours.size(), rounds.beside.size()); ++i) {
    if (rounds.beside[i] > 0) {
      ratios.push_back(rounds.ours[i] / rounds.beside[i]);
    }
  }
  if (const std::optional<Spread> ratio = SpreadOf(ratios)) {
    row.ratio = ratio->median;
  }
  const Reach& reach = figure.reach;
  const bool is_measured = row.ours && (!reach.ratio || row.ratio);
  if (row.ours && !reach.ours && !reach.ratio) {
    row.holds = "-";
  } else if (is_measured) {
    const bool ours_hold = !reach.ours || IsWithin(row.ours->median, *reach.ours, reach.is_least);
    const bool ratio_holds = !reach.ratio || IsWithin(*row.ratio, *reach.ratio, reach.is_least);
    row.holds = ours_hold && ratio_holds ? "yes" : "no";
  } else if (row.ours) {
    row.note +=
        (row.note.empty() ? "" : "; ") + std::string("what it is compared with was not run");
  }
  return row;
}

Row NotRun(const Figure& figure, const std::string& why) {
  return Row{.name = figure.name,
             .unit = figure.unit,
             .beside_name = figure.beside,
             .reach = figure.reach.text,
             .note = why};
}

std::string TableOf(const std::vector<Row>& rows) {
  std::string table =
      "| figure | unit | ours | beside it, in the same run | ratio | to reach | holds | runs |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
  std::string notes;
  for (const Row& row : rows) {
    const std::string beside =
        row.beside_name.empty() ? "-" : fmt::format("{}: {}", row.beside_name, Text(row.beside));
    table += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n",
                         row.name,
                         row.unit,
                         Text(row.ours),
                         beside,
                         row.ratio ? Number(*row.ratio) : "-",
                         row.reach,
                         row.holds,
                         row.runs);
    if (!row.note.empty()) {
      notes += fmt::format("- {}: {}\n", row.name, row.note);
    }
  }
  return notes.empty() ? table : table + "\n" + notes;
}

std::string JsonOf(const std::vector<Row>& rows) {
  boost::json::array list;
  for (const Row& row : rows) {
    boost::json::value beside = JsonOf(row.beside);
    if (!row.beside_name.empty()) {
      if (!beside.is_object()) {
        beside = boost::json::object();
      }
      beside.as_object()["name"] = row.beside_name;
    }
    boost::json::value ratio = nullptr;
    if (row.ratio) {
      ratio = *row.ratio;
    }
    list.push_back(boost::json::object{{"name", row.name},
                                       {"unit", row.unit},
                                       {"ours", JsonOf(row.ours)},
                                       {"beside", std::move(beside)},
                                       {"ratio", std::move(ratio)},
                                       {"reach", row.reach},
                                       {"holds", row.holds},
                                       {"runs", row.runs},
                                       {"note", row.note}});
  }
  return boost::json::serialize(list) + "\n";
}

}  // namespace storebridge::bench
