#pragma once

#include <string>
#include <string_view>

namespace storebridge::domain {

// A member's name as words are compared: letters and digits in lower case.
std::string PlainName(std::string_view name);

// Whether a member of that plain name holds personal data, such as `lastname` or `customernote`.
bool IsPersonalName(std::string_view name);
// Whether all that is in an object of that plain name is about a person, such as `billing`.
bool IsPersonName(std::string_view name);
// Whether a member of that plain name rules what a program does, such as `status`. Of an object
// about a person (`is_person`) fewer do: countries and states, not numbers and codes.
bool IsStructuralName(std::string_view name, bool is_person);

}  // namespace storebridge::domain
