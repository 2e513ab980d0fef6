#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "checks.h"
#include "faults.h"
#include "json_text.h"
#include "storebridge/sdk/paging.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;
using End = Outcome::End;

// sdk::Pager and sdk::PageGuard stop at so many pages, and a run may read some other things.
constexpr std::size_t kRequestsMax = sdk::PageGuard::kPagesMax + 100;
// The server ends a session after so many.
constexpr std::size_t kStepsOfSessionMax = 200'000;
constexpr std::int64_t kSecondsMax = 60;
// More than a page of most stores has.
constexpr std::size_t kFullPage = 250;
// What a store says that counts its records.
constexpr const char* kManyRecords = "1000000";

// Without numbers, which say which page and which record: `GET https://.../orders?page=#`.
std::string ShapeOf(const std::string& text) {
  std::string shape;
  for (const char c : text) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit) {
      shape += c;
    } else if (shape.empty() || shape.back() != '#') {
      shape += '#';
    }
  }
  return shape;
}

std::string ShapeOf(const cv1::HttpRequest& request) {
  return ShapeOf(request.method() + " " + request.url() + "\n" + request.body());
}

std::string PathShapeOf(const cv1::HttpRequest& request) {
  return ShapeOf(request.method() + " " + request.url().substr(0, request.url().find('?')));
}

// An answer with its longest list, in text, made full.
struct Full {
  std::size_t elements = 0;
  cv1::Completion answer = {};
};

const JsonNode* LongestArray(const JsonNode& root) {
  const JsonNode* longest = nullptr;
  for (const JsonArray& array : ArraysIn(root)) {
    const std::size_t size = array.node->end - array.node->begin;
    const bool is_longer = longest == nullptr || size > longest->end - longest->begin;
    if (!array.node->items.empty() && is_longer) {
      longest = array.node;
    }
  }
  return longest;
}

bool Says(const std::string& name, std::initializer_list<std::string_view> words) {
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return lower.find(word) != std::string::npos;
  });
}

// Members beside the list that say how long it is, and whether there is more.
void FindCounts(const JsonNode& node, const JsonNode& list, std::vector<JsonChange>* changes) {
  if (node.begin == list.begin) {
    return;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const JsonNode& item = node.items[i];
    const std::string name = node.names.empty() ? "" : node.names[i];
    if (item.kind == JsonNode::Kind::kNumber && Says(name, {"total", "count", "pages"})) {
      changes->push_back({item, kManyRecords});
    } else if (item.kind == JsonNode::Kind::kWord && Says(name, {"more", "next"})) {
      changes->push_back({item, "true"});
    }
    FindCounts(item, list, changes);
  }
}

std::optional<Full> MakeFull(const cv1::Completion& answer) {
  const std::string& body = answer.http().body();
  const std::optional<JsonNode> root = ReadJson(body);
  if (!root || !IsOk(answer.http().status())) {
    return std::nullopt;
  }
  const JsonNode* const longest = LongestArray(*root);
  if (longest == nullptr) {
    return std::nullopt;
  }
  std::vector<JsonChange> changes;
  FindCounts(*root, *longest, &changes);
  changes.push_back({*longest, Repeated(body, *longest, kFullPage)});
  return Full{
      .elements = longest->items.size(),
      .answer = Answered(answer, answer.http().status(), WithChanges(body, std::move(changes)))};
}

// The fullest answer to each kind of request.
std::map<std::string, Full> FullestOf(const Recording& recording) {
  std::map<std::string, Full> fullest;
  for (const Exchange& exchange : recording.exchanges) {
    const std::optional<Full> full = MakeFull(exchange.answer);
    for (const std::string& shape : {ShapeOf(exchange.request), PathShapeOf(exchange.request)}) {
      if (full && full->elements > fullest[shape].elements) {
        fullest[shape] = *full;
      }
    }
  }
  std::erase_if(fullest, [](const auto& entry) { return entry.second.elements == 0; });
  return fullest;
}

}  // namespace

std::vector<Row> CheckEndlessLists(Bench& bench) {
  constexpr const char* kClaim = "ends a list without end";
  std::vector<Finding> findings;
  std::size_t most = 0;
  std::size_t pulls = 0;
  for (const Evidence* evidence : bench.Pulls()) {
    const std::map<std::string, Full> fullest = FullestOf(evidence->recording);
    if (fullest.empty()) {
      continue;
    }
    Plan plan{.what = "every list is full for ever",
              .steps_max = kStepsOfSessionMax,
              .requests_max = kRequestsMax,
              .seconds_max = kSecondsMax};
    plan.change = [&](std::size_t, const cv1::HttpRequest& request, cv1::Completion* answer) {
      for (const std::string& shape : {ShapeOf(request), PathShapeOf(request)}) {
        if (const auto found = fullest.find(shape); found != fullest.end()) {
          *answer = found->second.answer;
          return;
        }
      }
    };
    const Outcome outcome = bench.Run(*evidence, std::move(plan));
    if (outcome.unknown_requests > 0) {
      continue;
    }
    ++pulls;
    most = std::max(most, outcome.request_count);
    if (outcome.end == End::kEndless || outcome.end == End::kDead) {
      findings.push_back({.where = evidence->recording.name,
                          .changed = "every list is full for ever, with the same records",
                          .did = outcome.problem,
                          .should = "end with a Failure: PageGuard or Pager see that the same "
                                    "records come again"});
    }
  }
  if (pulls == 0) {
    return {MakeUnshownRow(kClaim,
                           bench.DeclaresPull(),
                           "no recording has a list with records; record a pull with some")};
  }
  return {MakeRow(kClaim,
                  fmt::format("{}, at most {} (bound {})",
                              Counted(pulls, "pull"),
                              Counted(most, "request"),
                              kRequestsMax),
                  std::move(findings))};
}

}  // namespace storebridge::conformance
