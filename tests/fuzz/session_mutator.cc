// Mutates session scripts in their own terms: mostly one value of one answer's JSON, so that what
// comes of it is still read to the end.
#include <algorithm>
#include <array>
#include <cstdint>

#include "mutate.h"
#include "session_script.h"

namespace storebridge::fuzz {
namespace {

constexpr std::size_t kBodyMax = 16'384;
constexpr std::size_t kLineMax = 512;

constexpr std::array<std::string_view, 16> kHeads = {"200",
                                                     "201",
                                                     "204",
                                                     "301;location: https://elsewhere.example/",
                                                     "400",
                                                     "401",
                                                     "403",
                                                     "404",
                                                     "409",
                                                     "413",
                                                     "429",
                                                     "500",
                                                     "failure 4",
                                                     "failure 4 ambiguous",
                                                     "failure 2",
                                                     "cancel"};

void MutateAnswers(SessionScript* script, Chance& chance) {
  auto& answers = script->answers;
  const std::size_t at = chance.Below(answers.size());
  const auto place = answers.begin() + static_cast<std::ptrdiff_t>(at);
  switch (chance.Below(3)) {
    case 0:
      answers.erase(place);
      return;
    case 1: {
      const SessionScript::Answer copy = *place;
      answers.insert(place, copy);
      return;
    }
    default:
      std::swap(answers[at], answers[chance.Below(answers.size())]);
  }
}

void Mutate(SessionScript* script, Chance& chance) {
  const std::size_t what = script->answers.empty() ? 0 : chance.Below(20);
  if (what == 0) {
    script->operation = MutateBytes(script->operation, kLineMax);
    return;
  }
  if (what == 1) {
    script->config_json = MutateJson(script->config_json, kLineMax, chance);
    return;
  }
  if (what == 2) {
    return MutateAnswers(script, chance);
  }
  SessionScript::Answer& answer = script->answers[chance.Below(script->answers.size())];
  if (what == 3) {
    answer.head = kHeads[chance.Below(kHeads.size())];
  } else if (what == 4) {
    answer.head = MutateBytes(answer.head, kLineMax);
  } else if (what == 5) {
    answer.body = MutateBytes(answer.body, kBodyMax);
  } else {
    answer.body = MutateJson(answer.body, kBodyMax, chance);
  }
}

std::string_view TextIn(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace

// libFuzzer calls the two that follow.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                               std::size_t size,
                                               std::size_t max_size,
                                               unsigned int seed) {
  SessionScript script = ReadScript(TextIn(data, size));
  Chance chance(seed);
  Mutate(&script, chance);
  return Store(TextOf(script), data, max_size);
}

// Takes one answer over from another script.
extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1,
                                                 std::size_t size1,
                                                 const std::uint8_t* data2,
                                                 std::size_t size2,
                                                 std::uint8_t* out,
                                                 std::size_t max_size,
                                                 unsigned int seed) {
  SessionScript script = ReadScript(TextIn(data1, size1));
  const SessionScript other = ReadScript(TextIn(data2, size2));
  Chance chance(seed);
  if (!script.answers.empty() && !other.answers.empty()) {
    script.answers[chance.Below(script.answers.size())] =
        other.answers[chance.Below(other.answers.size())];
  }
  return Store(TextOf(script), out, max_size);
}

}  // namespace storebridge::fuzz
