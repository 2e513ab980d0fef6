#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storebridge/sdk/failure.h"
#include "storebridge/sdk/money.h"

namespace storebridge::sdk {

inline constexpr std::size_t kJsonBytesMax = std::size_t{32} << 20;
inline constexpr std::size_t kJsonDepthMax = 128;

// A line of the connector; named in messages. As std::source_location, which clang before 16 lacks.
class Where {
 public:
  static constexpr Where current(const char* file = __builtin_FILE(),
                                 unsigned line = __builtin_LINE()) {
    return Where(file, line);
  }
  [[nodiscard]] constexpr const char* file_name() const { return file_; }
  [[nodiscard]] constexpr unsigned line() const { return line_; }

 private:
  constexpr Where(const char* file, unsigned line) : file_(file), line_(line) {}

  const char* file_;
  unsigned line_;
};

// A value in a JSON text. Cheap to copy; keeps its text alive. What does not fit throws a Failure
// that names the place, what is there and the line of the connector, such as
// `$.line_items[1].quantity is the string "two", expected an integer (woocommerce.cc:88)`.
// Its code is kPermanent, or kConfig with config_path for settings.
class Json {
 public:
  class Iterator;
  class Document;

  // What the text is, for the failures.
  enum class Source { kStore, kConfig };

  // A null.
  Json();

  // Reads a JSON text. Invalid UTF-8, lone surrogates and numbers past 64 bits are kept readable
  // (U+FFFD, text). Throws Failure kTransient for HTML, an empty or a truncated text, kPermanent
  // for other text, kLimit past kJsonBytesMax or kJsonDepthMax; `what` begins the message, such as
  // `GET /orders`.
  static Json Parse(std::string_view text,
                    std::string_view what = "the text",
                    Source source = Source::kStore);

  // Returns the member; it must be there, but may be null.
  [[nodiscard]] Json At(std::string_view key, Where where = Where::current()) const;
  // Returns the element.
  [[nodiscard]] Json At(std::size_t index, Where where = Where::current()) const;
  // Returns the member, or nothing when it is absent or null.
  [[nodiscard]] std::optional<Json> Find(std::string_view key,
                                         Where where = Where::current()) const;

  [[nodiscard]] bool IsNull() const;
  [[nodiscard]] bool IsString() const;
  [[nodiscard]] bool IsNumber() const;
  [[nodiscard]] bool IsObject() const;
  [[nodiscard]] bool IsArray() const;

  // Returns a string; NUL becomes U+FFFD.
  [[nodiscard]] std::string Text(Where where = Where::current()) const;
  // Returns a string that is not empty, or an integer as text: a store's id.
  [[nodiscard]] std::string Id(Where where = Where::current()) const;
  // Returns an integer, also from `3.0` and `"3"`.
  [[nodiscard]] std::int64_t Int(Where where = Where::current()) const;
  [[nodiscard]] bool Bool(Where where = Where::current()) const;
  // Returns an amount from a number or from text such as "12.50".
  [[nodiscard]] Money Amount(std::string_view currency_code, Where where = Where::current()) const;
  // Returns a time as milliseconds since 1970; without an offset it is UTC.
  [[nodiscard]] std::int64_t TimeMs(Where where = Where::current()) const;
  // Returns text that differs when the number or text differs: `12.5`, `true`, `abc`.
  [[nodiscard]] std::string Scalar(Where where = Where::current()) const;

  // As At(key) and a getter, but absent and null give the empty value.
  [[nodiscard]] std::string OptionalText(std::string_view key,
                                         Where where = Where::current()) const;
  [[nodiscard]] std::string OptionalId(std::string_view key, Where where = Where::current()) const;
  [[nodiscard]] std::optional<std::int64_t> OptionalInt(std::string_view key,
                                                        Where where = Where::current()) const;
  [[nodiscard]] std::optional<bool> OptionalBool(std::string_view key,
                                                 Where where = Where::current()) const;
  // Also nothing for "".
  [[nodiscard]] std::optional<Money> OptionalAmount(std::string_view key,
                                                    std::string_view currency_code,
                                                    Where where = Where::current()) const;
  // 0 when absent, null or "".
  [[nodiscard]] std::int64_t OptionalTimeMs(std::string_view key,
                                            Where where = Where::current()) const;

  // Elements of an array, members of an object, otherwise 0.
  [[nodiscard]] std::size_t size() const;
  // Elements of an array: `for (const Json& line : order.At("line_items").Items())`.
  [[nodiscard]] std::vector<Json> Items(Where where = Where::current()) const;
  // As Items of that member, but none when it is absent or null.
  [[nodiscard]] std::vector<Json> OptionalItems(std::string_view key,
                                                Where where = Where::current()) const;
  // Members of an object, in their order.
  [[nodiscard]] std::vector<std::pair<std::string, Json>> Members(
      Where where = Where::current()) const;

  // Returns its place, such as `$.line_items[1]`.
  [[nodiscard]] std::string Path() const;
  // Makes the Failure that the getters throw: `PATH is VALUE, expected EXPECTED (file:line)`.
  [[nodiscard]] Failure Unexpected(std::string_view expected, Where where = Where::current()) const;
  // Makes such a Failure in one's own words: `PATH: PROBLEM (file:line)`.
  [[nodiscard]] Failure Bad(std::string_view problem, Where where = Where::current()) const;
  // Writes the value as JSON, cut after `limit` bytes.
  [[nodiscard]] std::string Dump(std::size_t limit = 2000) const;

 private:
  // A place on simdjson's tape, without its header.
  struct Node {
    const void* document = nullptr;
    std::size_t index = 0;
  };

  Json(std::shared_ptr<const Document> document, Node node);
  // As Find, but without keeping the text alive: for the length of a call.
  [[nodiscard]] std::optional<Json> Borrow(std::string_view key, Where where) const;
  [[nodiscard]] bool IsEmptyText() const;
  [[nodiscard]] Failure MakeFailure(std::string_view message, Where where) const;
  [[nodiscard]] std::string Describe() const;

  std::shared_ptr<const Document> document_;
  Node node_;
};

}  // namespace storebridge::sdk
