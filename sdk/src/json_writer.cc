#include "storebridge/sdk/json_writer.h"

#include "storebridge/sdk/failure.h"
#include "storebridge/sdk/text.h"

namespace storebridge::sdk {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void AppendEscaped(std::string_view text, std::string* out) {
  *out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      *out += '\\';
      *out += c;
    } else if (c == '\n') {
      *out += "\\n";
    } else if (c == '\r') {
      *out += "\\r";
    } else if (c == '\t') {
      *out += "\\t";
    } else if (byte < 0x20) {
      *out += "\\u00";
      *out += kHexDigits[byte >> 4];
      *out += kHexDigits[byte & 15];
    } else {
      *out += c;
    }
  }
  *out += '"';
}

[[noreturn]] void Misused(std::string_view how) {
  throw Failure(Code::kConnectorBug, "JsonWriter: " + std::string(how));
}

}  // namespace

void JsonWriter::BeforeValue() {
  if (levels_.empty()) {
    if (!text_.empty()) {
      Misused("a second value after the end");
    }
    return;
  }
  Level& level = levels_.back();
  if (level.is_object) {
    if (!level.has_key) {
      Misused("a value in an object without Key()");
    }
    level.has_key = false;
    return;
  }
  if (!level.is_empty) {
    text_ += ',';
  }
  level.is_empty = false;
}

JsonWriter& JsonWriter::Object() {
  BeforeValue();
  text_ += '{';
  levels_.push_back(Level{.is_object = true});
  return *this;
}

JsonWriter& JsonWriter::Array() {
  BeforeValue();
  text_ += '[';
  levels_.push_back(Level{});
  return *this;
}

JsonWriter& JsonWriter::End() {
  if (levels_.empty() || levels_.back().has_key) {
    Misused("End() without Object() or Array(), or after Key()");
  }
  text_ += levels_.back().is_object ? '}' : ']';
  levels_.pop_back();
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  if (levels_.empty() || !levels_.back().is_object || levels_.back().has_key) {
    Misused("Key() outside of an object, or twice");
  }
  Level& level = levels_.back();
  if (!level.is_empty) {
    text_ += ',';
  }
  level.is_empty = false;
  level.has_key = true;
  AppendEscaped(CleanText(key), &text_);
  text_ += ':';
  return *this;
}

JsonWriter& JsonWriter::Value(std::string_view value) {
  BeforeValue();
  AppendEscaped(CleanText(value), &text_);
  return *this;
}

JsonWriter& JsonWriter::Raw(std::string_view json) {
  BeforeValue();
  text_ += json;
  return *this;
}

const std::string& JsonWriter::Text() const {
  if (!levels_.empty() || text_.empty()) {
    Misused("Text() before everything has ended");
  }
  return text_;
}

}  // namespace storebridge::sdk
