#include "domain/record_hash.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

std::uint64_t HashWithout(std::string_view bytes, std::initializer_list<int> fields) {
  return StableHash(BytesWithout(bytes, fields));
}

// What is in a field of a message, text or bytes; empty for a number.
std::string_view ContentsOf(std::string_view field) {
  io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(field.data()),
                          static_cast<int>(field.size()));
  std::uint32_t length = 0;
  if (WireFormatLite::GetTagWireType(in.ReadTag()) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED ||
      !in.ReadVarint32(&length)) {
    return {};
  }
  return field.substr(static_cast<std::size_t>(in.CurrentPosition()));
}

// What of an observation its record does not depend on.
constexpr std::initializer_list<int> kNotOfOrder = {connector::v1::Order::kModifiedMsFieldNumber};
constexpr std::initializer_list<int> kNotOfProduct = {
    connector::v1::Product::kModifiedMsFieldNumber,
    connector::v1::Product::kStockQuantityFieldNumber};

// Calls `see(number, contents)` for each field of the Emits in an effect.
template <typename See>
void ForEachFieldOfEmits(std::string_view effect, const See& see) {
  ForEachField(effect, [&](int number, std::string_view call) {
    if (number != connector::v1::Effect::kCallsFieldNumber) {
      return;
    }
    ForEachField(ContentsOf(call), [&](int kind, std::string_view emit) {
      if (kind == connector::v1::Call::kEmitFieldNumber) {
        ForEachField(ContentsOf(emit), [&](int records, std::string_view record) {
          see(records, ContentsOf(record));
        });
      }
    });
  });
}

// Where the bytes have more than was read, as when an Emit of a call was replaced by what follows
// in it, the records are hashed anew.
template <typename Record>
void Complete(std::vector<std::uint64_t>& hashes,
              const google::protobuf::RepeatedPtrField<Record>& records) {
  if (hashes.size() == static_cast<std::size_t>(records.size())) {
    return;
  }
  hashes.clear();
  for (const Record& record : records) {
    hashes.push_back(ContentHash(record));
  }
}

// A listing, as a field of its product, without the time at which the store changed it.
std::string ListingWithoutTime(std::string_view field) {
  io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(field.data()),
                          static_cast<int>(field.size()));
  const std::uint32_t tag = in.ReadTag();
  const std::string listing =
      BytesWithout(ContentsOf(field), {v1::ProductListing::kStoreUpdateTimeFieldNumber});
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
                     HashWithout(Serialized(order),
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
  return HashWithout(Serialized(seen), kNotOfOrder);
}

std::uint64_t ContentHash(const connector::v1::Product& seen) {
  return HashWithout(Serialized(seen), kNotOfProduct);
}

ContentHashes ContentHashesOf(std::string_view effect_bytes, const connector::v1::Emit& emit) {
  ContentHashes hashes;
  ForEachFieldOfEmits(effect_bytes, [&](int records, std::string_view record) {
    if (records == connector::v1::Emit::kOrdersFieldNumber) {
      hashes.orders.push_back(HashWithout(record, kNotOfOrder));
    } else if (records == connector::v1::Emit::kProductsFieldNumber) {
      hashes.products.push_back(HashWithout(record, kNotOfProduct));
    }
  });
  Complete(hashes.orders, emit.orders());
  Complete(hashes.products, emit.products());
  return hashes;
}

}  // namespace storebridge::domain
