#include "domain/postal_code.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "domain/region.h"
#include "domain/text_rules.h"

namespace storebridge::domain {
namespace {

constexpr std::size_t kElsewhereMin = 2;
constexpr std::size_t kElsewhereMax = 12;

// How a country writes its codes. `patterns`, separated by '|', are without spaces and '-': 9 is a
// digit, A a letter, X a digit or letter, anything else itself.
struct PostalForm {
  std::string_view region;
  std::string_view patterns;
  std::string_view words;
  std::string_view example;
};

constexpr std::array kForms = {
    PostalForm{"AT", "9999", "4 digits", "1010"},
    PostalForm{"BE", "9999", "4 digits", "1000"},
    PostalForm{"BG", "9999", "4 digits", "1000"},
    PostalForm{"CA", "A9A9A9", "letters and digits in turn", "K1A 0B1"},
    PostalForm{"CH", "9999", "4 digits", "8001"},
    PostalForm{"CY", "9999", "4 digits", "1010"},
    PostalForm{"CZ", "99999", "5 digits", "110 00"},
    PostalForm{"DE", "99999", "5 digits", "10115"},
    PostalForm{"DK", "9999", "4 digits", "1050"},
    PostalForm{"EE", "99999", "5 digits", "10111"},
    PostalForm{"ES", "99999", "5 digits", "28001"},
    PostalForm{"FI", "99999", "5 digits", "00100"},
    PostalForm{"FR", "99999", "5 digits", "75001"},
    PostalForm{"GB",
               "A99AA|A999AA|AA99AA|AA999AA|A9A9AA|AA9A9AA|GIR0AA",
               "a district and 3 characters",
               "SW1A 1AA"},
    PostalForm{"GR", "99999", "5 digits", "104 31"},
    PostalForm{"HR", "99999", "5 digits", "10000"},
    PostalForm{"HU", "9999", "4 digits", "1011"},
    PostalForm{"IE", "A99XXXX|D6WXXXX", "an Eircode or nothing", "D02 AF30"},
    PostalForm{"IS", "999", "3 digits", "101"},
    PostalForm{"IT", "99999", "5 digits", "00118"},
    PostalForm{"LI", "9999", "4 digits", "9490"},
    PostalForm{"LT", "99999", "5 digits", "01103"},
    PostalForm{"LU", "9999", "4 digits", "1111"},
    PostalForm{"LV", "9999", "4 digits", "LV-1010"},
    PostalForm{"MT", "AAA9999", "3 letters and 4 digits", "VLT 1117"},
    PostalForm{"NL", "9999AA", "4 digits and 2 letters", "1012 AB"},
    PostalForm{"NO", "9999", "4 digits", "0150"},
    PostalForm{"PL", "99999", "5 digits", "00-001"},
    PostalForm{"PT", "9999999", "7 digits", "1000-001"},
    PostalForm{"RO", "999999", "6 digits", "010011"},
    PostalForm{"SE", "99999", "5 digits", "111 20"},
    PostalForm{"SI", "9999", "4 digits", "1000"},
    PostalForm{"SK", "99999", "5 digits", "811 01"},
    PostalForm{"US", "99999|999999999", "5 digits, or 9", "20500"},
};

static_assert(std::ranges::is_sorted(kForms, {}, &PostalForm::region));

// Countries whose post does without, at least in part. Ireland: the Eircode is optional.
constexpr std::array<std::string_view, 72> kWithout = {
    "AE", "AG", "AO", "AQ", "AW", "BF", "BI", "BJ", "BO", "BQ", "BS", "BV", "BW", "BZ", "CD",
    "CF", "CG", "CI", "CK", "CM", "CW", "DJ", "DM", "ER", "FJ", "GA", "GD", "GH", "GM", "GQ",
    "GY", "HK", "IE", "JM", "KI", "KM", "KN", "KP", "LY", "ML", "MO", "MR", "MS", "MW", "NR",
    "NU", "PA", "QA", "RW", "SB", "SC", "SL", "SO", "SR", "SS", "ST", "SX", "SY", "TD", "TF",
    "TG", "TK", "TL", "TO", "TV", "TZ", "UG", "UM", "VU", "WS", "YE", "ZW"};
static_assert(!kWithout.back().empty() && std::ranges::is_sorted(kWithout));

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsLetter(char c) {
  return c >= 'A' && c <= 'Z';
}

// Upper case, without spaces and '-'.
std::string Compact(std::string_view text) {
  std::string compact;
  for (const char c : text) {
    if (c != ' ' && c != '-') {
      compact += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return compact;
}

bool FitsPlace(char pattern, char c) {
  switch (pattern) {
    case '9':
      return IsDigit(c);
    case 'A':
      return IsLetter(c);
    case 'X':
      return IsDigit(c) || IsLetter(c);
    default:
      return c == pattern;
  }
}

bool FitsAny(std::string_view patterns, std::string_view code) {
  while (true) {
    const std::size_t bar = patterns.find('|');
    const std::string_view pattern = patterns.substr(0, bar);
    if (pattern.size() == code.size() &&
        std::equal(pattern.begin(), pattern.end(), code.begin(), FitsPlace)) {
      return true;
    }
    if (bar == std::string_view::npos) {
      return false;
    }
    patterns.remove_prefix(bar + 1);
  }
}

// `LV-1010`, `SE-111 20`, `L-1111`: people write the country before the digits.
std::string_view WithoutPrefix(std::string_view region, std::string_view code) {
  for (const std::string_view prefix : {region, region.substr(0, 1)}) {
    if (code.size() > prefix.size() && code.substr(0, prefix.size()) == prefix &&
        IsDigit(code[prefix.size()])) {
      return code.substr(prefix.size());
    }
  }
  return code;
}

bool FitsElsewhere(std::string_view given) {
  return given.size() >= kElsewhereMin && given.size() <= kElsewhereMax &&
         std::all_of(given.begin(), given.end(), [](char c) {
           return IsDigit(c) || IsLetter(c) || (c >= 'a' && c <= 'z') || c == ' ' || c == '-';
         });
}

const PostalForm* FindForm(std::string_view region_code) {
  const auto* const found = std::ranges::lower_bound(kForms, region_code, {}, &PostalForm::region);
  return found == kForms.end() || found->region != region_code ? nullptr : found;
}

bool MayLackCode(std::string_view region_code) {
  return std::ranges::binary_search(kWithout, region_code);
}

Error Wrong(std::string_view region_code,
            std::string_view given,
            std::string_view reason,
            std::string message) {
  return Error{.code = Code::kInvalidArgument,
               .reason = std::string(reason),
               .message = std::move(message),
               .facts = {{"region_code", std::string(region_code)}, {"postal_code", Shown(given)}}};
}

Error Missing(std::string_view region_code, const PostalForm* form) {
  std::string message =
      fmt::format("the postal code is missing; {} has one", RegionName(region_code));
  if (form != nullptr) {
    message = fmt::format("the postal code is missing; {} uses {}, such as {}",
                          RegionName(region_code),
                          form->words,
                          form->example);
  }
  return Wrong(region_code, "", "POSTAL_CODE_MISSING", std::move(message));
}

}  // namespace

Status CheckPostalCode(std::string_view region_code, std::string_view postal_code) {
  const std::string_view given = Trim(postal_code);
  const PostalForm* form = FindForm(region_code);
  if (given.empty()) {
    return MayLackCode(region_code) ? Ok() : Status(Missing(region_code, form));
  }
  if (form == nullptr) {
    // Where the post has no codes, people fill in what their store makes them: `-`, `00000`, `N/A`.
    if (MayLackCode(region_code) ? TextFault(given, kElsewhereMax).empty() : FitsElsewhere(given)) {
      return Ok();
    }
    return Wrong(region_code,
                 given,
                 "POSTAL_CODE_FORMAT",
                 fmt::format("'{}' cannot be a postal code of {}: {} to {} letters, digits, spaces "
                             "and '-' are expected",
                             Shown(given),
                             RegionName(region_code),
                             kElsewhereMin,
                             kElsewhereMax));
  }
  const std::string compact = Compact(given);
  if (FitsAny(form->patterns, compact) ||
      FitsAny(form->patterns, WithoutPrefix(region_code, compact))) {
    return Ok();
  }
  return Wrong(region_code,
               given,
               "POSTAL_CODE_FORMAT",
               fmt::format("'{}' is not a postal code of {}: {} uses {}, such as {}",
                           Shown(given),
                           RegionName(region_code),
                           RegionName(region_code),
                           form->words,
                           form->example));
}

}  // namespace storebridge::domain
