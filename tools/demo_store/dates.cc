#include "dates.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "text.h"

namespace storebridge::demo_store {
namespace {

namespace chr = std::chrono;

struct Parts {
  chr::year_month_day day;
  chr::weekday weekday;
  chr::hh_mm_ss<chr::seconds> time;
};

Parts PartsOf(Seconds time) {
  const chr::sys_seconds point{chr::seconds(time)};
  const auto midnight = chr::floor<chr::days>(point);
  return {midnight, chr::weekday(midnight), chr::hh_mm_ss<chr::seconds>(point - midnight)};
}

/// Reads exactly `digits` digits at the front of `text` and removes them.
std::optional<int> TakeNumber(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) {
    return std::nullopt;
  }
  const auto value = ParseInt(text.substr(0, digits));
  text.remove_prefix(digits);
  return value && *value >= 0 ? std::optional<int>(static_cast<int>(*value)) : std::nullopt;
}

bool TakeChar(std::string_view& text, std::string_view choices) {
  if (text.empty() || choices.find(text.front()) == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

std::optional<Seconds> TakeTimeOfDay(std::string_view& text) {
  const auto hours = TakeNumber(text, 2);
  if (!hours || *hours > 24 || !TakeChar(text, ":")) {
    return std::nullopt;
  }
  const auto minutes = TakeNumber(text, 2);
  std::optional<int> seconds = 0;
  if (TakeChar(text, ":")) {
    seconds = TakeNumber(text, 2);
  }
  if (!minutes || !seconds || *minutes > 59 || *seconds > 60) {
    return std::nullopt;
  }
  if (TakeChar(text, ".")) {
    while (TakeChar(text, "0123456789")) {
    }
  }
  return *hours * 3600 + *minutes * 60 + *seconds;
}

std::optional<Seconds> TakeOffset(std::string_view& text) {
  if (TakeChar(text, "Z")) {
    return 0;
  }
  const bool minus = !text.empty() && text.front() == '-';
  if (!TakeChar(text, "+-")) {
    return std::nullopt;
  }
  const auto hours = TakeNumber(text, 2);
  TakeChar(text, ":");
  const auto minutes = TakeNumber(text, 2);
  if (!hours || !minutes) {
    return std::nullopt;
  }
  const Seconds offset = *hours * 3600 + *minutes * 60;
  return minus ? -offset : offset;
}

}  // namespace

std::string FormatDate(Seconds time) {
  const Parts parts = PartsOf(time);
  std::array<char, 40> out{};
  std::snprintf(out.data(),
                out.size(),
                "%04d-%02u-%02uT%02d:%02d:%02d",
                static_cast<int>(parts.day.year()),
                static_cast<unsigned>(parts.day.month()),
                static_cast<unsigned>(parts.day.day()),
                static_cast<int>(parts.time.hours().count()),
                static_cast<int>(parts.time.minutes().count()),
                static_cast<int>(parts.time.seconds().count()));
  return out.data();
}

std::string FormatHttpDate(Seconds time) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Parts parts = PartsOf(time);
  std::array<char, 48> out{};
  std::snprintf(out.data(),
                out.size(),
                "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays.at(parts.weekday.c_encoding()),
                static_cast<unsigned>(parts.day.day()),
                kMonths.at(static_cast<unsigned>(parts.day.month()) - 1),
                static_cast<int>(parts.day.year()),
                static_cast<int>(parts.time.hours().count()),
                static_cast<int>(parts.time.minutes().count()),
                static_cast<int>(parts.time.seconds().count()));
  return out.data();
}

std::optional<WrittenDate> ParseDate(std::string_view text) {
  const auto year = TakeNumber(text, 4);
  const bool first_dash = TakeChar(text, "-");
  const auto month = TakeNumber(text, 2);
  const bool second_dash = TakeChar(text, "-");
  const auto day = TakeNumber(text, 2);
  if (!year || !month || !day || !first_dash || !second_dash) {
    return std::nullopt;
  }
  const chr::year_month_day date{chr::year(*year),
                                 chr::month(static_cast<unsigned>(*month)),
                                 chr::day(static_cast<unsigned>(*day))};
  if (!date.ok()) {
    return std::nullopt;
  }
  WrittenDate result;
  result.clock_time =
      chr::duration_cast<chr::seconds>(chr::sys_days(date).time_since_epoch()).count();
  if (TakeChar(text, "T ")) {
    const auto time = TakeTimeOfDay(text);
    if (!time) {
      return std::nullopt;
    }
    result.clock_time += *time;
  }
  if (!text.empty()) {
    result.offset = TakeOffset(text);
    if (!result.offset || !text.empty()) {
      return std::nullopt;
    }
  }
  return result;
}

}  // namespace storebridge::demo_store
