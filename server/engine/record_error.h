#pragma once

#include "core/result.h"

namespace storebridge::engine {

// Whether an error is one record's own fault, and not the database's: the others go on.
inline bool IsRecordError(const Error& error) {
  return error.code != Code::kUnavailable && error.code != Code::kInternal &&
         error.code != Code::kResourceExhausted;
}

}  // namespace storebridge::engine
