#include "api/change_service.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/page.h"
#include "api/reading.h"
#include "api/refused_stream.h"
#include "api/resume_token.h"
#include "api/unary_call.h"
#include "api/validate/refs.h"
#include "api/validate/text.h"
#include "domain/names.h"

namespace storebridge::api {
namespace {

// Refuses a place that the log does not reach back to, or not up to.
Status CheckPlace(std::int64_t after, const ports::ChangeLogEnds& log) {
  if (after < log.floor) {
    return ChangesForgotten(log.merchant, after);
  }
  if (after <= log.head) {
    return Ok();
  }
  return Error{.code = Code::kFailedPrecondition,
               .reason = "RESUME_TOKEN_AHEAD",
               .message = fmt::format(
                   "resume_token is of change {}, but the newest change of '{}' is {}: the data "
                   "was put back to an earlier state; watch without resume_token, then list "
                   "everything anew",
                   after,
                   domain::MerchantName(log.merchant),
                   log.head),
               .facts = {{"sequence", std::to_string(after)}, {"head", std::to_string(log.head)}}};
}

Result<ports::ChangeLogEnds> EndsOfExisting(const ports::ReadTx& tx, const std::string& merchant) {
  SB_CHECK(CheckMerchant(tx, merchant));
  return EndsOf(tx, merchant);
}

}  // namespace

ChangeService::ChangeService(ApiPorts ports, Watchers& watchers)
    : ports_(ports), watchers_(watchers), feed_(ports.engine) {}

grpc::ServerUnaryReactor* ChangeService::ListChanges(grpc::CallbackServerContext* context,
                                                     const v1::ListChangesRequest* request,
                                                     v1::ListChangesResponse* response) {
  return AnswerNow(ports_, "ChangeService.ListChanges", context, List(*request), response);
}

grpc::ServerWriteReactor<v1::WatchChangesResponse>* ChangeService::WatchChanges(
    grpc::CallbackServerContext* /*context*/, const v1::WatchChangesRequest* request) {
  Result<ChangePlaces> start = ReadStart(*request);
  if (!start) {
    return RefuseStream<v1::WatchChangesResponse>(
        ports_, "ChangeService.WatchChanges", start.error());
  }
  const auto stream =
      std::make_shared<ChangeStream>(ports_, watchers_, feed_.listeners(), std::move(*start));
  stream->Begin();
  return stream.get();
}

Result<v1::ListChangesResponse> ChangeService::List(const v1::ListChangesRequest& request) const {
  SB_TRY(const std::string merchant, domain::ParseMerchantName(request.parent()));
  SB_TRY(
      const Page page,
      ReadPage(
          {.method = "ListChanges", .parent = request.parent(), .filter = request.resume_token()},
          request.page_size(),
          request.page_token(),
          1));
  std::optional<std::int64_t> after;
  if (!request.page_token().empty()) {
    after = page.NumberAfter();
  } else if (!request.resume_token().empty()) {
    SB_TRY(after, ReadResumeToken(merchant, request.resume_token()));
  }
  return ReadFrom<v1::ListChangesResponse>(
      ports_.storage, [&](const ports::ReadTx& tx) -> Result<v1::ListChangesResponse> {
        SB_TRY(const ports::ChangeLogEnds log, EndsOfExisting(tx, merchant));
        const std::int64_t begin = after.value_or(log.floor);
        SB_CHECK(CheckPlace(begin, log));
        SB_TRY(std::vector<v1::Change> changes, tx.changes().List(merchant, begin, page.limit()));
        v1::ListChangesResponse response;
        response.set_next_page_token(
            CutPage(page, changes, [](const v1::Change& change) -> std::vector<std::string> {
              return {std::to_string(change.sequence())};
            }));
        response.set_resume_token(
            MakeResumeToken(merchant, changes.empty() ? begin : changes.back().sequence()));
        FillField(*response.mutable_changes(), std::move(changes));
        return response;
      });
}

Result<ChangePlaces> ChangeService::ReadStart(const v1::WatchChangesRequest& request) const {
  SB_TRY(const std::string merchant, ReadParent(request.parent()));
  if (merchant.empty()) {
    if (!request.resume_token().empty()) {
      return BadField("RESUME_TOKEN_FIELD",
                      "resume_token",
                      "resume_token is for one merchant: for merchants/- give the last token of "
                      "each merchant in resume_tokens");
    }
    SB_TRY(const auto known, ReadResumeTokens(request.resume_tokens()));
    return ChangePlaces::OfAll(known);
  }
  if (!request.resume_tokens().empty()) {
    return BadField("RESUME_TOKEN_FIELD",
                    "resume_tokens",
                    "resume_tokens is for merchants/-: for one merchant give its last token in "
                    "resume_token");
  }
  SB_TRY(const ports::ChangeLogEnds log,
         ReadFrom<ports::ChangeLogEnds>(ports_.storage, [&](const ports::ReadTx& tx) {
           return EndsOfExisting(tx, merchant);
         }));
  if (request.resume_token().empty()) {
    return ChangePlaces::OfOne(merchant, log.head);
  }
  SB_TRY(const std::int64_t after, ReadResumeToken(merchant, request.resume_token()));
  SB_CHECK(CheckPlace(after, log));
  return ChangePlaces::OfOne(merchant, after);
}

}  // namespace storebridge::api
