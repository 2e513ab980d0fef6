#include "adapters/recording/replay.h"

#include <string_view>

namespace storebridge::recording {

std::optional<Difference> Replay(const RecordingText& recording, ports::ConnectorSession& session) {
  for (std::size_t i = 0; i < recording.steps.size(); ++i) {
    Difference difference{.step = i + 1,
                          .recorded = recording.steps[i].effect(),
                          .problem = "the session did not answer at once"};
    session.Step(recording.steps[i].event(), [&difference](Result<std::string_view> effect) {
      difference.problem = effect ? "" : effect.error().message;
      difference.now = effect ? std::string(*effect) : "";
    });
    if (!difference.problem.empty() || difference.now != difference.recorded) {
      return difference;
    }
  }
  return std::nullopt;
}

}  // namespace storebridge::recording
