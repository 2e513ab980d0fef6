#include "domain/order_filter.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "domain/rfc3339.h"
#include "domain/text_rules.h"

namespace storebridge::domain {
namespace {

constexpr std::string_view kHelp =
    "fields are state, store and order_number with =, and create_time with >=, >, < and <=, joined "
    "by AND, such as state = NEW AND create_time >= \"2026-11-01T00:00:00Z\"";

Error Wrong(std::string message) {
  return Error{.code = Code::kInvalidArgument,
               .reason = "FILTER",
               .message = fmt::format("filter: {}; {}", message, kHelp),
               .facts = {{"detail", message}}};
}

constexpr std::string_view kOperatorChars = "=<>";
constexpr std::array<std::string_view, 5> kOperators = {"=", "<", ">", "<=", ">="};

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
  while (end < rest.size() && !IsBlankChar(rest[end]) && rest[end] != '"' &&
         kOperatorChars.find(rest[end]) == std::string_view::npos) {
    ++end;
  }
  std::string word(rest.substr(0, end));
  rest.remove_prefix(end);
  return word;
}

std::string ReadOperator(std::string_view& rest) {
  const std::size_t end = rest.front() != '=' && rest.substr(1).starts_with('=') ? 2 : 1;
  std::string sign(rest.substr(0, end));
  rest.remove_prefix(end);
  return sign;
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
    } else if (kOperatorChars.find(rest.front()) != std::string_view::npos) {
      token.text = ReadOperator(rest);
    } else {
      token.text = ReadWord(rest);
    }
    tokens.push_back(std::move(token));
  }
}

bool IsWord(const Token& token, std::string_view word) {
  return !token.is_quoted && token.text == word;
}

bool IsOperator(const Token& token) {
  return !token.is_quoted &&
         std::find(kOperators.begin(), kOperators.end(), token.text) != kOperators.end();
}

// `field sign value`.
struct Term {
  const Token& field;
  const Token& sign;
  const Token& value;
};

// What was read so far.
struct Reading {
  OrderFilter filter;
  // The bounds of create_time as they are written; empty for none.
  std::string from;
  std::string before;
};

Error GivenTwice(const Token& field) {
  return Wrong(fmt::format("'{}' is given twice", field.text));
}

// The bounds become one form: from this nanosecond on, and before that one.
Status ApplyTime(const Term& term, Reading& reading) {
  if (IsWord(term.sign, "=")) {
    return Wrong("create_time is no single moment: give the span with >= and <");
  }
  const bool is_lower = term.sign.text.front() == '>';
  std::string& written = is_lower ? reading.from : reading.before;
  if (!written.empty()) {
    return Wrong(fmt::format("create_time has two {} bounds", is_lower ? "lower" : "upper"));
  }
  const std::optional<std::int64_t> ns = NsFromRfc3339(term.value.text);
  if (!ns) {
    return Wrong(
        fmt::format("'{}' is not a time with its offset and nine digits of a second at "
                    "most, such as \"2026-11-01T00:00:00Z\"",
                    Shown(term.value.text)));
  }
  written = term.value.text;
  if (is_lower) {
    reading.filter.create_from_ns = *ns + (IsWord(term.sign, ">") ? 1 : 0);
  } else {
    reading.filter.create_before_ns = *ns + (IsWord(term.sign, "<=") ? 1 : 0);
  }
  if (reading.filter.create_from_ns >= reading.filter.create_before_ns) {
    return Wrong(fmt::format(
        "no order can be between its times, '{}' and '{}'", reading.from, reading.before));
  }
  return Ok();
}

Status Apply(const Term& term, Reading& reading) {
  const auto& [field, sign, value] = term;
  OrderFilter& filter = reading.filter;
  if (field.text == "create_time") {
    return ApplyTime(term, reading);
  }
  if (field.text != "state" && field.text != "store" && field.text != "order_number") {
    return Wrong(fmt::format("'{}' at place {} is not a field", Shown(field.text), field.place));
  }
  if (!IsWord(sign, "=")) {
    return Wrong(fmt::format(
        "'{}' at place {} cannot be compared with {}", field.text, field.place, sign.text));
  }
  if (field.text == "state") {
    if (!filter.states.empty()) {
      return GivenTwice(field);
    }
    SB_TRY(const OrderState state, ParseOrderStateName(value.text));
    filter.states.push_back(state);
    return Ok();
  }
  if (field.text == "store") {
    if (filter.store) {
      return GivenTwice(field);
    }
    SB_TRY(filter.store, ParseStoreName(value.text));
    return Ok();
  }
  if (!filter.order_number.empty()) {
    return GivenTwice(field);
  }
  if (value.text.empty()) {
    return Wrong("order_number is empty");
  }
  filter.order_number = value.text;
  return Ok();
}

// Reads a term at `at`, and the AND after it.
Status ReadTerm(const std::vector<Token>& tokens, std::size_t& at, Reading& reading) {
  const Token& field = tokens[at];
  if (field.is_quoted || IsOperator(field)) {
    return Wrong(fmt::format("'{}' at place {} is not a field", Shown(field.text), field.place));
  }
  if (at + 2 >= tokens.size() || !IsOperator(tokens[at + 1]) || IsOperator(tokens[at + 2])) {
    return Wrong(fmt::format("'{}' at place {} is not followed by a sign such as '=' and a value",
                             Shown(field.text),
                             field.place));
  }
  const Term term{.field = field, .sign = tokens[at + 1], .value = tokens[at + 2]};
  if (const Status applied = Apply(term, reading); !applied) {
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
  Reading reading;
  for (std::size_t at = 0; at < tokens.size();) {
    SB_CHECK(ReadTerm(tokens, at, reading));
  }
  OrderFilter result = std::move(reading.filter);
  if (result.states.empty()) {
    std::copy_if(kOrderStates.begin(),
                 kOrderStates.end(),
                 std::back_inserter(result.states),
                 [](OrderState state) { return state != OrderState::kAwaitingPayment; });
  }
  return result;
}

}  // namespace storebridge::domain
