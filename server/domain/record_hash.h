#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storebridge/connector/v1/connector.pb.h"
#include "storebridge/v1/order.pb.h"
#include "storebridge/v1/product.pb.h"

// Hashes that are kept on disk: of the same bytes they are the same on every machine and in every
// version.
namespace storebridge::domain {

// Etag of a record: hexadecimal hash of it without etag, update_time and the times at which stores
// changed it.
std::string EtagOf(const v1::Order& order);
std::string EtagOf(const v1::Product& product);

// Gives a record its etag, and a new update_time when the etag moved. Returns whether it moved:
// whether there is anything to write. Call it after every change of a record.
bool Stamp(v1::Order& order, std::int64_t now_ms);
bool Stamp(v1::Product& product, std::int64_t now_ms);

// Hash of an observation, without modified_ms; of a product also without stock_quantity: what the
// record does not depend on.
std::uint64_t ContentHash(const connector::v1::Order& seen);
std::uint64_t ContentHash(const connector::v1::Product& seen);

// The hashes of an Emit's records, each in the place of its record.
struct ContentHashes {
  std::vector<std::uint64_t> orders;
  std::vector<std::uint64_t> products;
};

// Of the Emit of an effect, `emit`, from the effect's bytes: a page of records need not be written
// again to be hashed. They are those of ContentHash where the connector writes fields in the order
// of their numbers, as the Protobuf libraries do. connector.proto asks for one order each time: the
// hash of a record that is written in another one is another.
ContentHashes ContentHashesOf(std::string_view effect_bytes, const connector::v1::Emit& emit);

}  // namespace storebridge::domain
