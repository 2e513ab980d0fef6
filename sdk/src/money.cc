#include "storebridge/sdk/money.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "storebridge/sdk/failure.h"

namespace storebridge::sdk {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kNanos = 1'000'000'000;
constexpr std::size_t kWholeDigitsMax = 15;
constexpr int kNanoDigits = 9;
constexpr std::array<std::int64_t, kNanoDigits + 1> kPowersOfTen = {
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, kNanos};

bool AreDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t NumberOf(std::string_view digits) {
  std::int64_t number = 0;
  for (const char c : digits) {
    number = number * 10 + (c - '0');
  }
  return number;
}

Wide ToNanos(const Money& money) {
  return Wide{money.units()} * kNanos + money.nanos();
}

bool Fits64(Wide number) {
  return number <= std::numeric_limits<std::int64_t>::max() &&
         number >= std::numeric_limits<std::int64_t>::min();
}

Money FromNanos(Wide nanos, std::string_view currency_code) {
  Money money;
  money.set_currency_code(currency_code.data(), currency_code.size());
  // Nearly every amount: 128 bits are divided by a function, which takes ten times as long.
  if (Fits64(nanos)) {
    const auto few = static_cast<std::int64_t>(nanos);
    money.set_units(few / kNanos);
    money.set_nanos(static_cast<std::int32_t>(few % kNanos));
    return money;
  }
  const Wide units = nanos / kNanos;
  if (!Fits64(units)) {
    throw Failure(Code::kLimit, "an amount of money does not fit 64 bits");
  }
  money.set_units(static_cast<std::int64_t>(units));
  money.set_nanos(static_cast<std::int32_t>(nanos % kNanos));
  return money;
}

const std::string& CommonCurrency(const Money& a, const Money& b) {
  if (a.currency_code().empty()) {
    return b.currency_code();
  }
  if (!b.currency_code().empty() && a.currency_code() != b.currency_code()) {
    throw Failure(Code::kConnectorBug,
                  "cannot add " + a.currency_code() + " and " + b.currency_code());
  }
  return a.currency_code();
}

}  // namespace

std::optional<Money> ParseMoney(std::string_view text, std::string_view currency_code) {
  const bool is_negative = text.starts_with('-');
  text.remove_prefix(is_negative ? 1 : 0);
  const std::size_t point = text.find('.');
  std::string_view whole = text.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (whole.empty() && fraction.empty()) {
    return std::nullopt;
  }
  if (!AreDigits(whole) || !AreDigits(fraction)) {
    return std::nullopt;
  }
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  if (whole.size() > kWholeDigitsMax) {
    return std::nullopt;
  }
  const std::string_view kept = fraction.substr(0, kNanoDigits);
  std::int64_t units = NumberOf(whole);
  std::int64_t nanos = NumberOf(kept) * kPowersOfTen.at(kNanoDigits - kept.size());
  if (fraction.size() > kNanoDigits && fraction[kNanoDigits] >= '5' && ++nanos == kNanos) {
    ++units;
    nanos = 0;
  }
  std::optional<Money> money(std::in_place);
  money->set_currency_code(currency_code.data(), currency_code.size());
  money->set_units(is_negative ? -units : units);
  money->set_nanos(static_cast<std::int32_t>(is_negative ? -nanos : nanos));
  return money;
}

Money MoneyFromMinor(std::int64_t minor, std::string_view currency_code, int decimals) {
  if (decimals < 0 || decimals > kNanoDigits) {
    throw Failure(Code::kConnectorBug, "MoneyFromMinor: decimals must be 0 to 9");
  }
  Wide nanos = minor;
  for (int i = decimals; i < kNanoDigits; ++i) {
    nanos *= 10;
  }
  return FromNanos(nanos, currency_code);
}

std::string FormatMoney(const Money& money, int decimals) {
  Wide nanos = ToNanos(money);
  const bool is_negative = nanos < 0;
  nanos = is_negative ? -nanos : nanos;
  std::string fraction = std::to_string(static_cast<std::int64_t>(nanos % kNanos));
  fraction.insert(0, kNanoDigits - fraction.size(), '0');
  std::size_t keep = fraction.find_last_not_of('0') + 1;
  keep = std::max(keep, static_cast<std::size_t>(std::max(decimals, 0)));
  fraction.resize(std::min<std::size_t>(keep, kNanoDigits));
  std::string text = is_negative ? "-" : "";
  text += std::to_string(static_cast<std::uint64_t>(nanos / kNanos));
  return fraction.empty() ? text : text + "." + fraction;
}

Money Add(const Money& a, const Money& b) {
  return FromNanos(ToNanos(a) + ToNanos(b), CommonCurrency(a, b));
}

Money Subtract(const Money& a, const Money& b) {
  return FromNanos(ToNanos(a) - ToNanos(b), CommonCurrency(a, b));
}

Money Multiply(const Money& money, std::int64_t by) {
  const Wide nanos = ToNanos(money);
  // 2^63 units are below 2^93 nanos: only a large factor can leave 128 bits.
  constexpr std::int64_t kFactorMax = 1'000'000'000;
  if (by > kFactorMax || by < -kFactorMax) {
    throw Failure(Code::kLimit, "a quantity of " + std::to_string(by) + " is too large for money");
  }
  return FromNanos(nanos * by, money.currency_code());
}

Money Divide(const Money& money, std::int64_t by) {
  if (by == 0) {
    throw Failure(Code::kPermanent, "an amount of money was to be divided by a quantity of 0");
  }
  const Wide nanos = ToNanos(money);
  const Wide divisor = by;
  Wide quotient = nanos / divisor;
  const Wide rest = nanos % divisor;
  const Wide twice = rest < 0 ? -2 * rest : 2 * rest;
  if (twice >= (divisor < 0 ? -divisor : divisor)) {
    quotient += (nanos < 0) == (divisor < 0) ? 1 : -1;
  }
  return FromNanos(quotient, money.currency_code());
}

bool IsZero(const Money& money) {
  return money.units() == 0 && money.nanos() == 0;
}

}  // namespace storebridge::sdk
