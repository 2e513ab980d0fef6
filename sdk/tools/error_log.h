#pragma once

#include "ports/log.h"

namespace storebridge::run {

// Writes errors to standard error. Warnings about a request are in its failure, which is shown
// anyway.
class ErrorLog : public ports::Log {
 public:
  void Write(ports::LogLevel level,
             std::string_view message,
             std::initializer_list<Field> fields) override;
};

}  // namespace storebridge::run
