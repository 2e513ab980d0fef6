#include "recordings.h"

#include <cstdio>
#include <iostream>
#include <optional>
#include <utility>

#include "adapters/recording/recorded_session.h"
#include "adapters/recording/recording_file.h"
#include "adapters/recording/replay.h"
#include "effect_difference.h"
#include "source_places.h"

namespace storebridge::run {
namespace {

constexpr std::uint64_t kRecordBytesMax = 256ULL * 1024 * 1024;

// Answers as another session, without the places in its source.
class SessionWithoutPlaces : public ports::ConnectorSession {
 public:
  explicit SessionWithoutPlaces(std::unique_ptr<ports::ConnectorSession> session)
      : session_(std::move(session)) {}

  void Step(std::string event, StepDone done) override {
    session_->Step(std::move(event), [&done](Result<std::string_view> effect) {
      if (!effect) {
        return done(effect.error());
      }
      const std::string masked = EffectWithoutSourcePlaces(*effect);
      done(std::string_view(masked));
    });
  }

 private:
  std::unique_ptr<ports::ConnectorSession> session_;
};

recording::RecordingText WithoutPlaces(recording::RecordingText text) {
  for (connector::v1::RecordingStep& step : text.steps) {
    step.set_effect(EffectWithoutSourcePlaces(step.effect()));
  }
  return text;
}

void SayEnd(const recording::RecordingText& text) {
  if (!text.cut_reason.empty()) {
    std::cout << "note: the recording ends before its session did: " << text.cut_reason << "\n";
  }
}

}  // namespace

Result<std::unique_ptr<ports::ConnectorSession>> RecordInto(const std::string& path,
                                                            const std::string& operation,
                                                            const connector::v1::Manifest& manifest,
                                                            SessionPair sessions,
                                                            StoreCaller& caller) {
  connector::v1::RecordingHeader header;
  header.set_connector(manifest.id());
  header.set_connector_version(manifest.version());
  header.set_operation(operation);
  header.set_recorded_ms(caller.clock().NowMs());
  // Now, not with the first step: by then the store may have been written to.
  SB_TRY(auto made, recording::RecordingWriter::Create(path, kRecordBytesMax, header));
  // Without a step it is no recording, and the next try would find it there.
  const std::shared_ptr<std::unique_ptr<recording::RecordingWriter>> file(
      new std::unique_ptr<recording::RecordingWriter>(std::move(made)), [path](auto* unused) {
        if (*unused != nullptr) {
          unused->reset();
          std::remove(path.c_str());
        }
        delete unused;
      });
  recording::RecordingParts parts{
      .twin = std::move(sessions.twin),
      .key = {.first = caller.random().Next(), .second = caller.random().Next()},
      .make_file = [file](const std::string& /*operation*/)
          -> Result<std::unique_ptr<recording::RecordingWriter>> { return std::move(*file); },
      .on_cut =
          [](const std::string& reason) {
            std::cerr << "storebridge-run: the recording ended early: " << reason << "\n";
          }};
  return recording::RecordSession(std::move(sessions.session), std::move(parts));
}

Result<bool> ReplayFile(const std::string& path, LoadedConnector& connector) {
  const connector::v1::Manifest& manifest = connector.manifest();
  SB_TRY(const recording::RecordingText text, recording::ReadRecording(path));
  if (text.header.connector() != manifest.id()) {
    return Error{.code = Code::kInvalidArgument,
                 .reason = "RECORDING_CONNECTOR",
                 .message = path + " is a recording of the connector '" + text.header.connector() +
                            "', not of '" + manifest.id() + "'"};
  }
  std::cout << text.header.operation() << " of " << manifest.id() << " "
            << text.header.connector_version() << ", " << text.steps.size()
            << " steps; replayed with " << manifest.version() << "\n";
  if (text.steps.empty()) {
    SayEnd(text);
    return Error{.code = Code::kInvalidArgument,
                 .reason = "RECORDING_EMPTY",
                 .message = path + " has no step: there is nothing to compare"};
  }
  SB_TRY(const auto session, connector.Open());
  const bool is_the_same = !recording::Replay(text, *session);
  SayEnd(text);
  if (is_the_same) {
    std::cout << "the same, byte for byte\n";
    return true;
  }
  SB_TRY(auto again, connector.Open());
  SessionWithoutPlaces placeless(std::move(again));
  const std::optional<recording::Difference> difference =
      recording::Replay(WithoutPlaces(text), placeless);
  if (!difference) {
    std::cout << "the same, but for the lines of its source that messages name\n";
    return true;
  }
  std::cout << "step " << difference->step << ": "
            << (difference->problem.empty()
                    ? EffectDifference(difference->recorded, difference->now)
                    : difference->problem)
            << "\n";
  return false;
}

}  // namespace storebridge::run
