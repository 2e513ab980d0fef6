#include "storebridge/sdk/json.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "json_document.h"
#include "storebridge/sdk/json_writer.h"
#include "storebridge/sdk/text.h"
#include "storebridge/sdk/time.h"

namespace storebridge::sdk {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t kShownText = 60;

struct Place {
  const void* document;
  std::size_t index;
};
static_assert(sizeof(element) == sizeof(Place) && std::is_trivially_copyable_v<element>);

template <typename Node>
element ElementOf(const Node& node) {
  return std::bit_cast<element>(Place{node.document, node.index});
}

// The value of an element that is known to be one. Not value_unsafe(): it refers into a temporary.
simdjson::dom::array ArrayOf(const element& e) {
  return e;
}

simdjson::dom::object ObjectOf(const element& e) {
  return e;
}

std::string_view StringOf(const element& e) {
  return e;
}

std::string_view BaseName(std::string_view file) {
  return file.substr(file.rfind('/') + 1);
}

std::string Suffix(Where where) {
  return " (" + std::string(BaseName(where.file_name())) + ":" + std::to_string(where.line()) + ")";
}

// Writes a double as the shortest decimal that means it, without an exponent.
std::string Decimal(double value) {
  std::array<char, 400> digits;
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  return error == std::errc() ? std::string(digits.data(), end) : std::string("0");
}

std::string ClipText(std::string_view text) {
  JsonWriter writer;
  writer.Value(HeadOf(text, kShownText));
  return writer.Text();
}

std::optional<std::int64_t> ParseInt(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::string Step(std::string_view key) {
  const bool is_plain = !key.empty() && key.find_first_not_of(
                                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789_-") == std::string_view::npos;
  return is_plain ? "." + std::string(key) : "[" + ClipText(key) + "]";
}

std::size_t IndexOf(const element& e) {
  return std::bit_cast<Place>(e).index;
}

// The child of `parent` in which the place `index` of the tape is, with its step; children are in
// the order of the tape.
std::optional<std::pair<element, std::string>> ChildWith(const element& parent, std::size_t index) {
  std::optional<std::pair<element, std::string>> found;
  if (parent.is_array()) {
    std::size_t n = 0;
    std::size_t at = 0;
    std::optional<element> last;
    for (const element child : ArrayOf(parent)) {
      if (IndexOf(child) > index) {
        break;
      }
      last = child;
      at = n++;
    }
    if (last) {
      found.emplace(*last, "[" + std::to_string(at) + "]");
    }
  } else if (parent.is_object()) {
    std::string_view key;
    std::optional<element> last;
    for (const auto& field : ObjectOf(parent)) {
      if (IndexOf(field.value) > index) {
        break;
      }
      last = field.value;
      key = field.key;
    }
    if (last) {
      found.emplace(*last, Step(key));
    }
  }
  return found;
}

}  // namespace

Json::Json() : Json(Parse("null")) {}

Json::Json(std::shared_ptr<const Document> document, Node node)
    : document_(std::move(document)), node_(node) {}

Json Json::Parse(std::string_view text, std::string_view what, Source source) {
  auto document = std::make_shared<Document>();
  document->source = source;
  internal::ParseDocument(text, what, &document->dom);
  const Place place = std::bit_cast<Place>(document->dom.root());
  return Json(std::move(document), Node{place.document, place.index});
}

std::string Json::Path() const {
  std::string path = "$";
  element at = document_->dom.root();
  while (IndexOf(at) != node_.index) {
    auto child = ChildWith(at, node_.index);
    if (!child) {
      break;
    }
    path += child->second;
    at = child->first;
  }
  return path;
}

Failure Json::MakeFailure(std::string_view message, Where where) const {
  const std::string path = Path();
  if (document_->source == Source::kConfig) {
    const std::string name = path.size() > 2 ? path.substr(2) : "";
    return Failure(Code::kConfig, "setting " + name + std::string(message)).ConfigPath(name);
  }
  return Failure(Code::kPermanent, path + std::string(message) + Suffix(where));
}

std::string Json::Describe() const {
  const element e = ElementOf(node_);
  switch (e.type()) {
    case element_type::ARRAY:
      return "a list";
    case element_type::OBJECT:
      return "an object";
    case element_type::STRING:
      return "the string " + ClipText(StringOf(e));
    case element_type::NULL_VALUE:
      return "null";
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
    case element_type::BOOL:
      break;
  }
  return Scalar();
}

Failure Json::Unexpected(std::string_view expected, Where where) const {
  return MakeFailure(" is " + Describe() + ", expected " + std::string(expected), where);
}

Failure Json::Bad(std::string_view problem, Where where) const {
  return MakeFailure(": " + std::string(problem), where);
}

Json Json::At(std::string_view key, Where where) const {
  const element e = ElementOf(node_);
  if (!e.is_object()) {
    throw Unexpected("an object with \"" + std::string(key) + "\"", where);
  }
  element child;
  if (e.at_key(key).get(child) == simdjson::SUCCESS) {
    const Place place = std::bit_cast<Place>(child);
    return Json(document_, Node{place.document, place.index});
  }
  if (document_->source == Source::kConfig) {
    const std::string parent = Path();
    const std::string name = (parent + Step(key)).substr(2);
    throw Failure(Code::kConfig, "setting " + name + " is missing").ConfigPath(name);
  }
  throw Failure(Code::kPermanent, Path() + Step(key) + " is missing" + Suffix(where));
}

Json Json::At(std::size_t index, Where where) const {
  const element e = ElementOf(node_);
  if (!e.is_array()) {
    throw Unexpected("a list", where);
  }
  element child;
  if (e.at(index).get(child) != simdjson::SUCCESS) {
    throw MakeFailure(
        " has " + std::to_string(size()) + " elements, expected more than " + std::to_string(index),
        where);
  }
  const Place place = std::bit_cast<Place>(child);
  return Json(document_, Node{place.document, place.index});
}

std::optional<Json> Json::Find(std::string_view key, Where where) const {
  std::optional<Json> found = Borrow(key, where);
  if (found) {
    found->document_ = document_;
  }
  return found;
}

std::optional<Json> Json::Borrow(std::string_view key, Where where) const {
  const element e = ElementOf(node_);
  if (!e.is_object()) {
    throw Unexpected("an object", where);
  }
  element child;
  if (e.at_key(key).get(child) != simdjson::SUCCESS || child.is_null()) {
    return std::nullopt;
  }
  const Place place = std::bit_cast<Place>(child);
  // A pointer that owns nothing: to count owners is a good part of what a short value costs.
  return Json(std::shared_ptr<const Document>(std::shared_ptr<const Document>(), document_.get()),
              Node{place.document, place.index});
}

bool Json::IsEmptyText() const {
  const element e = ElementOf(node_);
  return e.is_string() && StringOf(e).empty();
}

bool Json::IsNull() const {
  return ElementOf(node_).is_null();
}
bool Json::IsString() const {
  return ElementOf(node_).is_string();
}
bool Json::IsNumber() const {
  return ElementOf(node_).is_number();
}
bool Json::IsObject() const {
  return ElementOf(node_).is_object();
}
bool Json::IsArray() const {
  return ElementOf(node_).is_array();
}

std::string Json::Text(Where where) const {
  std::string_view text;
  if (ElementOf(node_).get_string().get(text) != simdjson::SUCCESS) {
    throw Unexpected("a string", where);
  }
  // simdjson has validated it as UTF-8.
  return text.find('\0') == std::string_view::npos ? std::string(text) : CleanText(text);
}

std::string Json::Id(Where where) const {
  const element e = ElementOf(node_);
  if (e.is_string() && !StringOf(e).empty()) {
    return Text(where);
  }
  if (e.is_int64() || e.is_uint64()) {
    return Scalar(where);
  }
  throw Unexpected("an id", where);
}

std::int64_t Json::Int(Where where) const {
  constexpr double kExact = 9007199254740992.0;
  const element e = ElementOf(node_);
  std::int64_t value = 0;
  double number = 0;
  if (e.is_int64() && e.get_int64().get(value) == simdjson::SUCCESS) {
    return value;
  }
  if (e.is_double() && e.get_double().get(number) == simdjson::SUCCESS &&
      std::fabs(number) <= kExact && std::trunc(number) == number) {
    return static_cast<std::int64_t>(number);
  }
  if (e.is_string()) {
    if (const auto parsed = ParseInt(StringOf(e))) {
      return *parsed;
    }
  }
  throw Unexpected("an integer", where);
}

bool Json::Bool(Where where) const {
  bool value = false;
  if (ElementOf(node_).get_bool().get(value) != simdjson::SUCCESS) {
    throw Unexpected("true or false", where);
  }
  return value;
}

Money Json::Amount(std::string_view currency_code, Where where) const {
  const element e = ElementOf(node_);
  if (e.is_string() || e.is_number()) {
    std::optional<Money> money = e.is_string() ? ParseMoney(StringOf(e), currency_code)
                                               : ParseMoney(Scalar(), currency_code);
    if (money) {
      return *std::move(money);
    }
  }
  throw Unexpected("an amount such as 12.50", where);
}

std::int64_t Json::TimeMs(Where where) const {
  const element e = ElementOf(node_);
  if (e.is_string()) {
    if (const auto ms = ParseTime(StringOf(e))) {
      return *ms;
    }
  }
  throw Unexpected("a time such as 2024-05-01T12:00:00Z", where);
}

std::string Json::Scalar(Where where) const {
  const element e = ElementOf(node_);
  switch (e.type()) {
    case element_type::STRING:
      return Text(where);
    case element_type::INT64:
      return std::to_string(std::int64_t{e});
    case element_type::UINT64:
      return std::to_string(std::uint64_t{e});
    case element_type::DOUBLE:
      return Decimal(double{e});
    case element_type::BOOL:
      return bool{e} ? "true" : "false";
    case element_type::NULL_VALUE:
      return "null";
    case element_type::ARRAY:
    case element_type::OBJECT:
      break;
  }
  throw Unexpected("a string, a number, true, false or null", where);
}

std::string Json::OptionalText(std::string_view key, Where where) const {
  const std::optional<Json> found = Borrow(key, where);
  return found ? found->Text(where) : std::string();
}

std::string Json::OptionalId(std::string_view key, Where where) const {
  const std::optional<Json> found = Borrow(key, where);
  if (!found || found->IsEmptyText()) {
    return {};
  }
  return found->Id(where);
}

std::optional<std::int64_t> Json::OptionalInt(std::string_view key, Where where) const {
  const std::optional<Json> found = Borrow(key, where);
  return found ? std::optional(found->Int(where)) : std::nullopt;
}

std::optional<bool> Json::OptionalBool(std::string_view key, Where where) const {
  const std::optional<Json> found = Borrow(key, where);
  return found ? std::optional(found->Bool(where)) : std::nullopt;
}

std::optional<Money> Json::OptionalAmount(std::string_view key,
                                          std::string_view currency_code,
                                          Where where) const {
  const std::optional<Json> found = Borrow(key, where);
  if (!found || found->IsEmptyText()) {
    return std::nullopt;
  }
  return found->Amount(currency_code, where);
}

std::int64_t Json::OptionalTimeMs(std::string_view key, Where where) const {
  const std::optional<Json> found = Borrow(key, where);
  if (!found || found->IsEmptyText()) {
    return 0;
  }
  return found->TimeMs(where);
}

std::size_t Json::size() const {
  const element e = ElementOf(node_);
  if (e.is_array()) {
    return ArrayOf(e).size();
  }
  return e.is_object() ? ObjectOf(e).size() : 0;
}

std::vector<Json> Json::Items(Where where) const {
  const element e = ElementOf(node_);
  if (!e.is_array()) {
    throw Unexpected("a list", where);
  }
  std::vector<Json> items;
  items.reserve(size());
  for (const element child : ArrayOf(e)) {
    const Place place = std::bit_cast<Place>(child);
    items.push_back(Json(document_, Node{place.document, place.index}));
  }
  return items;
}

std::vector<Json> Json::OptionalItems(std::string_view key, Where where) const {
  const std::optional<Json> found = Find(key, where);
  return found ? found->Items(where) : std::vector<Json>();
}

std::vector<std::pair<std::string, Json>> Json::Members(Where where) const {
  const element e = ElementOf(node_);
  if (!e.is_object()) {
    throw Unexpected("an object", where);
  }
  std::vector<std::pair<std::string, Json>> members;
  members.reserve(size());
  for (const auto& field : ObjectOf(e)) {
    const Place place = std::bit_cast<Place>(field.value);
    members.emplace_back(CleanText(field.key), Json(document_, Node{place.document, place.index}));
  }
  return members;
}

std::string Json::Dump(std::size_t limit) const {
  return HeadOf(CleanText(simdjson::minify(ElementOf(node_))), limit);
}

}  // namespace storebridge::sdk
