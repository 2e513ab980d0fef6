#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "checks.h"
#include "faults.h"
#include "json_text.h"
#include "recorded_store.h"
#include "written_names.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

bool IsAnsweredRead(const MadeRequest& made) {
  return !IsWrite(made.request) && IsOk(made.status);
}

// Whether the store can have shown it: as there before, or as there after the write.
bool IsSeen(const Outcome& outcome, const cv1::Accepted& accepted, const MadeRequest* write) {
  const MadeRequest* const begin = outcome.requests.data();
  const MadeRequest* const end = begin + outcome.requests.size();
  if (accepted.was_there()) {
    return std::any_of(begin, end, IsAnsweredRead);
  }
  return accepted.confirmed() && std::any_of(write + 1, end, IsAnsweredRead);
}

void Judge(const Evidence& evidence,
           const WrittenNames& names,
           const Fault& refusal,
           const Outcome& outcome,
           std::vector<Finding>* findings) {
  if (outcome.end == Outcome::End::kDead || outcome.end == Outcome::End::kEndless) {
    findings->push_back({.where = evidence.recording.name,
                         .changed = "every write is answered by " + refusal.name,
                         .did = outcome.problem,
                         .should = "refuse each record and end, or end with a Failure"});
    return;
  }
  for (const cv1::ItemResult& result : outcome.results) {
    if (!result.has_accepted()) {
      continue;
    }
    const MadeRequest* const write = names.WriteAbout(outcome, result.ref());
    if (write == nullptr || IsSeen(outcome, result.accepted(), write)) {
      continue;
    }
    findings->push_back(
        {.where = fmt::format("{}: {}", evidence.recording.name, ShownRequest(write->request)),
         .changed = "every write is answered by " + refusal.name,
         .did = fmt::format("told '{}' as accepted", result.ref()),
         .should = "refuse it: RequireOk() or Json() throw for an answer that is not 2xx"});
  }
}

// Whether a write of the good run names a record that was accepted.
bool IsAttributed(const Evidence& evidence, const WrittenNames& names) {
  const std::vector<cv1::ItemResult>& results = evidence.good.results;
  return std::any_of(results.begin(), results.end(), [&](const cv1::ItemResult& result) {
    return result.has_accepted() && names.WriteAbout(evidence.good, result.ref()) != nullptr;
  });
}

// A write of the good run about several records; null when there is none.
const MadeRequest* BatchOf(const Evidence& evidence, const WrittenNames& names) {
  std::map<const MadeRequest*, std::size_t> counts;
  for (const cv1::ItemResult& result : evidence.good.results) {
    const MadeRequest* const write = names.WriteAbout(evidence.good, result.ref());
    if (write != nullptr && ++counts[write] > 1) {
      return write;
    }
  }
  return nullptr;
}

// 2xx answers to a batch that do not say of each record that it was taken.
std::vector<std::string> VagueAnswers(const std::string& body, const JsonNode& root) {
  std::vector<std::string> answers{"{}", "null", "<!DOCTYPE html><html></html>"};
  for (const JsonArray& array : ArraysIn(root)) {
    if (const std::size_t size = array.node->items.size(); size > 0) {
      answers.push_back(WithoutElement(body, *array.node, size - 1));
      break;
    }
  }
  return answers;
}

bool AreAllAcceptedUnseen(const Outcome& outcome) {
  return outcome.is_well() && !outcome.results.empty() &&
         std::all_of(outcome.results.begin(), outcome.results.end(), [](const auto& result) {
           return result.has_accepted() && !result.accepted().was_there() &&
                  !result.accepted().confirmed();
         });
}

// Whether a batch is told as accepted by its status alone. Some stores take all or nothing, so that
// is no mistake for certain.
bool IsByStatusOnly(Bench& bench, const Evidence& evidence, const WrittenNames& names) {
  const MadeRequest* const batch = BatchOf(evidence, names);
  if (batch == nullptr) {
    return false;
  }
  bool goes_on = true;
  for (std::size_t i = 0; goes_on; ++i) {
    goes_on = false;
    Plan plan{.what = "the answer to a batch does not say what became of each record"};
    plan.change = [&](std::size_t, const cv1::HttpRequest& request, cv1::Completion* answer) {
      const std::string body = answer->http().body();
      const std::optional<JsonNode> root = ReadJson(body);
      if (!root || !IsOk(answer->http().status()) || KeyOf(request) != KeyOf(batch->request)) {
        return;
      }
      const std::vector<std::string> answers = VagueAnswers(body, *root);
      if (i < answers.size()) {
        answer->mutable_http()->set_body(answers[i]);
        goes_on = true;
      }
    };
    const Outcome outcome = bench.Run(evidence, std::move(plan));
    if (goes_on && AreAllAcceptedUnseen(outcome)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<Row> CheckRefusedWrites(Bench& bench) {
  constexpr const char* kClaim = "tells no success too early";
  std::vector<Finding> findings;
  std::size_t sessions = 0;
  std::size_t writes = 0;
  // Whether a success that is told too early would be seen, by operation.
  std::map<std::string, bool> attributed;
  std::set<std::string> by_status;
  for (const Evidence* evidence : bench.Pushes()) {
    const WrittenNames names(evidence->recording.begin, evidence->good);
    bool& is_attributed = attributed[evidence->recording.operation()];
    is_attributed = is_attributed || IsAttributed(*evidence, names);
    if (IsByStatusOnly(bench, *evidence, names)) {
      by_status.insert(evidence->recording.operation());
    }
    for (const Fault& refusal : Refusals()) {
      Plan plan{.what = "every write is answered by " + refusal.name};
      plan.change = [&](std::size_t, const cv1::HttpRequest& request, cv1::Completion* answer) {
        if (IsWrite(request)) {
          *answer = refusal.make(*answer);
          ++writes;
        }
      };
      const Outcome outcome = bench.Run(*evidence, std::move(plan));
      ++sessions;
      Judge(*evidence, names, refusal, outcome, &findings);
    }
  }
  if (writes == 0) {
    return {
        MakeUnshownRow(kClaim, bench.DeclaresPush(), "no recording has a write; record a push")};
  }
  std::vector<std::string> unseen;
  for (const auto& [operation, is_attributed] : attributed) {
    if (!is_attributed) {
      unseen.push_back(operation);
    }
  }
  if (!unseen.empty()) {
    return {MakeRow(kClaim,
                    fmt::format("{}: no write names a record that is accepted, by ref, id or code",
                                fmt::join(unseen, ", ")),
                    std::move(findings),
                    Verdict::kNotShown)};
  }
  std::string how =
      fmt::format("{} refused in {}", Counted(writes, "write"), Counted(sessions, "session"));
  if (!by_status.empty()) {
    how += fmt::format("\n{}: by status only, what the answer says of each record is not read",
                       fmt::join(by_status, ", "));
  }
  return {MakeRow(kClaim, std::move(how), std::move(findings))};
}

}  // namespace storebridge::conformance
