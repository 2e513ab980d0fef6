#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/result.h"
#include "engine/refs.h"
#include "ports/storage.h"

namespace storebridge::engine {

// The answer that a RequestKey was given; none when it is new or empty. kInvalidArgument, reason
// REQUEST_ID_REUSED, when its id was used for another request.
template <typename T>
Result<std::optional<T>> AnswerOf(const ports::ReadTx& tx,
                                  const std::string& merchant,
                                  const RequestKey& key) {
  if (key.id.empty()) {
    return std::optional<T>();
  }
  SB_TRY(const std::optional<ports::KeptAnswer> kept, tx.requests().Find(merchant, key.id));
  if (!kept) {
    return std::optional<T>();
  }
  if (kept->request_hash != key.hash) {
    return Error{
        .code = Code::kInvalidArgument,
        .reason = "REQUEST_ID_REUSED",
        .message = fmt::format(
            "request_id '{}' was used for another request within 24 hours; use a new one", key.id),
        .facts = {{"request_id", key.id}}};
  }
  std::optional<T> answer(std::in_place);
  answer->ParseFromString(kept->answer);
  return answer;
}

// Runs `work` as one transaction and hands its answer to `done`. A repeated RequestKey gives the
// first answer instead; the same id with another hash is refused. `T` is a protobuf message.
template <typename T>
void Transact(ports::Storage& storage,
              std::string merchant,
              RequestKey key,
              std::function<Result<T>(ports::Tx&)> work,
              std::function<void(Result<T>)> done) {
  auto answer = std::make_shared<T>();
  storage.Submit(
      [merchant = std::move(merchant), key = std::move(key), work = std::move(work), answer](
          ports::Tx& tx) -> Status {
        answer->Clear();
        SB_TRY(std::optional<T> given, AnswerOf<T>(tx, merchant, key));
        if (given) {
          *answer = std::move(*given);
          return Ok();
        }
        SB_TRY(*answer, work(tx));
        if (!key.id.empty()) {
          SB_CHECK(tx.requests().Put(
              merchant, key.id, {.request_hash = key.hash, .answer = answer->SerializeAsString()}));
        }
        return Ok();
      },
      [answer, done = std::move(done)](const Status& status) {
        if (!status) {
          return done(status.error());
        }
        done(std::move(*answer));
      });
}

// kAborted when the caller names an etag and it is not `current`.
inline Status CheckEtag(const std::string& given,
                        const std::string& current,
                        const std::string& name) {
  if (given.empty() || given == current) {
    return Ok();
  }
  return Error{.code = Code::kAborted,
               .reason = "ETAG_STALE",
               .message = fmt::format("'{}' has changed since you read it; read it again, then "
                                      "repeat the call with its new etag",
                                      name),
               .facts = {{"name", name}, {"etag", given}}};
}

}  // namespace storebridge::engine
