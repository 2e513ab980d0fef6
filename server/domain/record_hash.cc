#include "domain/record_hash.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include "domain/stable_hash.h"
#include "domain/timestamp.h"

namespace storebridge::domain {
namespace {

using google::protobuf::internal::WireFormatLite;
namespace io = google::protobuf::io;

std::string Serialized(const google::protobuf::MessageLite& message) {
  std::string bytes(message.ByteSizeLong(), '\0');
  io::ArrayOutputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeWithCachedSizes(&coded);
  return bytes;
}

// Calls `see(number, field)` for each field of a message's bytes; the field with its tag.
template <typename See>
void ForEachField(std::string_view bytes, const See& see) {
  io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                          static_cast<int>(bytes.size()));
  std::size_t begin = 0;
  std::uint32_t tag = in.ReadTag();
  while (tag != 0) {
    WireFormatLite::SkipField(&in, tag);
    const auto end = static_cast<std::size_t>(in.CurrentPosition());
    see(WireFormatLite::GetTagFieldNumber(tag), bytes.substr(begin, end - begin));
    begin = end;
    tag = in.ReadTag();
  }
}

// The bytes of a message without some of its own fields. A copy of the message to clear them in
// would be what a page of records spends most on.
std::string BytesWithout(std::string_view bytes, std::initializer_list<int> fields) {
  std::string kept;
  kept.reserve(bytes.size());
  const char* from = bytes.data();
  ForEachField(bytes, [&](int number, std::string_view field) {
    if (std::find(fields.begin(), fields.end(), number) != fields.end()) {
      kept.append(from, field.data());
      from = field.data() + field.size();
    }
  });
  kept.append(from, bytes.data() + bytes.size());
  return kept;
}

std::uint64_t HashWithout(const google::protobuf::MessageLite& message,
                          std::initializer_list<int> fields) {
  return StableHash(BytesWithout(Serialized(message), fields));
}

// A listing, as a field of its product, without the time at which the store changed it.
std::string ListingWithoutTime(std::string_view field) {
  io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(field.data()),
                          static_cast<int>(field.size()));
  const std::uint32_t tag = in.ReadTag();
  std::uint32_t length = 0;
  in.ReadVarint32(&length);
  const std::string listing =
      BytesWithout(field.substr(static_cast<std::size_t>(in.CurrentPosition())),
                   {v1::ProductListing::kStoreUpdateTimeFieldNumber});
  std::array<std::uint8_t, 10> head{};  // Two numbers of 32 bits.
  std::uint8_t* end = io::CodedOutputStream::WriteTagToArray(tag, head.data());
  end =
      io::CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(listing.size()), end);
  return std::string(head.data(), end) + listing;
}

template <typename Record>
bool StampRecord(Record& record, std::int64_t now_ms) {
  std::string etag = EtagOf(record);
  if (etag == record.etag()) {
    return false;
  }
  record.set_etag(std::move(etag));
  *record.mutable_update_time() = TimestampFromMs(now_ms);
  return true;
}

}  // namespace

std::string EtagOf(const v1::Order& order) {
  return fmt::format("{:016x}",
                     HashWithout(order,
                                 {v1::Order::kEtagFieldNumber,
                                  v1::Order::kUpdateTimeFieldNumber,
                                  v1::Order::kStoreUpdateTimeFieldNumber}));
}

std::string EtagOf(const v1::Product& product) {
  std::string kept;
  ForEachField(Serialized(product), [&](int number, std::string_view field) {
    if (number == v1::Product::kListingsFieldNumber) {
      kept += ListingWithoutTime(field);
    } else if (number != v1::Product::kEtagFieldNumber &&
               number != v1::Product::kUpdateTimeFieldNumber) {
      kept += field;
    }
  });
  return fmt::format("{:016x}", StableHash(kept));
}

bool Stamp(v1::Order& order, std::int64_t now_ms) {
  return StampRecord(order, now_ms);
}

bool Stamp(v1::Product& product, std::int64_t now_ms) {
  return StampRecord(product, now_ms);
}

std::uint64_t ContentHash(const connector::v1::Order& seen) {
  return HashWithout(seen, {connector::v1::Order::kModifiedMsFieldNumber});
}

std::uint64_t ContentHash(const connector::v1::Product& seen) {
  return HashWithout(seen,
                     {connector::v1::Product::kModifiedMsFieldNumber,
                      connector::v1::Product::kStockQuantityFieldNumber});
}

}  // namespace storebridge::domain
