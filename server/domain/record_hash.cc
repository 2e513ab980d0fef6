#include "domain/record_hash.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include "core/wire_fields.h"
#include "domain/stable_hash.h"
#include "domain/timestamp.h"

namespace storebridge::domain {
namespace {

using google::protobuf::internal::WireFormatLite;
namespace io = google::protobuf::io;

// A message's bytes, the same for the same message.
class Serialized {
 public:
  explicit Serialized(const google::protobuf::MessageLite& message)
      : size_(message.ByteSizeLong()), bytes_(std::make_unique_for_overwrite<char[]>(size_)) {
    io::ArrayOutputStream stream(bytes_.get(), static_cast<int>(size_));
    io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeWithCachedSizes(&coded);
  }
  [[nodiscard]] std::string_view bytes() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

using Numbers = std::initializer_list<int>;

struct Edited {
  std::string bytes;
  // False where bytes are no field: what follows them is there as it was.
  bool is_whole = false;
};

// The bytes of a message in which `replace(field, kept)` adds what stands for each of its own
// fields with one of these numbers. A copy of the message to change them in would be what a page of
// records spends most on.
template <typename Replace>
Edited BytesWith(std::string_view bytes, Numbers numbers, const Replace& replace) {
  std::string kept;
  kept.reserve(bytes.size());
  const char* from = bytes.data();
  WireFields fields(bytes);
  for (WireField field; fields.Next(field);) {
    if (std::find(numbers.begin(), numbers.end(), field.number) != numbers.end()) {
      kept.append(from, field.whole.data());
      from = field.whole.data() + field.whole.size();
      replace(field, kept);
    }
  }
  kept.append(from, bytes.data() + bytes.size());
  return {.bytes = std::move(kept), .is_whole = fields.is_at_end()};
}

Edited BytesWithout(std::string_view bytes, Numbers numbers) {
  return BytesWith(bytes, numbers, [](const WireField& /*field*/, std::string& /*kept*/) {});
}

std::uint64_t HashWithout(std::string_view bytes, Numbers numbers) {
  return StableHash(BytesWithout(bytes, numbers).bytes);
}

// What of an observation its record does not depend on.
constexpr Numbers kNotOfOrder = {connector::v1::Order::kModifiedMsFieldNumber};
constexpr Numbers kNotOfProduct = {connector::v1::Product::kModifiedMsFieldNumber,
                                   connector::v1::Product::kStockQuantityFieldNumber};

// The hashes of what is in an effect's bytes.
class EffectHashes {
 public:
  explicit EffectHashes(std::string_view effect) {
    using connector::v1::Call;
    using connector::v1::Effect;
    using connector::v1::Emit;
    ForEachOf(effect, Effect::kCallsFieldNumber, [&](std::string_view call) {
      ForEachOf(call, Call::kEmitFieldNumber, [&](std::string_view emit) {
        ForEachOf(emit, Emit::kOrdersFieldNumber, [&](std::string_view order) {
          Add(order, kNotOfOrder, hashes_.orders);
        });
        ForEachOf(emit, Emit::kProductsFieldNumber, [&](std::string_view product) {
          Add(product, kNotOfProduct, hashes_.products);
        });
      });
    });
  }

  // None when some bytes are no field: a message may have been read from them all the same.
  ContentHashes Take() { return is_whole_ ? std::move(hashes_) : ContentHashes(); }

 private:
  // Calls `see(contents)` for each text, list or message in a message that has this number.
  template <typename See>
  void ForEachOf(std::string_view bytes, int number, const See& see) {
    WireFields fields(bytes);
    for (WireField field; fields.Next(field);) {
      if (field.number == number && field.kind == WireField::Kind::kContents) {
        see(field.contents);
      }
    }
    is_whole_ = is_whole_ && fields.is_at_end();
  }

  void Add(std::string_view record, Numbers numbers, std::vector<std::uint64_t>& hashes) {
    const Edited edited = BytesWithout(record, numbers);
    is_whole_ = is_whole_ && edited.is_whole;
    hashes.push_back(StableHash(edited.bytes));
  }

  ContentHashes hashes_;
  bool is_whole_ = true;
};

// Where the bytes have more than was read, as when an Emit of a call was replaced by what follows
// in it, or could not be told apart, the records are hashed anew.
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

// Adds a product's listing, as a field of it, without the time at which the store changed it.
void AppendWithoutTime(std::string_view listing, std::string& to) {
  constexpr std::uint32_t kTag = WireFormatLite::MakeTag(v1::Product::kListingsFieldNumber,
                                                         WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  const std::string kept =
      BytesWithout(listing, {v1::ProductListing::kStoreUpdateTimeFieldNumber}).bytes;
  std::array<std::uint8_t, 10> head{};  // Two numbers of 32 bits.
  std::uint8_t* end = io::CodedOutputStream::WriteTagToArray(kTag, head.data());
  end = io::CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(kept.size()), end);
  to.append(head.data(), end);
  to += kept;
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
  const Serialized whole(order);
  return fmt::format("{:016x}",
                     HashWithout(whole.bytes(),
                                 {v1::Order::kEtagFieldNumber,
                                  v1::Order::kUpdateTimeFieldNumber,
                                  v1::Order::kStoreUpdateTimeFieldNumber}));
}

std::string EtagOf(const v1::Product& product) {
  const Serialized whole(product);
  const Edited kept = BytesWith(whole.bytes(),
                                {v1::Product::kListingsFieldNumber,
                                 v1::Product::kEtagFieldNumber,
                                 v1::Product::kUpdateTimeFieldNumber},
                                [](const WireField& field, std::string& to) {
                                  if (field.number == v1::Product::kListingsFieldNumber) {
                                    AppendWithoutTime(field.contents, to);
                                  }
                                });
  return fmt::format("{:016x}", StableHash(kept.bytes));
}

bool Stamp(v1::Order& order, std::int64_t now_ms) {
  return StampRecord(order, now_ms);
}

bool Stamp(v1::Product& product, std::int64_t now_ms) {
  return StampRecord(product, now_ms);
}

std::uint64_t ContentHash(const connector::v1::Order& seen) {
  return HashWithout(Serialized(seen).bytes(), kNotOfOrder);
}

std::uint64_t ContentHash(const connector::v1::Product& seen) {
  return HashWithout(Serialized(seen).bytes(), kNotOfProduct);
}

ContentHashes ContentHashesOf(std::string_view effect_bytes, const connector::v1::Emit& emit) {
  ContentHashes hashes = EffectHashes(effect_bytes).Take();
  Complete(hashes.orders, emit.orders());
  Complete(hashes.products, emit.products());
  return hashes;
}

}  // namespace storebridge::domain
