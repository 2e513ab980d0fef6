#pragma once

#include <string>
#include <vector>

#include "bench.h"
#include "trial.h"

namespace storebridge::conformance {

// Whether a record of the good run was emitted by a later one. One that is told as deleted was not,
// unless it was so in the good run.
bool IsEmitted(const Outcome& good, const Outcome& later, const RecordId& id);

// Whether it was told as a BadRecord, by its id.
bool IsToldBad(const Outcome& later, const RecordId& id);

// Records of the good run that a later one neither emitted nor told as a BadRecord. A
// BadRecord without an id stands for any one of them.
std::vector<RecordId> MissingRecords(const Outcome& good, const Outcome& later);

// Of a run in which the answer to request `fault` was wrong: why records that are missing are
// missing for ever; empty when a later run can still bring them.
std::string WhyLost(const Evidence& evidence,
                    const Outcome& outcome,
                    std::size_t fault,
                    const std::vector<RecordId>& missing);

// `order 3, order 4 and 7 more`.
std::string ShownRecords(const std::vector<RecordId>& records);

}  // namespace storebridge::conformance
