#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace storebridge::conformance {

enum class Verdict {
  kOk,
  kFails,
  // No recording gives evidence.
  kNotShown,
  // It does not apply to this connector.
  kNone,
};

// A mistake, in words that its author can act upon.
struct Finding {
  // Which recording, and which step or request of it.
  std::string where = {};
  // What was changed; empty when nothing was.
  std::string changed = {};
  // What the connector did, and what it should have done.
  std::string did = {};
  std::string should = {};
};

// One line of the card.
struct Row {
  Verdict verdict = Verdict::kOk;
  // What is verified, in a few words.
  std::string claim = {};
  // How, in lines, with numbers; for kNotShown, which recording to make.
  std::string how = {};
  std::vector<Finding> findings = {};
};

// A row that fails when there are findings, and is otherwise `verdict`.
Row MakeRow(std::string claim,
            std::string how,
            std::vector<Finding> findings,
            Verdict verdict = Verdict::kOk);

// A row for which no recording gives evidence: to be made where the connector has such operations.
Row MakeUnshownRow(std::string claim, bool has_operation, std::string what_to_record);

class ScoreCard {
 public:
  void Add(Row row) { rows_.push_back(std::move(row)); }
  void AddAll(std::vector<Row> rows);

  [[nodiscard]] std::size_t CountOf(Verdict verdict) const;
  // The card with the first finding of each row, or all of them.
  [[nodiscard]] std::string Text(bool shows_all) const;
  // `12 ok, 1 fails, 2 not shown`.
  [[nodiscard]] std::string Sum() const;

 private:
  std::vector<Row> rows_;
};

}  // namespace storebridge::conformance
