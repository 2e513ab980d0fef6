#include "storebridge/sdk/time.h"

#include <array>
#include <chrono>

namespace storebridge::sdk {
namespace {

constexpr std::int64_t kMsPerSecond = 1000;
constexpr std::int64_t kMsPerMinute = 60 * kMsPerSecond;
constexpr std::int64_t kMsPerHour = 60 * kMsPerMinute;
constexpr std::int64_t kMsPerDay = 24 * kMsPerHour;

// Reads from the front of a text; once something does not fit, nothing fits any more.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // Takes exactly `count` digits.
  int Digits(std::size_t count) {
    if (!is_ok_ || text_.size() < count) {
      is_ok_ = false;
      return 0;
    }
    int value = 0;
    for (const char c : text_.substr(0, count)) {
      if (c < '0' || c > '9') {
        is_ok_ = false;
        return 0;
      }
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(count);
    return value;
  }
  bool TryTake(std::string_view expected) {
    if (!is_ok_ || !text_.starts_with(expected)) {
      return false;
    }
    text_.remove_prefix(expected.size());
    return true;
  }
  void Take(std::string_view expected) { is_ok_ = TryTake(expected) && is_ok_; }
  // Takes the decimals of a second as milliseconds.
  std::int64_t Fraction() {
    std::int64_t ms = 0;
    std::int64_t weight = 100;
    bool has_any = false;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      ms += weight * (text_.front() - '0');
      weight /= 10;
      has_any = true;
      text_.remove_prefix(1);
    }
    is_ok_ = is_ok_ && has_any;
    return ms;
  }
  [[nodiscard]] bool is_at_end() const { return is_ok_ && text_.empty(); }
  [[nodiscard]] bool is_ok() const { return is_ok_; }
  void Refuse() { is_ok_ = false; }
  std::string_view Word(std::size_t count) {
    const std::string_view word = text_.substr(0, count);
    text_.remove_prefix(word.size());
    return word;
  }

 private:
  std::string_view text_;
  bool is_ok_ = true;
};

std::optional<std::int64_t> DayMs(int year, int month, int day) {
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok() || year < 1) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date).time_since_epoch().count() * kMsPerDay;
}

std::int64_t ReadClock(Reader* reader) {
  const int hour = reader->Digits(2);
  reader->Take(":");
  const int minute = reader->Digits(2);
  std::int64_t ms = hour * kMsPerHour + minute * kMsPerMinute;
  int second = 0;
  if (reader->TryTake(":")) {
    second = reader->Digits(2);
    ms += second * kMsPerSecond;
    if (reader->TryTake(".") || reader->TryTake(",")) {
      ms += reader->Fraction();
    }
  }
  if (hour > 23 || minute > 59 || second > 60) {
    reader->Refuse();
  }
  return ms;
}

// Milliseconds that the clock is ahead of UTC.
std::int64_t ReadOffset(Reader* reader) {
  if (reader->TryTake("Z") || reader->TryTake("z")) {
    return 0;
  }
  const bool is_ahead = reader->TryTake("+");
  if (!is_ahead && !reader->TryTake("-")) {
    return 0;
  }
  const int hours = reader->Digits(2);
  int minutes = 0;
  if (!reader->is_at_end()) {
    reader->TryTake(":");
    minutes = reader->Digits(2);
  }
  if (hours > 23 || minutes > 59) {
    reader->Refuse();
  }
  const std::int64_t ms = hours * kMsPerHour + minutes * kMsPerMinute;
  return is_ahead ? ms : -ms;
}

void AppendPadded(std::int64_t value, std::size_t width, std::string* out) {
  const std::string digits = std::to_string(value);
  out->append(width > digits.size() ? width - digits.size() : 0, '0');
  *out += digits;
}

}  // namespace

std::optional<std::int64_t> ParseTime(std::string_view text) {
  Reader reader(text);
  const int year = reader.Digits(4);
  reader.Take("-");
  const int month = reader.Digits(2);
  reader.Take("-");
  const int day = reader.Digits(2);
  std::int64_t clock = 0;
  if (!reader.is_at_end()) {
    if (!reader.TryTake("T") && !reader.TryTake("t")) {
      reader.Take(" ");
    }
    clock = ReadClock(&reader);
    clock -= ReadOffset(&reader);
  }
  const std::optional<std::int64_t> date = DayMs(year, month, day);
  if (!reader.is_at_end() || !date) {
    return std::nullopt;
  }
  return *date + clock;
}

std::string FormatTimeBare(std::int64_t ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(ms)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::int64_t second = (time - day).count() / kMsPerSecond;
  std::string text;
  AppendPadded(static_cast<int>(date.year()), 4, &text);
  text += '-';
  AppendPadded(static_cast<unsigned>(date.month()), 2, &text);
  text += '-';
  AppendPadded(static_cast<unsigned>(date.day()), 2, &text);
  text += 'T';
  AppendPadded(second / 3600, 2, &text);
  text += ':';
  AppendPadded(second / 60 % 60, 2, &text);
  text += ':';
  AppendPadded(second % 60, 2, &text);
  return text;
}

std::string FormatTime(std::int64_t ms) {
  std::string text = FormatTimeBare(ms);
  const std::int64_t fraction = (ms % kMsPerSecond + kMsPerSecond) % kMsPerSecond;
  if (fraction != 0) {
    text += '.';
    AppendPadded(fraction, 3, &text);
  }
  return text + "Z";
}

std::optional<std::int64_t> ParseHttpDate(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  Reader reader(text);
  reader.Word(3);
  reader.Take(", ");
  const int day = reader.Digits(2);
  reader.Take(" ");
  const std::string_view name = reader.Word(3);
  reader.Take(" ");
  const int year = reader.Digits(4);
  reader.Take(" ");
  const std::int64_t clock = ReadClock(&reader);
  reader.Take(" GMT");
  for (std::size_t month = 0; month < kMonths.size(); ++month) {
    if (kMonths.at(month) == name && reader.is_at_end()) {
      const std::optional<std::int64_t> date = DayMs(year, static_cast<int>(month) + 1, day);
      return date ? std::optional(*date + clock) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace storebridge::sdk
