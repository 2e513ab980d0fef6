#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message_lite.h>

#include "adapters/storage/connection.h"
#include "core/result.h"
#include "core/wire_fields.h"

namespace storebridge::storage {

// The most rows that one call gives.
inline constexpr int kPageMax = 1000;

// After every id: those are ASCII letters, digits and hyphens.
inline constexpr std::string_view kAfterAll = "\x7f";

// A message as bytes: the same message gives the same bytes.
inline std::string ToDocument(const google::protobuf::MessageLite& message) {
  std::string bytes;
  bytes.reserve(message.ByteSizeLong());
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeWithCachedSizes(&coded);
  }
  return bytes;
}

inline Error DamagedDocument(const std::string& type) {
  return Error{.code = Code::kInternal,
               .reason = "DATABASE_DAMAGED",
               .message = fmt::format(
                   "a stored {} cannot be read: stop the server and restore a backup", type),
               .facts = {{"type", type}}};
}

// Reads back what ToDocument made.
template <typename Message>
Result<Message> FromDocument(std::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return DamagedDocument(message.GetTypeName());
  }
  return message;
}

// Whether fields follow each other to the end, as in every document.
inline bool HasWholeFields(std::string_view bytes) {
  WireFields fields(bytes);
  for (WireField field; fields.Next(field);) {
  }
  return !bytes.empty() && fields.is_at_end();
}

inline Error NoDocument(std::string_view reason, std::string_view name) {
  return Error{.code = Code::kNotFound,
               .reason = std::string(reason),
               .message = fmt::format("'{}' does not exist", name),
               .facts = {{"name", std::string(name)}}};
}

// Reads the first column of the only row.
template <typename Message>
Result<Message> GetDocument(Query& query, std::string_view reason, std::string_view name) {
  SB_TRY(const bool found, query.Step());
  if (!found) {
    return NoDocument(reason, name);
  }
  return FromDocument<Message>(query.Bytes(0));
}

// Reads the first column of all rows.
template <typename Message>
Result<std::vector<Message>> GetDocuments(Query& query) {
  std::vector<Message> messages;
  while (true) {
    SB_TRY(const bool more, query.Step());
    if (!more) {
      return messages;
    }
    SB_TRY(Message message, FromDocument<Message>(query.Bytes(0)));
    messages.push_back(std::move(message));
  }
}

// Reads one row per element with `read(query)`.
template <typename Read>
auto GetRows(Query& query, Read read) -> Result<std::vector<decltype(read(query))>> {
  std::vector<decltype(read(query))> rows;
  while (true) {
    SB_TRY(const bool more, query.Step());
    if (!more) {
      return rows;
    }
    rows.push_back(read(query));
  }
}

inline Status CheckLimit(int limit) {
  if (limit >= 1 && limit <= kPageMax) {
    return Ok();
  }
  return Error{
      .code = Code::kInvalidArgument,
      .reason = "PAGE_SIZE",
      .message = fmt::format("{} rows cannot be listed at once: ask for 1 to {}", limit, kPageMax),
      .facts = {{"limit", std::to_string(limit)}}};
}

// A record's name must lie in the merchant it is put under.
inline Status CheckMerchant(std::string_view merchant,
                            std::string_view in_name,
                            std::string_view name) {
  if (merchant == in_name) {
    return Ok();
  }
  return Error{.code = Code::kInvalidArgument,
               .reason = "RESOURCE_NAME",
               .message = fmt::format("'{}' does not belong to merchant '{}'", name, merchant),
               .facts = {{"name", std::string(name)}, {"merchant", std::string(merchant)}}};
}

}  // namespace storebridge::storage
