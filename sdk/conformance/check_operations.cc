#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "checks.h"
#include "domain/operation.h"
#include "words.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

constexpr std::array<const char*, 7> kOperations{"auth.check",
                                                 "products.pull",
                                                 "orders.pull",
                                                 "stock.push",
                                                 "shipments.push",
                                                 "shipments.update",
                                                 "made.up"};

std::string HowToRecord(const std::string& operation) {
  return fmt::format("storebridge-run ... --operation {}{} --record FILE",
                     operation,
                     domain::IsPush(operation) ? " --input FILE" : "");
}

// Why a recording is no evidence; empty when it is.
std::string WhyUnused(const Evidence& evidence) {
  if (evidence.good.is_well()) {
    return "";
  }
  const std::string& cut = evidence.recording.text.cut_reason;
  return fmt::format("in {} it {}{}",
                     evidence.recording.name,
                     Printable(evidence.good.Shown()),
                     cut.empty() ? "" : " (the recording ends early: " + cut + ")");
}

// What of an operation is not shown, and how it would be; empty when it is.
std::string Missing(const Bench& bench, const std::string& operation) {
  std::string why = "there is no recording of it";
  for (const Evidence& evidence : bench.all()) {
    if (evidence.recording.operation() == operation) {
      why = WhyUnused(evidence);
      if (why.empty()) {
        return "";
      }
    }
  }
  return fmt::format("{}: {}; {}", operation, why, HowToRecord(operation));
}

Row Shown(const Bench& bench) {
  constexpr const char* kClaim = "shows its operations";
  std::vector<Finding> findings;
  std::vector<std::string> unused;
  for (const Evidence& evidence : bench.all()) {
    const std::string& operation = evidence.recording.operation();
    // One that was declared when it was recorded is old, and no fault.
    if (!bench.Declares(operation) && evidence.good.end == Outcome::End::kFailure) {
      unused.push_back(fmt::format(
          "not used: {} is of {}, which it does not declare", evidence.recording.name, operation));
    } else if (!bench.Declares(operation)) {
      findings.push_back({.where = evidence.recording.name,
                          .did = "shows " + operation + ", which the manifest does not declare",
                          .should = "declare it: the server asks for nothing else"});
    } else if (!evidence.good.is_well() && Missing(bench, operation).empty()) {
      unused.push_back("not used: " + WhyUnused(evidence));
    }
  }
  std::vector<std::string> missing;
  for (const cv1::Operation& operation : bench.manifest().operations()) {
    if (std::string why = Missing(bench, operation.name()); !why.empty()) {
      missing.push_back(std::move(why));
    }
  }
  const Verdict verdict = missing.empty() ? Verdict::kOk : Verdict::kNotShown;
  if (missing.empty()) {
    missing.push_back(fmt::format("{} declared, all in {}",
                                  bench.manifest().operations_size(),
                                  Counted(bench.all().size(), "recording")));
  }
  missing.insert(missing.end(), unused.begin(), unused.end());
  return MakeRow(kClaim, fmt::format("{}", fmt::join(missing, "\n")), std::move(findings), verdict);
}

// A Begin that has what the operation would need.
cv1::Event BeginOf(const std::string& operation, const Evidence& evidence) {
  cv1::Event event = EventAt(evidence.recording, 0);
  cv1::Begin* begin = event.mutable_begin();
  begin->set_operation(operation);
  begin->set_config_json(evidence.recording.begin.config_json());
  begin->add_host_features("compare");
  if (operation.ends_with(".pull")) {
    begin->mutable_pull();
  } else if (operation == "stock.push") {
    begin->mutable_stock();
  } else if (operation.starts_with("shipments.")) {
    begin->mutable_shipments();
  }
  return event;
}

Row Refused(Bench& bench) {
  std::vector<Finding> findings;
  std::size_t count = 0;
  for (const char* operation : kOperations) {
    if (bench.Declares(operation) || bench.all().empty()) {
      continue;
    }
    ++count;
    Subject::Session session = bench.subject().Open();
    const Stepped stepped =
        session.Step(BeginOf(operation, bench.all().front()).SerializeAsString());
    bench.NoteStep(stepped, std::string("Begin of ") + operation);
    cv1::Effect effect;
    const bool is_refused = stepped.problem.empty() && effect.ParseFromString(stepped.effect) &&
                            effect.done().failure().code() == cv1::Failure::CODE_UNSUPPORTED;
    if (is_refused) {
      continue;
    }
    std::string did = stepped.problem;
    if (did.empty() && effect.done().has_failure()) {
      did = "gave another failure: " + effect.done().failure().message();
    } else if (did.empty()) {
      did = effect.has_done() ? "ended well" : "began it";
    }
    findings.push_back({.where = fmt::format("{}, which the manifest does not declare", operation),
                        .did = std::move(did),
                        .should = "answer Begin with Failure CODE_UNSUPPORTED, or declare it"});
  }
  return MakeRow("refuses other operations",
                 count == 0 ? "there are no others" : Counted(count, "operation") + " not declared",
                 std::move(findings));
}

}  // namespace

std::vector<Row> CheckOperations(Bench& bench) {
  return {Shown(bench), Refused(bench)};
}

}  // namespace storebridge::conformance
