#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::conformance {

// A wrong answer to a request.
struct Fault {
  std::string name = {};
  // What the store would say of one that it does not have: not finding a record is no loss.
  bool is_not_found = false;
  // The answer cannot be read by anybody, now: who goes on without it has read less than there is.
  bool is_failure = false;
  // For requests that are not SAFE only.
  bool is_of_writes = false;
  // Gives the answer, from the one that was right.
  connector::v1::Completion (*make)(const connector::v1::Completion& right) = nullptr;
};

// Another answer than the right one: of its headers only the time is still true.
connector::v1::Completion Answered(const connector::v1::Completion& right,
                                   std::uint32_t status,
                                   std::string body);

// What stores, and what stands before them, were seen to answer.
const std::vector<Fault>& Faults();
// Of them, those that say clearly that a write was not done, or may not have been.
std::vector<Fault> Refusals();

}  // namespace storebridge::conformance
