#pragma once

#include <map>
#include <set>
#include <string>

#include "storebridge/connector/v1/connector.pb.h"
#include "trial.h"

namespace storebridge::conformance {

// By what a store knows the records of a push, as far as it tells them from others and from other
// things: an id that is also a quantity, or a place in the path of all writes, names nothing.
class WrittenNames {
 public:
  // `good` is what was written when nothing was wrong.
  WrittenNames(const connector::v1::Begin& begin, const Outcome& good);

  // The first write about the record; null when there is none.
  [[nodiscard]] const MadeRequest* WriteAbout(const Outcome& outcome, const std::string& ref) const;

 private:
  [[nodiscard]] bool IsAmbiguous(const std::string& ref, const std::string& name) const;

  // By ref.
  std::map<std::string, std::set<std::string>> names_;
  // Different ones only.
  std::set<std::string> writes_;
};

}  // namespace storebridge::conformance
