#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "ports/log.h"

namespace storebridge::telemetry {

// What a value may have in bytes; the rest is cut.
constexpr std::size_t kLogValueBytesMax = 2'000;

// One event, to be made a line.
struct LogEvent {
  // Milliseconds since 1970, UTC.
  std::int64_t time_ms = 0;
  ports::LogLevel level = ports::LogLevel::kInfo;
  std::string_view message;
  std::initializer_list<ports::Log::Field> fields;
};

// `2026-11-23T20:00:00.000Z info  message key=value key="value with spaces"`. One line whatever is
// in the values: control characters, terminal escapes and broken UTF-8 are written as `\xNN`.
std::string TextLine(const LogEvent& event);

// `{"time":"...","level":"info","message":"...","key":"value"}`: one line, always valid UTF-8. A
// field that is called time, level or message gets the prefix `field_`.
std::string JsonLine(const LogEvent& event);

}  // namespace storebridge::telemetry
