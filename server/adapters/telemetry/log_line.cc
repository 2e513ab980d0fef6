#include "adapters/telemetry/log_line.h"

#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace storebridge::telemetry {
namespace {

constexpr std::string_view kCutMark = "...";

std::string_view LevelWord(ports::LogLevel level) {
  switch (level) {
    case ports::LogLevel::kDebug:
      return "debug";
    case ports::LogLevel::kInfo:
      return "info";
    case ports::LogLevel::kWarning:
      return "warn";
    case ports::LogLevel::kError:
      return "error";
  }
  return "error";
}

std::string TimeText(std::int64_t time_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(time_ms)};
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(second)),
                     (time - second).count());
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// What leading byte and next byte say of a sequence; 0 when no valid one begins so.
std::size_t SequenceLength(unsigned char first, unsigned char second) {
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return 2;
  }
  if (first >= 0xE0 && first <= 0xEF) {
    const bool is_overlong = first == 0xE0 && second < 0xA0;
    const bool is_surrogate = first == 0xED && second > 0x9F;
    return is_overlong || is_surrogate ? 0 : 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool is_overlong = first == 0xF0 && second < 0x90;
    const bool is_too_large = first == 0xF4 && second > 0x8F;
    return is_overlong || is_too_large ? 0 : 4;
  }
  return 0;
}

// Length of the character at the front; 0 when it is not valid UTF-8.
std::size_t CharacterLength(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  const std::size_t length = SequenceLength(byte(0), byte(1));
  if (length == 0 || length > text.size()) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) {
      return 0;
    }
  }
  return length;
}

// Controls of ASCII and of Latin-1: both can drive a terminal.
bool IsControl(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) {
    return first < 0x20 || first == 0x7F;
  }
  return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

std::string_view Cut(std::string_view text, bool* is_cut) {
  *is_cut = text.size() > kLogValueBytesMax;
  if (!*is_cut) {
    return text;
  }
  std::size_t size = kLogValueBytesMax;
  while (size > 0 && IsContinuation(text[size])) {
    --size;
  }
  return text.substr(0, size);
}

template <typename Escape, typename Broken>
void AppendEscaped(std::string& line, std::string_view text, Escape escape, Broken broken) {
  bool is_cut = false;
  text = Cut(text, &is_cut);
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
    if (length == 0) {
      broken(line, static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
      continue;
    }
    escape(line, text.substr(0, length));
    text.remove_prefix(length);
  }
  if (is_cut) {
    line += kCutMark;
  }
}

void AppendByte(std::string& line, unsigned char byte) {
  fmt::format_to(std::back_inserter(line), "\\x{:02x}", byte);
}

void AppendText(std::string& line, std::string_view text, bool is_quoted) {
  const auto escape = [is_quoted](std::string& out, std::string_view character) {
    if (character == "\n") {
      out += "\\n";
    } else if (IsControl(character)) {
      for (const char c : character) {
        AppendByte(out, static_cast<unsigned char>(c));
      }
    } else {
      if (is_quoted && (character == "\"" || character == "\\")) {
        out += '\\';
      }
      out += character;
    }
  };
  AppendEscaped(line, text, escape, AppendByte);
}

void AppendJson(std::string& line, std::string_view text) {
  const auto escape = [](std::string& out, std::string_view character) {
    if (character == "\"" || character == "\\") {
      out += '\\';
      out += character;
    } else if (character == "\n") {
      out += "\\n";
    } else if (IsControl(character)) {
      const auto last = static_cast<unsigned char>(character.back());
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", last);
    } else {
      out += character;
    }
  };
  const auto broken = [](std::string& out, unsigned char) { out += "\\ufffd"; };
  line += '"';
  AppendEscaped(line, text, escape, broken);
  line += '"';
}

bool NeedsQuotes(std::string_view value) {
  return value.empty() || value.find_first_of(" =\"\\") != std::string_view::npos;
}

bool IsReserved(std::string_view key) {
  return key == "time" || key == "level" || key == "message";
}

}  // namespace

std::string TextLine(const LogEvent& event) {
  std::string line = fmt::format("{} {:<5} ", TimeText(event.time_ms), LevelWord(event.level));
  AppendText(line, event.message, false);
  for (const auto& [key, value] : event.fields) {
    line += ' ';
    AppendText(line, key, false);
    line += '=';
    const bool is_quoted = NeedsQuotes(value);
    line += is_quoted ? "\"" : "";
    AppendText(line, value, is_quoted);
    line += is_quoted ? "\"" : "";
  }
  return line;
}

std::string JsonLine(const LogEvent& event) {
  std::string line = fmt::format(
      R"({{"time":"{}","level":"{}","message":)", TimeText(event.time_ms), LevelWord(event.level));
  AppendJson(line, event.message);
  for (const auto& [key, value] : event.fields) {
    line += ',';
    AppendJson(line, IsReserved(key) ? fmt::format("field_{}", key) : std::string(key));
    line += ':';
    AppendJson(line, value);
  }
  line += '}';
  return line;
}

}  // namespace storebridge::telemetry
