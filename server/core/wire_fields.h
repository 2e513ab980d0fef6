#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// Protobuf's wire format (https://protobuf.dev/programming-guides/encoding), for who needs a few
// fields of many bytes and no message.
namespace storebridge {

struct WireField {
  int number = 0;
  enum class Kind {
    kNumber,    // Has a value: numbers and truth values.
    kFixed,     // Has contents, four or eight bytes.
    kContents,  // Has contents: texts, bytes, messages, lists of numbers.
  };
  Kind kind = Kind::kNumber;
  // 0 and empty where the kind has none.
  std::uint64_t value = 0;
  std::string_view contents = {};
  // The field with its tag.
  std::string_view whole = {};
};

// Takes fields off the front of bytes, which have to live as long as it and its fields do.
class WireFields {
 public:
  explicit WireFields(std::string_view bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  // False at the end, and where the bytes are no field. A group, which proto3 has not, is none, nor
  // is a tag of more than 32 bits: the library's parser takes both for fields that it does not
  // know.
  bool Next(WireField& field);
  // Whether all bytes were fields.
  [[nodiscard]] bool is_at_end() const { return at_ == end_; }

 private:
  bool ReadNumber(const char*& at, std::uint64_t& value) const;

  const char* at_;
  const char* end_;
};

inline bool WireFields::ReadNumber(const char*& at, std::uint64_t& value) const {
  constexpr unsigned kBitsMax = 63;
  value = 0;
  for (unsigned shift = 0; at != end_ && shift <= kBitsMax; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) {
      return true;
    }
  }
  return false;
}

inline bool WireFields::Next(WireField& field) {
  constexpr std::uint64_t kTagMax = 0xffffffff;
  const char* at = at_;
  std::uint64_t tag = 0;
  if (!ReadNumber(at, tag) || tag > kTagMax || tag < 8) {
    return false;
  }
  field.number = static_cast<int>(tag >> 3U);
  field.value = 0;
  std::uint64_t size = 0;
  bool is_read = true;
  switch (tag & 7U) {
    case 0:
      field.kind = WireField::Kind::kNumber;
      is_read = ReadNumber(at, field.value);
      break;
    case 1:
      field.kind = WireField::Kind::kFixed;
      size = 8;
      break;
    case 2:
      field.kind = WireField::Kind::kContents;
      is_read = ReadNumber(at, size);
      break;
    case 5:
      field.kind = WireField::Kind::kFixed;
      size = 4;
      break;
    default:
      is_read = false;
  }
  if (!is_read || size > static_cast<std::uint64_t>(end_ - at)) {
    return false;
  }
  field.contents = std::string_view(at, static_cast<std::size_t>(size));
  at += size;
  field.whole = std::string_view(at_, static_cast<std::size_t>(at - at_));
  at_ = at;
  return true;
}

}  // namespace storebridge
