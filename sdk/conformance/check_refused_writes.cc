#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "checks.h"
#include "faults.h"
#include "words.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

bool IsSafe(const MadeRequest& made) {
  return made.request.safety() == cv1::HttpRequest::SAFETY_SAFE;
}

bool IsAnsweredRead(const MadeRequest& made) {
  return IsSafe(made) && made.status >= 200 && made.status < 300;
}

// What of a request may name a record.
std::string NamingTextOf(const cv1::HttpRequest& request) {
  const std::string& url = request.url();
  const std::size_t scheme = url.find("://");
  const std::size_t path = scheme == std::string::npos ? 0 : url.find('/', scheme + 3);
  return (path == std::string::npos ? "" : url.substr(path)) + " " + request.body() + " " +
         request.ref();
}

// By what a store knows the records of a push, as far as it tells them from others and from other
// things: an id that is also a quantity, or a place in the path of all writes, names nothing.
class Names {
 public:
  Names(const cv1::Begin& begin, const Outcome& good) {
    std::set<std::string> quantities;
    for (const cv1::StockLevel& level : begin.stock().levels()) {
      quantities.insert(std::to_string(level.quantity()));
      names_[level.ref()] = {level.external_id(), level.product_code()};
    }
    for (const cv1::Shipment& shipment : begin.shipments().shipments()) {
      for (const cv1::ShipmentLine& line : shipment.lines()) {
        quantities.insert(std::to_string(line.quantity()));
      }
      names_[shipment.ref()] = {shipment.external_order_id(), shipment.external_id()};
    }
    for (const MadeRequest& made : good.requests) {
      if (!IsSafe(made)) {
        writes_.insert(NamingTextOf(made.request));
      }
    }
    std::map<std::string, std::set<std::string>> telling = names_;
    for (auto& [ref, names] : telling) {
      std::erase_if(names, [&](const std::string& name) {
        return quantities.contains(name) || IsAmbiguous(ref, name);
      });
      names.insert(ref);
    }
    names_ = std::move(telling);
  }

  // The first write about the record; null when there is none.
  [[nodiscard]] const MadeRequest* WriteAbout(const Outcome& outcome,
                                              const std::string& ref) const {
    const auto found = names_.find(ref);
    for (const MadeRequest& made : outcome.requests) {
      if (!IsSafe(made) && found != names_.end() &&
          HasAny(NamingTextOf(made.request), found->second)) {
        return &made;
      }
    }
    return nullptr;
  }

 private:
  static bool HasAny(const std::string& text, const std::set<std::string>& names) {
    return std::any_of(
        names.begin(), names.end(), [&](const auto& name) { return HasWord(text, name); });
  }

  // Whether it is a name of another record too, or stands in several writes of which one is about
  // another record. In a single write, such as of a batch, it names what it says.
  [[nodiscard]] bool IsAmbiguous(const std::string& ref, const std::string& name) const {
    std::size_t writes = 0;
    bool is_of_another = false;
    for (const auto& [other, names] : names_) {
      if (other != ref && names.contains(name)) {
        return true;
      }
    }
    for (const std::string& write : writes_) {
      if (!HasWord(write, name)) {
        continue;
      }
      ++writes;
      for (const auto& [other, names] : names_) {
        is_of_another =
            is_of_another || (other != ref && (HasAny(write, names) || HasWord(write, other)));
      }
    }
    return writes > 1 && is_of_another;
  }

  std::map<std::string, std::set<std::string>> names_;
  // Different ones only.
  std::set<std::string> writes_;
};

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
           const Names& names,
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
bool IsAttributed(const Evidence& evidence, const Names& names) {
  const std::vector<cv1::ItemResult>& results = evidence.good.results;
  return std::any_of(results.begin(), results.end(), [&](const cv1::ItemResult& result) {
    return result.has_accepted() && names.WriteAbout(evidence.good, result.ref()) != nullptr;
  });
}

}  // namespace

std::vector<Row> CheckRefusedWrites(Bench& bench) {
  constexpr const char* kClaim = "tells no success too early";
  std::vector<Finding> findings;
  std::size_t sessions = 0;
  std::size_t writes = 0;
  // Whether a success that is told too early would be seen, by operation.
  std::map<std::string, bool> attributed;
  for (const Evidence* evidence : bench.Pushes()) {
    const Names names(evidence->recording.begin, evidence->good);
    bool& is_attributed = attributed[evidence->recording.operation()];
    is_attributed = is_attributed || IsAttributed(*evidence, names);
    for (const Fault& refusal : Refusals()) {
      Plan plan{.what = "every write is answered by " + refusal.name};
      plan.change = [&](std::size_t, const cv1::HttpRequest& request, cv1::Completion* answer) {
        if (request.safety() != cv1::HttpRequest::SAFETY_SAFE) {
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
  return {MakeRow(
      kClaim,
      fmt::format("{} refused in {}", Counted(writes, "write"), Counted(sessions, "session")),
      std::move(findings))};
}

}  // namespace storebridge::conformance
