#include <string>
#include <utility>
#include <vector>

#include "checks.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;
using End = Outcome::End;

struct Garbage {
  std::string name = {};
  // Events, the last of which is wrong.
  std::vector<std::string> events = {};
};

std::vector<Garbage> GarbageFor(const Recording& recording) {
  const std::string begin = recording.text.steps.front().event();
  cv1::Event none = EventAt(recording, 0);
  cv1::Event early = none;
  early.mutable_completions();
  cv1::Event stranger = none;
  stranger.mutable_completions()->add_items()->set_id(4'711);
  cv1::Event cancel = none;
  cancel.mutable_cancel();
  cv1::Event no_input;
  (void)no_input.ParseFromString(begin);
  no_input.mutable_begin()->clear_input();
  cv1::Event no_json;
  (void)no_json.ParseFromString(begin);
  no_json.mutable_begin()->set_config_json("{\"base_url\":");
  cv1::Event no_cursor;
  (void)no_cursor.ParseFromString(begin);
  no_cursor.mutable_begin()->set_cursor(std::string("\xFF\x00{[\"cursor", 11));
  return {{"no bytes", {""}},
          {"bytes that are no Event", {std::string(64, '\xFF')}},
          {"an Event that is cut in the middle", {begin.substr(0, begin.size() / 2)}},
          {"an Event of an unknown kind", {none.SerializeAsString()}},
          {"answers before Begin", {early.SerializeAsString()}},
          {"Cancel before Begin", {cancel.SerializeAsString()}},
          {"Begin without its input", {no_input.SerializeAsString()}},
          {"settings that are no JSON", {no_json.SerializeAsString()}},
          {"a cursor that is not its own", {no_cursor.SerializeAsString()}},
          {"Begin twice", {begin, begin}},
          {"bytes that are no Event, in the middle", {begin, std::string(64, '\xFF')}},
          {"no answers", {begin, early.SerializeAsString()}},
          {"an answer that nobody asked for", {begin, stranger.SerializeAsString()}}};
}

}  // namespace

std::vector<Row> CheckGarbage(Bench& bench) {
  constexpr const char* kClaim = "survives garbage";
  const std::vector<const Evidence*> good = bench.Good();
  if (good.empty()) {
    return {MakeUnshownRow(kClaim, true, "no recording ends well")};
  }
  std::vector<Finding> findings;
  std::size_t tried = 0;
  for (const Evidence* evidence : good) {
    for (const Garbage& garbage : GarbageFor(evidence->recording)) {
      if (bench.IsSpent()) {
        break;
      }
      ++tried;
      Stepped last;
      {
        Subject::Session session = bench.subject().Open();
        for (const std::string& event : garbage.events) {
          last = session.Step(event);
          bench.NoteStep(last, evidence->recording.name + ", the host sends " + garbage.name);
        }
      }
      if (last.is_dead) {
        findings.push_back({.where = evidence->recording.name,
                            .changed = "the host sends " + garbage.name,
                            .did = last.problem,
                            .should = "refuse the event, or end with a Failure"});
        continue;
      }
      const Outcome next = bench.Run(*evidence, {.what = "the session after garbage"});
      if (!next.is_well() && next.end != End::kNotRun) {
        findings.push_back({.where = evidence->recording.name,
                            .changed = "a session before it was sent " + garbage.name,
                            .did = next.Shown(),
                            .should = "work as if nothing had been"});
      }
    }
  }
  return {MakeRow(
      kClaim, Counted(tried, "wrong event") + ", and the session after each", std::move(findings))};
}

}  // namespace storebridge::conformance
