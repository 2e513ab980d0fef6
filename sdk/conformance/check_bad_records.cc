#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "checks.h"
#include "json_text.h"
#include "lost_records.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;
using End = Outcome::End;

// Answers of a recording that are taken apart.
constexpr std::size_t kAnswersMax = 16;
// Arrays of one path in an answer, such as the lines of all orders.
constexpr std::size_t kArraysOfPathMax = 2;
// Elements of an array that are spoiled.
constexpr std::size_t kElementsMax = 3;
// Members of an element that are spoiled, one at a time.
constexpr std::size_t kMembersMax = 40;
// An id that no store has given.
constexpr const char* kOtherId = "987654321";
// Elements of one path, in all answers of a recording, whose members are spoiled.
constexpr std::size_t kTakenApartMax = 2;

// A list in the answer to a request.
struct List {
  const Evidence& evidence;
  // Of the request.
  std::size_t number;
  const std::string& body;
  const JsonArray& array;
};

class BadRecords {
 public:
  explicit BadRecords(Bench& bench) : bench_(bench) {}

  void Try(const Evidence& evidence) {
    taken_apart_.clear();
    const std::vector<std::string> bodies = BodiesOf(evidence);
    std::vector<std::size_t> answers;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      if (!bodies[i].empty()) {
        answers.push_back(i);
      }
    }
    for (const std::size_t place : Sample(answers.size(), FewerOf(evidence, kAnswersMax))) {
      TryAnswer(evidence, answers[place], bodies[answers[place]]);
    }
  }

  std::vector<Finding> findings;
  std::size_t spoiled = 0;
  std::size_t records = 0;

 private:
  // What the good run was answered, 2xx only.
  std::vector<std::string> BodiesOf(const Evidence& evidence) {
    std::vector<std::string> bodies;
    Plan plan{.what = "nothing"};
    plan.change = [&](std::size_t, const cv1::HttpRequest&, cv1::Completion* answer) {
      bodies.push_back(IsOk(answer->http().status()) ? answer->http().body() : "");
    };
    (void)bench_.Run(evidence, std::move(plan));
    return bodies;
  }

  Outcome RunWith(const Evidence& evidence,
                  std::size_t number,
                  const std::string& body,
                  const std::string& what) {
    Plan plan{.what = what};
    plan.change = [&](std::size_t now, const cv1::HttpRequest&, cv1::Completion* answer) {
      if (now == number) {
        answer->mutable_http()->set_body(body);
      }
    };
    return bench_.Run(evidence, std::move(plan));
  }

  void TryAnswer(const Evidence& evidence, std::size_t number, const std::string& body) {
    const std::optional<JsonNode> root = ReadJson(body);
    if (!root) {
      return;
    }
    std::map<std::string, std::size_t> seen;
    for (const JsonArray& array : ArraysIn(*root)) {
      const std::size_t size = array.node->items.size();
      if (size == 0 || seen[array.path]++ >= kArraysOfPathMax) {
        continue;
      }
      const List list{evidence, number, body, array};
      for (const std::size_t element : Sample(size, kElementsMax)) {
        const std::optional<RecordId> record = RecordOf(list, element);
        if (!record) {
          break;  // Its other elements will be no records either.
        }
        ++records;
        Spoil(list, element, *record);
      }
    }
  }

  // The record that is gone when the element is: alone, or with a neighbour in its place, for lists
  // that are over when a page is not full.
  std::optional<RecordId> RecordOf(const List& list, std::size_t element) {
    const std::vector<JsonNode>& items = list.array.node->items;
    const JsonNode& other = items[element == 0 ? items.size() - 1 : element - 1];
    for (const std::string& body :
         {WithoutElement(list.body, *list.array.node, element),
          WithReplaced(
              list.body, items[element], list.body.substr(other.begin, other.end - other.begin))}) {
      const Outcome outcome = RunWith(list.evidence, list.number, body, "a list without a record");
      if (!outcome.is_well() && outcome.unknown_requests == 0) {
        return std::nullopt;  // What the run cannot do without is no record, whatever its id is.
      }
      const std::vector<RecordId> missing = MissingRecords(list.evidence.good, outcome);
      if (outcome.is_well() && missing.size() == 1) {
        return missing.front();
      }
    }
    // Where pages overlap it comes a second time.
    return RecordById(list, items[element]);
  }

  // The record that has another id when the element has.
  std::optional<RecordId> RecordById(const List& list, const JsonNode& item) {
    const auto id = std::find(item.names.begin(), item.names.end(), "id");
    if (id == item.names.end()) {
      return std::nullopt;
    }
    const JsonNode& value = item.items[static_cast<std::size_t>(id - item.names.begin())];
    const bool is_text = value.kind == JsonNode::Kind::kString;
    const std::size_t quote = is_text ? 1 : 0;
    const bool is_order = list.evidence.recording.operation() == "orders.pull";
    const std::string other = is_text ? "\"" + std::string(kOtherId) + "\"" : kOtherId;
    const Outcome outcome = RunWith(list.evidence,
                                    list.number,
                                    WithReplaced(list.body, value, other),
                                    "a list with another id");
    if (!outcome.records.contains({.is_order = is_order, .external_id = kOtherId})) {
      return std::nullopt;
    }
    RecordId record{
        .is_order = is_order,
        .external_id = list.body.substr(value.begin + quote, value.end - value.begin - 2 * quote)};
    return list.evidence.good.records.contains(record) ? std::optional(std::move(record))
                                                       : std::nullopt;
  }

  void Spoil(const List& list, std::size_t element, const RecordId& record) {
    const JsonNode& item = list.array.node->items[element];
    const std::string place = fmt::format("{}, element {}", list.array.path, element);
    for (const char* instead : {"{}", R"("poison")", "null"}) {
      Judge(list, record, place + " is " + instead, WithReplaced(list.body, item, instead));
    }
    if (item.kind != JsonNode::Kind::kObject || taken_apart_[list.array.path]++ >= kTakenApartMax) {
      return;
    }
    for (const std::size_t member : Sample(item.items.size(), kMembersMax)) {
      const std::string_view instead = OfAnotherType(item.items[member]);
      Judge(list,
            record,
            fmt::format("{}: member \"{}\" is {}", place, item.names[member], instead),
            WithReplaced(list.body, item.items[member], instead));
    }
  }

  void Judge(const List& list,
             const RecordId& record,
             const std::string& changed,
             const std::string& body) {
    const Evidence& evidence = list.evidence;
    const Outcome outcome = RunWith(evidence, list.number, body, "in the answer, " + changed);
    if (outcome.end == End::kNotRun || outcome.end == End::kBroken ||
        outcome.unknown_requests > 0) {
      return;
    }
    ++spoiled;
    const std::string did = DidWrong(evidence, record, outcome);
    if (!did.empty()) {
      findings.push_back(
          {.where = PlaceOf(evidence, list.number),
           .changed = "in its answer, " + changed,
           .did = did,
           .should = fmt::format("tell {} as a BadRecord and go on with the others (ReadEach)",
                                 ShownRecord(record))});
    }
  }

  static std::string DidWrong(const Evidence& evidence,
                              const RecordId& record,
                              const Outcome& outcome) {
    if (!outcome.is_well()) {
      return outcome.Shown();
    }
    std::vector<RecordId> others;
    bool is_missing = false;
    for (const auto& told : evidence.good.records) {
      const RecordId& id = told.first;
      if (IsEmitted(evidence.good, outcome, id)) {
        continue;
      }
      if (id == record) {
        is_missing = true;
      } else if (!IsToldBad(outcome, id)) {
        others.push_back(id);
      }
    }
    if (!others.empty()) {
      return "ended well without " + ShownRecords(others);
    }
    // With another id it is another record.
    bool is_renamed = false;
    for (const auto& told : outcome.records) {
      is_renamed = is_renamed || !evidence.good.records.contains(told.first);
    }
    if (is_missing && !is_renamed && outcome.bad.size() <= evidence.good.bad.size()) {
      return "ended well, and nothing is said of " + ShownRecord(record);
    }
    return "";
  }

  Bench& bench_;
  std::map<std::string, std::size_t> taken_apart_;
};

}  // namespace

std::vector<Row> CheckBadRecords(Bench& bench) {
  constexpr const char* kClaim = "goes on past a bad record";
  BadRecords bad(bench);
  for (const Evidence* evidence : bench.Pulls()) {
    bad.Try(*evidence);
  }
  if (bad.records == 0) {
    return {MakeUnshownRow(kClaim,
                           bench.DeclaresPull(),
                           "no list of a recording gives records; record a pull with some")};
  }
  return {MakeRow(
      kClaim,
      fmt::format("{} spoiled in {}", Counted(bad.records, "record"), Counted(bad.spoiled, "way")),
      std::move(bad.findings))};
}

}  // namespace storebridge::conformance
