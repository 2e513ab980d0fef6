#include "domain/record_hash.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "domain/timestamp.h"

namespace storebridge::domain {
namespace {

constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325ULL;
constexpr std::uint64_t kFnvPrime = 0x100000001b3ULL;

// Spreads the low bits of FNV-1a over all 64 (the finisher of SplitMix64).
std::uint64_t Mix(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31U);
}

std::uint64_t HashOf(const google::protobuf::MessageLite& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&coded);
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

std::uint64_t StableHash(std::string_view bytes) {
  std::uint64_t hash = kFnvBasis;
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * kFnvPrime;
  }
  return Mix(hash);
}

std::string EtagOf(const v1::Order& order) {
  v1::Order copy = order;
  copy.clear_etag();
  copy.clear_update_time();
  copy.clear_store_update_time();
  return fmt::format("{:016x}", HashOf(copy));
}

std::string EtagOf(const v1::Product& product) {
  v1::Product copy = product;
  copy.clear_etag();
  copy.clear_update_time();
  for (v1::ProductListing& listing : *copy.mutable_listings()) {
    listing.clear_store_update_time();
  }
  return fmt::format("{:016x}", HashOf(copy));
}

bool Stamp(v1::Order& order, std::int64_t now_ms) {
  return StampRecord(order, now_ms);
}

bool Stamp(v1::Product& product, std::int64_t now_ms) {
  return StampRecord(product, now_ms);
}

std::uint64_t ContentHash(const connector::v1::Order& seen) {
  connector::v1::Order copy = seen;
  copy.clear_modified_ms();
  return HashOf(copy);
}

std::uint64_t ContentHash(const connector::v1::Product& seen) {
  connector::v1::Product copy = seen;
  copy.clear_modified_ms();
  copy.clear_stock_quantity();
  return HashOf(copy);
}

}  // namespace storebridge::domain
