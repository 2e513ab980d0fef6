#include "domain/order_filter.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "domain/text_rules.h"

namespace storebridge::domain {
namespace {

constexpr std::string_view kHelp =
    "fields are state, store and order_number, joined by AND, such as state = NEW AND order_number "
    "= \"1007\"";

Error Wrong(std::string message) {
  return Error{.code = Code::kInvalidArgument,
               .reason = "FILTER",
               .message = fmt::format("filter: {}; {}", message, kHelp),
               .facts = {{"detail", message}}};
}

struct Token {
  std::string text;
  bool is_quoted = false;
  // Characters before it, for messages.
  std::size_t place = 0;
};

bool IsBlankChar(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Reads a text in quotes, in which \" and \\ stand for themselves. `rest` begins at the first
// quote.
Result<std::string> ReadQuoted(std::string_view& rest) {
  std::string text;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return text;
    }
    if (rest[i] == '\\' && i + 1 < rest.size()) {
      ++i;
    }
    text += rest[i];
  }
  return Wrong("a quote is not closed");
}

std::string ReadWord(std::string_view& rest) {
  std::size_t end = 0;
  while (end < rest.size() && !IsBlankChar(rest[end]) && rest[end] != '=' && rest[end] != '"') {
    ++end;
  }
  std::string word(rest.substr(0, end));
  rest.remove_prefix(end);
  return word;
}

Result<std::vector<Token>> Split(std::string_view filter) {
  std::vector<Token> tokens;
  std::string_view rest = filter;
  while (true) {
    while (!rest.empty() && IsBlankChar(rest.front())) {
      rest.remove_prefix(1);
    }
    if (rest.empty()) {
      return tokens;
    }
    Token token{
        .text = {}, .is_quoted = rest.front() == '"', .place = filter.size() - rest.size() + 1};
    if (token.is_quoted) {
      SB_TRY(token.text, ReadQuoted(rest));
    } else if (rest.front() == '=') {
      token.text = "=";
      rest.remove_prefix(1);
    } else {
      token.text = ReadWord(rest);
    }
    tokens.push_back(std::move(token));
  }
}

Status Apply(const Token& field, const Token& value, OrderFilter& filter) {
  const auto twice = [&] { return Wrong(fmt::format("'{}' is given twice", field.text)); };
  if (field.text == "state") {
    if (!filter.states.empty()) {
      return twice();
    }
    SB_TRY(const OrderState state, ParseOrderStateName(value.text));
    filter.states.push_back(state);
    return Ok();
  }
  if (field.text == "store") {
    if (filter.store) {
      return twice();
    }
    SB_TRY(filter.store, ParseStoreName(value.text));
    return Ok();
  }
  if (field.text == "order_number") {
    if (!filter.order_number.empty()) {
      return twice();
    }
    if (value.text.empty()) {
      return Wrong("order_number is empty");
    }
    filter.order_number = value.text;
    return Ok();
  }
  return Wrong(fmt::format("'{}' at place {} is not a field", Shown(field.text), field.place));
}

bool IsWord(const Token& token, std::string_view word) {
  return !token.is_quoted && token.text == word;
}

// Reads `field = value` at `at`, and the AND after it.
Status ReadTerm(const std::vector<Token>& tokens, std::size_t& at, OrderFilter& filter) {
  const Token& field = tokens[at];
  if (field.is_quoted || field.text == "=") {
    return Wrong(fmt::format("'{}' at place {} is not a field", Shown(field.text), field.place));
  }
  if (at + 2 >= tokens.size() || !IsWord(tokens[at + 1], "=") || IsWord(tokens[at + 2], "=")) {
    return Wrong(fmt::format(
        "'{}' at place {} is not followed by '=' and a value", Shown(field.text), field.place));
  }
  if (const Status applied = Apply(field, tokens[at + 2], filter); !applied) {
    Error error = applied.error();
    error.reason = "FILTER";
    return error;
  }
  at += 3;
  if (at == tokens.size()) {
    return Ok();
  }
  const Token& joint = tokens[at];
  if (!IsWord(joint, "AND")) {
    return Wrong(fmt::format(
        "'{}' at place {} stands where AND is expected", Shown(joint.text), joint.place));
  }
  ++at;
  if (at == tokens.size()) {
    return Wrong("nothing follows the last AND");
  }
  return Ok();
}

}  // namespace

Result<OrderFilter> ParseOrderFilter(std::string_view filter) {
  if (filter.size() > kFilterLengthMax) {
    return Wrong(fmt::format("it has {} bytes, {} are allowed", filter.size(), kFilterLengthMax));
  }
  SB_TRY(const std::vector<Token> tokens, Split(filter));
  OrderFilter result;
  for (std::size_t at = 0; at < tokens.size();) {
    SB_CHECK(ReadTerm(tokens, at, result));
  }
  if (result.states.empty()) {
    std::copy_if(kOrderStates.begin(),
                 kOrderStates.end(),
                 std::back_inserter(result.states),
                 [](OrderState state) { return state != OrderState::kAwaitingPayment; });
  }
  return result;
}

}  // namespace storebridge::domain
