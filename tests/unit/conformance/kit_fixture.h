#pragma once

#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/plugin_host/connector_library.h"
#include "day_kit/process.h"
#include "unit/conformance/recording_maker.h"

namespace storebridge::conformance {

inline constexpr std::chrono::minutes kKitMost{4};

inline bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The kit as a process, and recordings for it.
class KitTest : public ::testing::Test {
 protected:
  // Records a session of the connector in `module`.
  void Record(const std::string& module, const connector::v1::Begin& begin, const Store& store) {
    const auto library = plugin_host::OpenConnectorLibrary(module);
    ASSERT_TRUE(library) << library.error().message;
    files_.push_back(
        folder_.File(begin.operation() + "." + std::to_string(files_.size()) + ".sbrec"));
    MakeRecording(files_.back(), *library->functions, begin, store);
  }

  day::CommandResult Run(const std::string& module, const std::vector<std::string>& flags = {}) {
    std::vector<std::string> command{KIT_PROGRAM, module};
    command.insert(command.end(), files_.begin(), files_.end());
    command.insert(command.end(), flags.begin(), flags.end());
    const auto ran = day::RunCommand(command, "", kKitMost);
    if (!ran) {
      ADD_FAILURE() << ran.error().message;
      return {};
    }
    return *ran;
  }

  // Rows of the card that begin with the word.
  static std::vector<std::string> Rows(const std::string& card, const std::string& word) {
    std::vector<std::string> rows;
    std::istringstream lines(card);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(word + " ")) {
        rows.push_back(line);
      }
    }
    return rows;
  }

  day::TempFolder folder_;
  std::vector<std::string> files_;
};

}  // namespace storebridge::conformance
