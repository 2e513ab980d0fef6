#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace storebridge::plugin_host {

// A part of a template such as `{config.base_url}/wp-json/`.
struct TemplatePiece {
  bool is_placeholder = false;
  // The name without braces and prefix, or the literal text.
  std::string text;
};

// Splits `text` at its placeholders `{<kind>.<name>}`; `kind` is `config` or `secret`.
// kInvalidArgument for a brace that belongs to no such placeholder.
Result<std::vector<TemplatePiece>> SplitTemplate(std::string_view text, std::string_view kind);

}  // namespace storebridge::plugin_host
