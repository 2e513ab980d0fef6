#include "score_card.h"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "words.h"

namespace storebridge::conformance {
namespace {

constexpr std::size_t kHowColumn = 44;

std::string WordOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kFails:
      return "FAILS";
    case Verdict::kNotShown:
      return "not shown";
    case Verdict::kNone:
      return "-";
  }
  return "";
}

// Its further lines stand below the first one.
std::string Indented(const std::string& how) {
  std::string text;
  std::istringstream lines(how);
  for (std::string line; std::getline(lines, line);) {
    text += (text.empty() ? "" : "\n" + std::string(kHowColumn, ' ')) + Printable(line);
  }
  return text;
}

std::string TextOf(const Finding& finding) {
  std::string text = fmt::format("             {}\n", Printable(finding.where));
  if (!finding.changed.empty()) {
    text += fmt::format("               changed: {}\n", Printable(finding.changed));
  }
  return text + fmt::format("               it did:  {}\n               should:  {}\n",
                            Printable(finding.did),
                            Printable(finding.should));
}

}  // namespace

Row MakeRow(std::string claim, std::string how, std::vector<Finding> findings, Verdict verdict) {
  return Row{.verdict = findings.empty() ? verdict : Verdict::kFails,
             .claim = std::move(claim),
             .how = std::move(how),
             .findings = std::move(findings)};
}

Row MakeUnshownRow(std::string claim, bool has_operation, std::string what_to_record) {
  return Row{.verdict = has_operation ? Verdict::kNotShown : Verdict::kNone,
             .claim = std::move(claim),
             .how = has_operation ? std::move(what_to_record) : "it has no such operation"};
}

void ScoreCard::AddAll(std::vector<Row> rows) {
  std::move(rows.begin(), rows.end(), std::back_inserter(rows_));
}

std::size_t ScoreCard::CountOf(Verdict verdict) const {
  return static_cast<std::size_t>(std::count_if(
      rows_.begin(), rows_.end(), [&](const Row& row) { return row.verdict == verdict; }));
}

std::string ScoreCard::Text(bool shows_all) const {
  std::string text;
  for (const Row& row : rows_) {
    text += fmt::format("{:<10} {:<32} {}\n", WordOf(row.verdict), row.claim, Indented(row.how));
    const std::size_t shown =
        shows_all ? row.findings.size() : std::min<std::size_t>(1, row.findings.size());
    for (std::size_t i = 0; i < shown; ++i) {
      text += TextOf(row.findings[i]);
    }
    if (row.findings.size() > shown) {
      text += fmt::format("             {} more like it: --verbose\n", row.findings.size() - shown);
    }
  }
  return text;
}

std::string ScoreCard::Sum() const {
  return fmt::format("{} ok, {} {}, {} not shown",
                     CountOf(Verdict::kOk),
                     CountOf(Verdict::kFails),
                     CountOf(Verdict::kFails) == 1 ? "fails" : "fail",
                     CountOf(Verdict::kNotShown));
}

}  // namespace storebridge::conformance
