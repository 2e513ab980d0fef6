#include "api/change_service.h"

#include <charconv>
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
#include "domain/names.h"

namespace storebridge::api {
namespace {

// Sequences of the newest change, and of the newest one that is not kept any more.
struct LogBounds {
  std::int64_t head = 0;
  std::int64_t floor = 0;
};

// Refuses a place that the log does not reach back to, or not up to.
Status CheckPlace(const std::string& merchant, std::int64_t after, const LogBounds& log) {
  if (after < log.floor) {
    return ChangesForgotten(merchant, after);
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
                   domain::MerchantName(merchant),
                   log.head),
               .facts = {{"sequence", std::to_string(after)}, {"head", std::to_string(log.head)}}};
}

Result<LogBounds> BoundsOf(const ports::ReadTx& tx, const std::string& merchant) {
  SB_CHECK(CheckMerchant(tx, merchant));
  LogBounds bounds;
  SB_TRY(bounds.head, tx.changes().Head(merchant));
  SB_TRY(bounds.floor, tx.changes().Floor(merchant));
  return bounds;
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
  Result<ChangeStream::Start> start = ReadStart(*request);
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
    const std::string& text = page.after[0];
    std::from_chars(text.data(), text.data() + text.size(), after.emplace(0));
  } else if (!request.resume_token().empty()) {
    SB_TRY(after, ReadResumeToken(merchant, request.resume_token()));
  }
  return ReadFrom<v1::ListChangesResponse>(
      ports_.storage, [&](const ports::ReadTx& tx) -> Result<v1::ListChangesResponse> {
        SB_TRY(const LogBounds log, BoundsOf(tx, merchant));
        const std::int64_t begin = after.value_or(log.floor);
        SB_CHECK(CheckPlace(merchant, begin, log));
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

Result<ChangeStream::Start> ChangeService::ReadStart(const v1::WatchChangesRequest& request) const {
  SB_TRY(std::string merchant, domain::ParseMerchantName(request.parent()));
  SB_TRY(const LogBounds log, ReadFrom<LogBounds>(ports_.storage, [&](const ports::ReadTx& tx) {
           return BoundsOf(tx, merchant);
         }));
  if (request.resume_token().empty()) {
    return ChangeStream::Start{.merchant = std::move(merchant), .after = log.head};
  }
  SB_TRY(const std::int64_t after, ReadResumeToken(merchant, request.resume_token()));
  SB_CHECK(CheckPlace(merchant, after, log));
  return ChangeStream::Start{.merchant = std::move(merchant), .after = after};
}

}  // namespace storebridge::api
