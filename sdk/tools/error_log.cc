#include "error_log.h"

#include <iostream>
#include <string>

namespace storebridge::run {

void ErrorLog::Write(ports::LogLevel level,
                     std::string_view message,
                     std::initializer_list<Field> fields) {
  if (level != ports::LogLevel::kError) {
    return;
  }
  std::string line = "  " + std::string(message);
  for (const Field& field : fields) {
    line += " " + std::string(field.first) + "=" + field.second;
  }
  std::cerr << line + "\n";
}

}  // namespace storebridge::run
