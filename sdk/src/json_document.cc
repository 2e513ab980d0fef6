#include "json_document.h"

#include "json_repair.h"
#include "storebridge/sdk/text.h"

namespace storebridge::sdk::internal {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

simdjson::error_code TryParse(std::string_view text, simdjson::dom::document* dom) {
  simdjson::dom::parser parser(kJsonBytesMax);
  const simdjson::error_code error = parser.allocate(text.size(), kJsonDepthMax);
  if (error != simdjson::SUCCESS) {
    return error;
  }
  return parser.parse_into_document(*dom, text.data(), text.size()).error();
}

bool MayBeRepaired(simdjson::error_code error) {
  return error == simdjson::UTF8_ERROR || error == simdjson::STRING_ERROR ||
         error == simdjson::NUMBER_ERROR || error == simdjson::UNESCAPED_CHARS;
}

// Throws what a text that is not JSON means.
[[noreturn]] void Refuse(std::string_view text, std::string_view what, simdjson::error_code error) {
  const std::string begin(what);
  const std::string_view body = Trim(text);
  if (error == simdjson::MEMALLOC) {
    throw std::bad_alloc();
  }
  if (error == simdjson::DEPTH_ERROR) {
    throw Failure(Code::kLimit,
                  begin + " is JSON nested deeper than " + std::to_string(kJsonDepthMax));
  }
  if (body.empty()) {
    throw Failure(Code::kTransient, begin + " is empty, expected JSON");
  }
  if (body.front() == '<') {
    throw Failure(Code::kTransient,
                  begin +
                      " is HTML, expected JSON: a login, error or maintenance page, or the address "
                      "is not that of the API")
        .Detail(text);
  }
  const bool is_whole = body.back() == '}' || body.back() == ']';
  const bool begins_like_json = body.front() == '{' || body.front() == '[';
  if (begins_like_json && !is_whole) {
    throw Failure(
        Code::kTransient,
        begin + " is JSON that ends early, after " + std::to_string(text.size()) + " bytes")
        .Detail(text);
  }
  throw Failure(Code::kPermanent, begin + " is not JSON: " + simdjson::error_message(error))
      .Detail(text);
}

}  // namespace

void ParseDocument(std::string_view text, std::string_view what, simdjson::dom::document* dom) {
  if (text.size() > kJsonBytesMax) {
    throw Failure(Code::kLimit,
                  std::string(what) + " has " + std::to_string(text.size()) + " bytes; at most " +
                      std::to_string(kJsonBytesMax) + " are read as JSON");
  }
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  const simdjson::error_code error = TryParse(text, dom);
  if (error == simdjson::SUCCESS) {
    return;
  }
  if (MayBeRepaired(error) && TryParse(RepairJson(text), dom) == simdjson::SUCCESS) {
    return;
  }
  Refuse(text, what, error);
}

}  // namespace storebridge::sdk::internal
