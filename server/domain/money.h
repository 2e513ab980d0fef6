#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "core/result.h"
#include "storebridge/connector/v1/connector.pb.h"
#include "storebridge/v1/money.pb.h"

// Amounts are whole units and billionths, never floats.
namespace storebridge::domain {

// Whether `code` is an active ISO 4217 currency, three upper-case letters.
bool IsCurrency(std::string_view code);

// Whether the currency is known, the nanos are in range and both parts have the same sign.
bool IsValid(const v1::Money& money);
// The same, saying what is wrong. kInvalidArgument, reason MONEY.
Status CheckMoney(const v1::Money& money);

// Adds two valid amounts. kInvalidArgument: not valid, other currency (CURRENCY_MIXED) or too large
// (MONEY_OVERFLOW).
Result<v1::Money> Add(const v1::Money& a, const v1::Money& b);

// Orders two valid amounts of one currency; the same errors as Add.
Result<std::strong_ordering> Compare(const v1::Money& a, const v1::Money& b);

// Whether currency, units and nanos are the same.
bool Equal(const v1::Money& a, const v1::Money& b);

// Whether the amount is below zero.
bool IsNegative(const v1::Money& money);

// `12.50 EUR`, `1200 JPY`: at least the decimals that the currency has, more when there are more.
std::string FormatMoney(const v1::Money& money);

// Takes an amount as a connector gave it. The errors of CheckMoney.
Result<v1::Money> MoneyFrom(const connector::v1::Money& seen);
// The same without a check, for records that are checked afterwards as a whole; `currency` where it
// names none.
v1::Money CopyMoney(const connector::v1::Money& seen, std::string_view currency);

}  // namespace storebridge::domain
