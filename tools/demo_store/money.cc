#include "money.h"

#include "text.h"

namespace storebridge::demo_store {

std::optional<Cents> ParseMoney(std::string_view text) {
  const bool minus = text.starts_with('-');
  if (minus) {
    text.remove_prefix(1);
  }
  const std::size_t point = text.find('.');
  const auto whole = ParseInt(text.substr(0, point));
  if (!whole || *whole < 0 || *whole > 1'000'000'000) {
    return std::nullopt;
  }
  std::string decimals(point == std::string_view::npos ? "" : text.substr(point + 1));
  decimals.resize(3, '0');
  const auto thousandths = ParseInt(decimals);
  if (!thousandths || *thousandths < 0) {
    return std::nullopt;
  }
  const Cents cents = *whole * 100 + (*thousandths + 5) / 10;
  return minus ? -cents : cents;
}

std::string FormatMoney(Cents cents) {
  const Cents size = cents < 0 ? -cents : cents;
  std::string out = cents < 0 ? "-" : "";
  out += std::to_string(size / 100);
  out.push_back('.');
  out.push_back(static_cast<char>('0' + size / 10 % 10));
  out.push_back(static_cast<char>('0' + size % 10));
  return out;
}

Cents MulDiv(Cents value, std::int64_t multiplier, std::int64_t divisor) {
  const Cents product = value * multiplier;
  const Cents half = divisor / 2;
  return product >= 0 ? (product + half) / divisor : -((-product + half) / divisor);
}

}  // namespace storebridge::demo_store
