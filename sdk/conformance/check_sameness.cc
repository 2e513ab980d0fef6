#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "checks.h"
#include "effect_difference.h"

namespace storebridge::conformance {
namespace {

using Effects = std::vector<std::string>;

// What a new session answers to the recorded events, up to where it breaks.
Effects Replayed(Bench& bench, const Recording& recording) {
  Effects effects;
  Subject::Session session = bench.subject().Open();
  for (const auto& step : recording.text.steps) {
    Stepped stepped = session.Step(step.event());
    bench.NoteStep(stepped);
    effects.push_back(stepped.problem.empty() ? std::move(stepped.effect)
                                              : "it " + stepped.problem);
    if (!stepped.problem.empty()) {
      break;
    }
  }
  return effects;
}

// The same of two sessions, which take turns.
std::pair<Effects, Effects> ReplayedTogether(Bench& bench,
                                             const Recording& one,
                                             const Recording& other) {
  std::pair<Effects, Effects> effects;
  Subject::Session first = bench.subject().Open();
  Subject::Session second = bench.subject().Open();
  const auto step =
      [&](Subject::Session& session, const Recording& recording, std::size_t i, Effects* answers) {
        if (i < recording.text.steps.size() && answers->size() == i) {
          Stepped stepped = session.Step(recording.text.steps[i].event());
          bench.NoteStep(stepped);
          if (stepped.problem.empty()) {
            answers->push_back(std::move(stepped.effect));
          }
        }
      };
  for (std::size_t i = 0; i < std::max(one.text.steps.size(), other.text.steps.size()); ++i) {
    step(first, one, i, &effects.first);
    step(second, other, i, &effects.second);
  }
  return effects;
}

// Where they differ first: `step 3: calls[0].http.url is ...`.
std::optional<std::string> Difference(const Effects& before, const Effects& now) {
  for (std::size_t i = 0; i < std::max(before.size(), now.size()); ++i) {
    if (i >= before.size() || i >= now.size()) {
      return fmt::format("step {}: one of them did not come so far", i + 1);
    }
    if (before[i] != now[i]) {
      return fmt::format("step {}: {}", i + 1, run::EffectDifference(before[i], now[i]));
    }
  }
  return std::nullopt;
}

Effects RecordedEffects(const Recording& recording) {
  Effects effects;
  for (const auto& step : recording.text.steps) {
    effects.push_back(step.effect());
  }
  return effects;
}

}  // namespace

std::vector<Row> CheckSameness(Bench& bench) {
  const std::vector<Evidence>& all = bench.all();
  std::vector<Finding> changing;
  std::vector<Finding> sharing;
  std::string old;
  for (std::size_t i = 0; i < all.size() && !bench.IsSpent(); ++i) {
    const Recording& recording = all[i].recording;
    const Effects alone = Replayed(bench, recording);
    if (const auto difference = Difference(alone, Replayed(bench, recording))) {
      changing.push_back({.where = recording.name + ", given to two sessions",
                          .did = *difference,
                          .should = "answer the same events with the same bytes: no static "
                                    "variables, no clock but NowMs(), no chance but Random()"});
      continue;
    }
    if (const auto difference = Difference(RecordedEffects(recording), alone)) {
      old = fmt::format("{}, {}; if it was made with another build, record it again",
                        recording.name,
                        *difference);
    }
    for (const Recording* other : {&recording, &all[(i + 1) % all.size()].recording}) {
      if (const auto difference =
              Difference(alone, ReplayedTogether(bench, recording, *other).first)) {
        sharing.push_back({.where = recording.name + ", beside a session of " + other->name,
                           .did = *difference,
                           .should = "keep what belongs to a session in its coroutine"});
      }
    }
  }
  const std::string recordings = Counted(all.size(), "recording");
  std::vector<Row> rows;
  rows.push_back(old.empty() || !changing.empty()
                     ? MakeRow("same events, same effects",
                               recordings + ", each twice, byte for byte",
                               std::move(changing))
                     : Row{.verdict = Verdict::kNotShown,
                           .claim = "same events, same effects",
                           .how = "differs from " + old});
  rows.push_back(
      MakeRow("sessions share nothing", recordings + ", each beside another", std::move(sharing)));
  return rows;
}

}  // namespace storebridge::conformance
