#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <google/protobuf/repeated_field.h>

#include "core/result.h"
#include "domain/names.h"
#include "ports/storage.h"

namespace storebridge::api {

// Runs `work` on a snapshot, here and now, and gives what it gives.
template <typename T>
Result<T> ReadFrom(ports::Storage& storage,
                   const std::function<Result<T>(const ports::ReadTx&)>& work) {
  std::optional<T> value;
  SB_CHECK(storage.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(value, work(tx));
    return Ok();
  }));
  return std::move(*value);
}

// kNotFound when `merchant` is named and does not exist; empty stands for all.
inline Status CheckMerchant(const ports::ReadTx& tx, const std::string& merchant) {
  if (!merchant.empty()) {
    SB_CHECK(tx.merchants().Get(merchant));
  }
  return Ok();
}

// Puts a page into an answer.
template <typename Item>
void FillField(google::protobuf::RepeatedPtrField<Item>& field, std::vector<Item> items) {
  field.Reserve(static_cast<int>(items.size()));
  for (Item& item : items) {
    *field.Add() = std::move(item);
  }
}

}  // namespace storebridge::api
