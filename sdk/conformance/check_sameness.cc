#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "checks.h"
#include "effect_difference.h"
#include "source_places.h"

namespace storebridge::conformance {
namespace {

using Effects = std::vector<std::string>;

// A session that is given the recorded events, up to where it breaks.
class Replayed {
 public:
  Replayed(Bench& bench, const Recording& recording)
      : bench_(bench), recording_(recording), session_(bench.subject().Open()) {}

  // False when there is no further step.
  bool Step() {
    if (is_broken_ || effects_.size() == recording_.text.steps.size()) {
      return false;
    }
    Stepped stepped = session_.Step(recording_.text.steps[effects_.size()].event());
    bench_.NoteStep(stepped, recording_.name);
    is_broken_ = !stepped.problem.empty();
    effects_.push_back(is_broken_ ? "it " + stepped.problem : std::move(stepped.effect));
    return true;
  }

  [[nodiscard]] const Effects& effects() const { return effects_; }

 private:
  Bench& bench_;
  const Recording& recording_;
  Subject::Session session_;
  Effects effects_;
  bool is_broken_ = false;
};

Effects ReplayedAlone(Bench& bench, const Recording& recording) {
  Replayed session(bench, recording);
  while (session.Step()) {
  }
  return session.effects();
}

// The same, while another session takes turns with it.
Effects ReplayedBeside(Bench& bench, const Recording& recording, const Recording& other) {
  Replayed session(bench, recording);
  Replayed neighbour(bench, other);
  bool goes_on = true;
  while (goes_on) {
    goes_on = session.Step();
    goes_on = neighbour.Step() || goes_on;
  }
  return session.effects();
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

// An edit moves the lines that messages name.
Effects WithoutPlaces(Effects effects) {
  for (std::string& effect : effects) {
    effect = run::EffectWithoutSourcePlaces(effect);
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
    const Effects alone = ReplayedAlone(bench, recording);
    if (const auto difference = Difference(alone, ReplayedAlone(bench, recording))) {
      changing.push_back({.where = recording.name + ", given to two sessions",
                          .did = *difference,
                          .should = "answer the same events with the same bytes: no static "
                                    "variables, no clock but NowMs(), no chance but Random()"});
      continue;
    }
    if (const auto difference =
            Difference(WithoutPlaces(RecordedEffects(recording)), WithoutPlaces(alone))) {
      old = fmt::format("{}, {}; if it was made with another build, record it again",
                        recording.name,
                        *difference);
    }
    for (const Recording* other : {&recording, &all[(i + 1) % all.size()].recording}) {
      if (const auto difference = Difference(alone, ReplayedBeside(bench, recording, *other))) {
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
