#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace storebridge::ports {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Writes one line per decision. Never given a secret or a customer's data. Safe from any thread.
class Log {
 public:
  using Field = std::pair<std::string_view, std::string>;

  virtual ~Log() = default;

  // `message` is a constant sentence; what varies is in `fields`.
  virtual void Write(LogLevel level,
                     std::string_view message,
                     std::initializer_list<Field> fields) = 0;
};

}  // namespace storebridge::ports
