#include "adapters/plugin_host/placeholders.h"

#include <algorithm>

#include <fmt/format.h>

namespace storebridge::plugin_host {
namespace {

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

Error BadTemplate(std::string_view text, std::string_view kind) {
  return Error{
      .code = Code::kInvalidArgument,
      .reason = "TEMPLATE_INVALID",
      .message = fmt::format(
          "'{}' has a brace that is not part of {{{}.<name>}}", text.substr(0, 200), kind)};
}

}  // namespace

Result<std::vector<TemplatePiece>> SplitTemplate(std::string_view text, std::string_view kind) {
  const std::string opening = fmt::format("{{{}.", kind);
  std::vector<TemplatePiece> pieces;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t brace = rest.find_first_of("{}");
    if (brace != 0) {
      pieces.push_back({false, std::string(rest.substr(0, brace))});
      rest.remove_prefix(std::min(brace, rest.size()));
      continue;
    }
    const std::size_t end = rest.find('}');
    if (rest.substr(0, opening.size()) != opening || end == std::string_view::npos) {
      return BadTemplate(text, kind);
    }
    const std::string_view name = rest.substr(opening.size(), end - opening.size());
    if (name.empty() || !std::all_of(name.begin(), name.end(), IsNameCharacter)) {
      return BadTemplate(text, kind);
    }
    pieces.push_back({true, std::string(name)});
    rest.remove_prefix(end + 1);
  }
  return pieces;
}

}  // namespace storebridge::plugin_host
