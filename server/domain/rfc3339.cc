#include "domain/rfc3339.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace storebridge::domain {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::size_t kFractionDigitsMax = 9;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Takes what it reads off the front of a text. After a fault it gives zeros.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  // A number of exactly so many digits.
  int Number(std::size_t digits, int most) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (rest_.empty() || !IsDigit(rest_.front())) {
        return Fail();
      }
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value <= most ? value : Fail();
  }

  // Whether one of these characters comes next, which is taken then.
  bool Takes(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  void Expect(std::string_view characters) {
    if (!Takes(characters)) {
      Fail();
    }
  }

  // What follows a point: nanoseconds.
  std::int64_t Fraction() {
    std::int64_t ns = 0;
    std::size_t digits = 0;
    while (!rest_.empty() && IsDigit(rest_.front()) && digits < kFractionDigitsMax) {
      ns = ns * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
      ++digits;
    }
    if (digits == 0) {
      return Fail();
    }
    for (; digits < kFractionDigitsMax; ++digits) {
      ns *= 10;
    }
    return ns;
  }

  [[nodiscard]] bool is_whole() const { return !failed_ && rest_.empty(); }

 private:
  int Fail() {
    failed_ = true;
    return 0;
  }

  std::string_view rest_;
  bool failed_ = false;
};

// The signs of an offset: how far the clock on the wall is ahead.
std::int64_t ReadOffsetSeconds(Reader& reader) {
  if (reader.Takes("Zz")) {
    return 0;
  }
  const bool is_ahead = reader.Takes("+");
  if (!is_ahead) {
    reader.Expect("-");
  }
  std::int64_t seconds = std::int64_t{reader.Number(2, 23)} * 3600;
  reader.Expect(":");
  seconds += std::int64_t{reader.Number(2, 59)} * 60;
  return is_ahead ? seconds : -seconds;
}

}  // namespace

std::optional<std::int64_t> NsFromRfc3339(std::string_view text) {
  namespace chr = std::chrono;
  Reader reader(text);
  const chr::year year(reader.Number(4, 9999));
  reader.Expect("-");
  const chr::month month(static_cast<unsigned>(reader.Number(2, 12)));
  reader.Expect("-");
  const chr::day day(static_cast<unsigned>(reader.Number(2, 31)));
  reader.Expect("Tt");
  std::int64_t seconds = std::int64_t{reader.Number(2, 23)} * 3600;
  reader.Expect(":");
  seconds += std::int64_t{reader.Number(2, 59)} * 60;
  reader.Expect(":");
  seconds += reader.Number(2, 59);
  const std::int64_t ns = reader.Takes(".") ? reader.Fraction() : 0;
  seconds -= ReadOffsetSeconds(reader);
  const chr::year_month_day date(year, month, day);
  if (!reader.is_whole() || !date.ok()) {
    return std::nullopt;
  }
  constexpr std::int64_t kSecondsMax = 9'200'000'000;
  seconds += chr::seconds(chr::sys_days(date).time_since_epoch()).count();
  return std::clamp(seconds, -kSecondsMax, kSecondsMax) * kNsPerSecond + ns;
}

}  // namespace storebridge::domain
