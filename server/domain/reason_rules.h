#pragma once

#include <cstddef>
#include <string_view>

#include "core/result.h"

// Why a person did something, in words of their own.
namespace storebridge::domain {

// In characters.
inline constexpr std::size_t kReasonMax = 500;

// One line of 1 to kReasonMax characters that are not all blank. kInvalidArgument, reason REASON.
Status CheckReason(std::string_view reason);

}  // namespace storebridge::domain
