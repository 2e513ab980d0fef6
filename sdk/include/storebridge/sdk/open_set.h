#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "storebridge/sdk/records.h"

namespace storebridge::sdk {

// A store's open orders as one look finds them:
//   OpenSet open;
//   ... open.Add(id, mark) for each row; open.AddNameless(problem) for one without an id
//   const CompareResult compared = co_await cx.CompareOpenSet(open.marks());
//   ... fetch open.WantedIn(compared)
class OpenSet {
 public:
  OpenSet() = default;

  // An order that comes twice has the mark that came last.
  void Add(const std::string& id, std::string_view mark);
  // Notes a row whose id cannot be read; `problem` says where it stands.
  void AddNameless(std::string_view problem);

  [[nodiscard]] const std::vector<OrderMark>& marks() const { return marks_; }
  // To be emitted: each becomes an issue.
  [[nodiscard]] const std::vector<BadRecord>& nameless() const { return nameless_; }

  // The ids of what the host wants to know more about: what is new or has another mark here, and
  // what is open here and was not found.
  [[nodiscard]] std::vector<std::string> WantedIn(const CompareResult& compared) const;

 private:
  std::vector<OrderMark> marks_;
  std::vector<BadRecord> nameless_;
  std::map<std::string, std::size_t> places_;
};

}  // namespace storebridge::sdk
