#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "storebridge/sdk/json.h"
#include "storebridge/sdk/records.h"
#include "storebridge/sdk/task.h"

namespace storebridge::sdk {

// Where a record has its id and its name for people, for the issue when it cannot be read.
class RecordKeys {
 public:
  RecordKeys() = default;
  // `source` says which list it is and which part of it, such as `records 101 to 200 of /orders`: a
  // record whose id cannot be read can only be found by its place.
  RecordKeys(std::string_view id, std::string_view label, std::string source = {})
      : id_(id), label_(label), source_(std::move(source)) {}
  [[nodiscard]] std::string_view id() const { return id_; }
  [[nodiscard]] std::string_view label() const { return label_; }
  [[nodiscard]] const std::string& source() const { return source_; }

 private:
  std::string_view id_ = "id";
  std::string_view label_ = {};
  std::string source_;
};

// A member of a row as text, where nothing may stop the others, such as for a mark; empty where the
// row is no object or has no such text or number.
std::string TextIn(const Json& row, std::string_view key);
// That of a time, as milliseconds; 0 where there is none that can be read.
std::int64_t TimeIn(const Json& row, std::string_view key);

// What could be read, and what could not. `co_yield std::move(page);` sends both.
template <typename Record>
struct Page {
  // Not an aggregate: GCC 12 destroys those twice in some co_await expressions.
  Page() = default;

  std::vector<Record> records;
  std::vector<BadRecord> bad;
};

namespace internal {

// Makes the issue of a record that could not be read. One whose id cannot be read either has no
// external_id, and its place in the message.
BadRecord MakeBad(const Json& json,
                  std::string_view message,
                  bool is_order,
                  const RecordKeys& keys);

template <typename T>
struct RecordOf {
  using type = T;
};
template <typename T>
struct RecordOf<std::optional<T>> {
  using type = T;
};
template <typename T>
struct RecordOf<std::vector<T>> {
  using type = T;
};

template <typename Record>
void Append(std::vector<Record>* records, std::type_identity_t<Record>&& record) {
  records->push_back(std::move(record));
}
template <typename Record>
void Append(std::vector<Record>* records, std::optional<Record>&& record) {
  if (record) {
    records->push_back(*std::move(record));
  }
}
template <typename Record>
void Append(std::vector<Record>* records, std::vector<Record>&& more) {
  for (Record& record : more) {
    records->push_back(std::move(record));
  }
}

// Adds what `fn(json)` gives to a page; what it throws as a BadRecord.
template <typename Record, typename Fn>
void ReadInto(Page<Record>* page, const Json& json, Fn& fn, const RecordKeys& keys) {
  constexpr bool kIsOrder = std::is_same_v<Record, Order>;
  static_assert(kIsOrder || std::is_same_v<Record, Product>, "fn gives Order or Product");
  try {
    auto made = fn(json);
    Append(&page->records, std::move(made));
  } catch (const Failure& failure) {
    if (failure.code() == Code::kConfig) {
      throw;
    }
    page->bad.push_back(MakeBad(json, failure.message(), kIsOrder, keys));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    page->bad.push_back(MakeBad(json, error.what(), kIsOrder, keys));
  }
}

}  // namespace internal

// What `co_yield page` does.
template <typename Record>
Task<void> EmitPage(Page<Record> page) {
  for (Record& record : page.records) {
    co_yield std::move(record);
  }
  for (BadRecord& bad : page.bad) {
    co_yield std::move(bad);
  }
}

// Reads one record: `fn(json)` gives an Order or a Product, an optional or a vector of them. What
// it throws makes a BadRecord, except a Failure kConfig, which passes.
template <typename Fn>
auto ReadOne(const Json& json, Fn&& fn, const RecordKeys& keys = {}) {
  using Record = typename internal::RecordOf<std::remove_cvref_t<decltype(fn(json))>>::type;
  Page<Record> page;
  internal::ReadInto(&page, json, fn, keys);
  return page;
}

// Reads each element of an array as ReadOne: one that cannot be read does not stop the others.
template <typename Fn>
auto ReadEach(const Json& array, Fn&& fn, RecordKeys keys = {}, Where where = Where::current()) {
  using Record = typename internal::RecordOf<std::remove_cvref_t<decltype(fn(array))>>::type;
  Page<Record> all;
  const std::vector<Json> items = array.Items(where);
  all.records.reserve(std::min<std::size_t>(items.size(), kBatchRecords));
  for (const Json& json : items) {
    internal::ReadInto(&all, json, fn, keys);
  }
  return all;
}

}  // namespace storebridge::sdk
