#include "faults.h"

#include <iterator>
#include <utility>

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;
using cv1::Completion;

constexpr std::size_t kNestedBrackets = 20'000;
constexpr const char* kPage =
    "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We will be back "
    "soon</h1></body></html>";

Completion Failed(cv1::Failure::Code code, std::string message) {
  Completion completion;
  completion.mutable_failure()->set_code(code);
  completion.mutable_failure()->set_message(std::move(message));
  return completion;
}

Completion Lost(const Completion& /*right*/) {
  return Failed(cv1::Failure::CODE_TRANSIENT, "the store did not answer");
}
Completion LostInDoubt(const Completion& /*right*/) {
  Completion completion = Failed(cv1::Failure::CODE_TRANSIENT, "the answer was lost");
  completion.mutable_failure()->set_ambiguous(true);
  return completion;
}
Completion Unauthorized(const Completion& /*right*/) {
  return Failed(cv1::Failure::CODE_AUTH, "the store refuses our credentials");
}
Completion TooFast(const Completion& /*right*/) {
  return Failed(cv1::Failure::CODE_RATE_LIMITED, "the store wants us to be slower");
}
Completion TooLarge(const Completion& /*right*/) {
  Completion completion = Failed(cv1::Failure::CODE_LIMIT, "the answer is too large");
  completion.mutable_failure()->set_answer_too_large(true);
  return completion;
}
Completion NotFound(const Completion& right) {
  return Answered(right, 404, R"({"code":"not_found","message":"Not found."})");
}
Completion Unprocessable(const Completion& right) {
  return Answered(right, 422, R"({"code":"invalid","message":"That cannot be done."})");
}
Completion BadPage(const Completion& right) {
  return Answered(right, 400, kPage);
}
Completion Page(const Completion& right) {
  return Answered(right, 200, kPage);
}
Completion Empty(const Completion& right) {
  return Answered(right, 200, "");
}
Completion Cut(const Completion& right) {
  Completion completion = right;
  std::string* body = completion.mutable_http()->mutable_body();
  body->resize(body->size() / 2);
  return completion;
}
Completion EmptyObject(const Completion& right) {
  return Answered(right, 200, "{}");
}
Completion Null(const Completion& right) {
  return Answered(right, 200, "null");
}
Completion Nested(const Completion& right) {
  return Answered(right, 200, std::string(kNestedBrackets, '['));
}

}  // namespace

Completion Answered(const Completion& right, std::uint32_t status, std::string body) {
  Completion completion;
  completion.mutable_http()->set_status(status);
  completion.mutable_http()->set_body(std::move(body));
  for (const cv1::Header& header : right.http().headers()) {
    if (header.name() == "date") {
      *completion.mutable_http()->add_headers() = header;
    }
  }
  return completion;
}

const std::vector<Fault>& Faults() {
  static const std::vector<Fault> faults = {
      {.name = "no answer (Failure CODE_TRANSIENT)", .is_failure = true, .make = Lost},
      {.name = "an answer that was lost (CODE_TRANSIENT, ambiguous)",
       .is_failure = true,
       .is_of_writes = true,
       .make = LostInDoubt},
      {.name = "Failure CODE_AUTH", .is_failure = true, .make = Unauthorized},
      {.name = "Failure CODE_RATE_LIMITED", .is_failure = true, .make = TooFast},
      {.name = "Failure CODE_LIMIT, answer_too_large", .make = TooLarge},
      {.name = "404 with a small JSON error", .is_not_found = true, .make = NotFound},
      {.name = "400 with an HTML page", .make = BadPage},
      {.name = "200 with an HTML maintenance page", .make = Page},
      {.name = "200 with an empty body", .make = Empty},
      {.name = "the same answer, cut in the middle", .make = Cut},
      {.name = "200 with {}", .make = EmptyObject},
      {.name = "200 with null", .make = Null},
      {.name = "200 with 20000 times [", .make = Nested}};
  return faults;
}

std::vector<Fault> Refusals() {
  return {{.name = "404 with a small JSON error", .is_not_found = true, .make = NotFound},
          {.name = "422 with a small JSON error", .make = Unprocessable},
          {.name = "no answer (Failure CODE_TRANSIENT)", .make = Lost},
          {.name = "an answer that was lost (CODE_TRANSIENT, ambiguous)", .make = LostInDoubt}};
}

}  // namespace storebridge::conformance
