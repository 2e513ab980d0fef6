#include "api/page.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "api/token.h"

namespace storebridge::api {

std::int64_t Page::NumberAfter() const {
  std::int64_t number = 0;
  const std::string& text = after.at(0);
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Result<Page> ReadPage(const PageScope& scope,
                      std::int32_t page_size,
                      std::string_view page_token,
                      std::size_t parts) {
  if (page_size < 0) {
    return Error{.code = Code::kInvalidArgument,
                 .reason = "PAGE_SIZE",
                 .message = fmt::format("page_size is {}; leave it out for {}, or use 1 to {}",
                                        page_size,
                                        kPageSizeDefault,
                                        kPageSizeMax),
                 .facts = {{"page_size", std::to_string(page_size)}}};
  }
  Page page;
  page.size = page_size == 0 ? kPageSizeDefault : std::min<int>(page_size, kPageSizeMax);
  page.scope = ScopeOf({scope.method, scope.parent, scope.filter});
  page.after.resize(parts);
  if (page_token.empty()) {
    return page;
  }
  std::optional<Token> token = DecodeToken(page_token);
  if (!token) {
    return Error{.code = Code::kInvalidArgument,
                 .reason = "PAGE_TOKEN",
                 .message =
                     "page_token is not one that this server gave: send next_page_token of "
                     "the page before unchanged, or leave it out to begin again"};
  }
  if (token->scope != page.scope || token->parts.size() != parts) {
    return Error{
        .code = Code::kInvalidArgument,
        .reason = "PAGE_TOKEN_FOREIGN",
        .message = fmt::format(
            "page_token belongs to another list than this {}: keep the rest of the request "
            "as it was on the page before, or leave page_token out to begin again",
            scope.method),
        .facts = {{"method", std::string(scope.method)}}};
  }
  page.after = std::move(token->parts);
  return page;
}

std::string MakePageToken(const Page& page, std::vector<std::string> key) {
  return EncodeToken(Token{.scope = page.scope, .parts = std::move(key)});
}

}  // namespace storebridge::api
