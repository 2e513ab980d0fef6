#pragma once

#include <initializer_list>
#include <string_view>

#include "ports/log.h"

namespace storebridge::testing {

// Forgets everything. Safe from any thread.
class NullLog final : public ports::Log {
 public:
  void Write(ports::LogLevel /*level*/,
             std::string_view /*message*/,
             std::initializer_list<Field> /*fields*/) override {}
};

}  // namespace storebridge::testing
