#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storebridge/sdk/money.h"

namespace storebridge::sdk {

// Writes a JSON text:
//   JsonWriter w;
//   w.Object().Key("update").Array();
//   w.Object().Field("id", 7).Field("stock_quantity", level.quantity()).End();
//   w.End().End();
//   w.Text();
// Throws Failure kConnectorBug when it is used out of order. Text that is not UTF-8 is cleaned.
class JsonWriter {
 public:
  JsonWriter& Object();
  JsonWriter& Array();
  // Ends the innermost object or array.
  JsonWriter& End();
  JsonWriter& Key(std::string_view key);

  JsonWriter& Value(std::string_view value);
  JsonWriter& Value(const char* value) { return Value(std::string_view(value)); }
  JsonWriter& Value(const std::string& value) { return Value(std::string_view(value)); }
  JsonWriter& Value(std::same_as<bool> auto value) { return Raw(value ? "true" : "false"); }
  JsonWriter& Value(std::integral auto value) requires(!std::same_as<decltype(value), bool>) {
    return Raw(std::to_string(value));
  }
  // As text: "12.50".
  JsonWriter& Value(const Money& value) { return Value(FormatMoney(value)); }
  JsonWriter& Null() { return Raw("null"); }
  // Writes JSON that was made elsewhere.
  JsonWriter& Raw(std::string_view json);

  template <typename T>
  JsonWriter& Field(std::string_view key, const T& value) {
    return Key(key).Value(value);
  }

  // Returns the text; everything must have ended.
  [[nodiscard]] const std::string& Text() const;

 private:
  struct Level {
    bool is_object = false;
    bool is_empty = true;
    bool has_key = false;
  };

  void BeforeValue();

  std::string text_;
  std::vector<Level> levels_;
};

}  // namespace storebridge::sdk
