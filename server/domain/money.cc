#include "domain/money.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "domain/currency_table.h"
#include "domain/text_rules.h"

namespace storebridge::domain {
namespace {

constexpr std::int32_t kNanosPerUnit = 1'000'000'000;
constexpr int kNanosDigits = 9;

Error Wrong(const v1::Money& money, std::string_view reason, std::string message) {
  return Error{.code = Code::kInvalidArgument,
               .reason = std::string(reason),
               .message = std::move(message),
               .facts = {{"currency_code", Shown(money.currency_code())}}};
}

Status CheckPair(const v1::Money& a, const v1::Money& b) {
  SB_CHECK(CheckMoney(a));
  SB_CHECK(CheckMoney(b));
  if (a.currency_code() != b.currency_code()) {
    return Wrong(
        b,
        "CURRENCY_MIXED",
        fmt::format("{} and {} are of different currencies", FormatMoney(a), FormatMoney(b)));
  }
  return Ok();
}

}  // namespace

bool IsCurrency(std::string_view code) {
  return FindCurrency(code) != nullptr;
}

bool IsValid(const v1::Money& money) {
  return CheckMoney(money).has_value();
}

Status CheckMoney(const v1::Money& money) {
  if (!IsCurrency(money.currency_code())) {
    return Wrong(money,
                 "MONEY",
                 fmt::format("'{}' is not a currency of ISO 4217, such as EUR",
                             Shown(money.currency_code())));
  }
  if (money.nanos() <= -kNanosPerUnit || money.nanos() >= kNanosPerUnit) {
    return Wrong(money,
                 "MONEY",
                 fmt::format("nanos {} is outside of -999999999 to 999999999", money.nanos()));
  }
  if ((money.units() > 0 && money.nanos() < 0) || (money.units() < 0 && money.nanos() > 0)) {
    return Wrong(
        money,
        "MONEY",
        fmt::format("units {} and nanos {} have different signs", money.units(), money.nanos()));
  }
  return Ok();
}

Result<v1::Money> Add(const v1::Money& a, const v1::Money& b) {
  SB_CHECK(CheckPair(a, b));
  std::int64_t units = 0;
  std::int32_t nanos = a.nanos() + b.nanos();
  bool overflows = __builtin_add_overflow(a.units(), b.units(), &units);
  const std::int32_t carry = nanos / kNanosPerUnit;
  nanos %= kNanosPerUnit;
  overflows = overflows || __builtin_add_overflow(units, std::int64_t{carry}, &units);
  if (overflows) {
    return Wrong(a,
                 "MONEY_OVERFLOW",
                 fmt::format("{} and {} are too much to be added", FormatMoney(a), FormatMoney(b)));
  }
  if (units > 0 && nanos < 0) {
    --units;
    nanos += kNanosPerUnit;
  } else if (units < 0 && nanos > 0) {
    ++units;
    nanos -= kNanosPerUnit;
  }
  v1::Money sum;
  sum.set_currency_code(a.currency_code());
  sum.set_units(units);
  sum.set_nanos(nanos);
  return sum;
}

Result<std::strong_ordering> Compare(const v1::Money& a, const v1::Money& b) {
  SB_CHECK(CheckPair(a, b));
  if (a.units() != b.units()) {
    return a.units() <=> b.units();
  }
  return a.nanos() <=> b.nanos();
}

bool Equal(const v1::Money& a, const v1::Money& b) {
  return a.currency_code() == b.currency_code() && a.units() == b.units() && a.nanos() == b.nanos();
}

bool IsNegative(const v1::Money& money) {
  return money.units() < 0 || money.nanos() < 0;
}

std::string FormatMoney(const v1::Money& money) {
  const std::uint64_t units = money.units() < 0 ? ~static_cast<std::uint64_t>(money.units()) + 1
                                                : static_cast<std::uint64_t>(money.units());
  const std::int64_t nanos = money.nanos() < 0 ? -std::int64_t{money.nanos()} : money.nanos();
  std::string decimals = fmt::format("{:09}", nanos);
  const Currency* currency = FindCurrency(money.currency_code());
  const std::size_t least = currency == nullptr ? 2 : currency->decimals;
  const std::size_t last = decimals.find_last_not_of('0');
  const std::size_t needed = last == std::string::npos ? 0 : last + 1;
  decimals.resize(std::min<std::size_t>(std::max(least, needed), kNanosDigits));
  return fmt::format("{}{}{}{} {}",
                     IsNegative(money) ? "-" : "",
                     units,
                     decimals.empty() ? "" : ".",
                     decimals,
                     Shown(money.currency_code()));
}

Result<v1::Money> MoneyFrom(const connector::v1::Money& seen) {
  v1::Money money = CopyMoney(seen, "");
  SB_CHECK(CheckMoney(money));
  return money;
}

v1::Money CopyMoney(const connector::v1::Money& seen, std::string_view currency) {
  v1::Money money;
  money.set_currency_code(seen.currency_code().empty() ? std::string(currency)
                                                       : seen.currency_code());
  money.set_units(seen.units());
  money.set_nanos(seen.nanos());
  return money;
}

}  // namespace storebridge::domain
