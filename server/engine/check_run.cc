#include "engine/check_run.h"

#include <utility>

#include "domain/personal_data.h"

namespace storebridge::engine {

namespace {

// What to do about a check that could not be made.
std::string ActionFor(connector::v1::Failure::Code code) {
  switch (static_cast<int>(code)) {
    case connector::v1::Failure::CODE_CONNECTOR_BUG:
      return "Report it to the author of the connector.";
    case connector::v1::Failure::CODE_TRANSIENT:
    case connector::v1::Failure::CODE_RATE_LIMITED:
      return "Call CheckStore again later; where it stays so, look whether the store's config is "
             "right.";
    default:
      return "Correct the store's config or secrets with UpdateStore, then call CheckStore again.";
  }
}

}  // namespace

void CheckRun::Begin() {
  connector::v1::Begin begin;
  begin.set_operation("auth.check");
  OpenSession(std::move(begin));
}

void CheckRun::OnEmit(Emit emit, Done<connector::v1::EmitResult> done) {
  for (const connector::v1::Check& check : emit->checks()) {
    report_.checks.push_back({.check = check.name(),
                              .ok = check.ok(),
                              .message = domain::MaskMailAddresses(check.message()),
                              .action = check.action()});
  }
  for (const std::string& capability : emit->capabilities()) {
    report_.capabilities.push_back(capability);
  }
  ports_.executor.Post([done = std::move(done)] { done(connector::v1::EmitResult()); });
}

void CheckRun::OnSessionEnd(SessionEnd session) {
  if (session.failure) {
    report_.checks.push_back({.check = session.failure->code() == connector::v1::Failure::CODE_AUTH
                                           ? "credentials"
                                           : "connection",
                              .ok = false,
                              .message = ToError(*session.failure).message,
                              .action = ActionFor(session.failure->code())});
  }
  End(RunEnd{.failure = std::move(session.failure)});
}

}  // namespace storebridge::engine
