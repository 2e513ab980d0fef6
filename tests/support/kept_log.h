#pragma once

#include <cstddef>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/log.h"

namespace storebridge::testing {

// Keeps what was written. Safe from any thread.
class KeptLog final : public ports::Log {
 public:
  struct Line {
    ports::LogLevel level = ports::LogLevel::kDebug;
    // `message name=value name=value`
    std::string text = {};
  };

  void Write(ports::LogLevel level,
             std::string_view message,
             std::initializer_list<Field> fields) override {
    Line line{.level = level, .text = std::string(message)};
    for (const auto& [name, value] : fields) {
      line.text += ' ';
      line.text += name;
      line.text += '=';
      line.text += value;
    }
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }

  [[nodiscard]] std::vector<Line> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  // All lines, each with its end.
  [[nodiscard]] std::string text() const {
    std::string text;
    for (const Line& line : lines()) {
      text += line.text + '\n';
    }
    return text;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Line> lines_;
};

}  // namespace storebridge::testing
