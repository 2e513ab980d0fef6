#include "domain/reason_rules.h"

#include <string>

#include <fmt/format.h>

#include "domain/text_rules.h"

namespace storebridge::domain {
namespace {

Error Wrong(std::string message) {
  return Error{.code = Code::kInvalidArgument,
               .reason = "REASON",
               .message = std::move(message),
               .facts = {{"field", "reason"}}};
}

}  // namespace

Status CheckReason(std::string_view reason) {
  if (IsBlank(reason)) {
    return Wrong("reason is missing: say why, in a few words");
  }
  if (const std::string fault = TextFault(reason, kReasonMax); !fault.empty()) {
    return Wrong(fmt::format("reason {}", fault));
  }
  return Ok();
}

}  // namespace storebridge::domain
