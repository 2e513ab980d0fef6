#include "domain/record_hash.h"

#include <algorithm>
#include <initializer_list>
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

// The hash of a message without some of its own fields. They are left out of its bytes: a copy of
// the message to clear them in would be what a page of orders spends most on.
std::uint64_t HashWithout(const google::protobuf::MessageLite& message,
                          std::initializer_list<int> fields) {
  std::string bytes = Serialized(message);
  io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                          static_cast<int>(bytes.size()));
  std::vector<std::pair<std::size_t, std::size_t>> gone;
  for (std::size_t begin = 0; const std::uint32_t tag = in.ReadTag();) {
    WireFormatLite::SkipField(&in, tag);
    const auto end = static_cast<std::size_t>(in.CurrentPosition());
    if (std::find(fields.begin(), fields.end(), WireFormatLite::GetTagFieldNumber(tag)) !=
        fields.end()) {
      gone.emplace_back(begin, end - begin);
    }
    begin = end;
  }
  for (auto range = gone.rbegin(); range != gone.rend(); ++range) {
    bytes.erase(range->first, range->second);
  }
  return StableHash(bytes);
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
  v1::Product copy = product;
  copy.clear_etag();
  copy.clear_update_time();
  for (v1::ProductListing& listing : *copy.mutable_listings()) {
    listing.clear_store_update_time();
  }
  return fmt::format("{:016x}", StableHash(Serialized(copy)));
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
