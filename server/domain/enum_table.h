#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace storebridge::domain {

// One value of a domain enum beside its proto value and its name. A table of them is the only place
// that knows all three.
template <typename Domain, typename Proto>
struct EnumRow {
  Domain value;
  Proto proto;
  std::string_view name;
};

template <typename Domain, typename Proto, std::size_t kRows>
std::optional<Domain> FindByProto(const std::array<EnumRow<Domain, Proto>, kRows>& table,
                                  Proto proto) {
  for (const auto& row : table) {
    if (row.proto == proto) {
      return row.value;
    }
  }
  return std::nullopt;
}

template <typename Domain, typename Proto, std::size_t kRows>
std::optional<Domain> FindByName(const std::array<EnumRow<Domain, Proto>, kRows>& table,
                                 std::string_view name) {
  for (const auto& row : table) {
    if (row.name == name) {
      return row.value;
    }
  }
  return std::nullopt;
}

// The rows are in the order of the domain enum; a static_assert beside each table says so.
template <typename Domain, typename Proto, std::size_t kRows>
constexpr bool IsInOrder(const std::array<EnumRow<Domain, Proto>, kRows>& table) {
  for (std::size_t i = 0; i < kRows; ++i) {
    if (static_cast<std::size_t>(table[i].value) != i) {
      return false;
    }
  }
  return true;
}

template <typename Domain, typename Proto, std::size_t kRows>
const EnumRow<Domain, Proto>& RowOf(const std::array<EnumRow<Domain, Proto>, kRows>& table,
                                    Domain value) {
  return table[static_cast<std::size_t>(value)];
}

// `A, B, C`.
template <typename Domain, typename Proto, std::size_t kRows>
std::string JoinNames(const std::array<EnumRow<Domain, Proto>, kRows>& table) {
  std::string names;
  for (const auto& row : table) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", row.name);
  }
  return names;
}

}  // namespace storebridge::domain
