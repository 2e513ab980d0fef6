#include "adapters/recording/recorded_session.h"

#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "adapters/recording/event_redactor.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::recording {
namespace {

namespace cv1 = connector::v1;

// What an effect asks for, without its words: `1http 2emit`.
std::string ShapeOf(std::string_view effect_bytes) {
  cv1::Effect effect;
  if (!effect.ParseFromArray(effect_bytes.data(), static_cast<int>(effect_bytes.size()))) {
    return "no effect";
  }
  std::string shape = effect.has_done() ? "done" : "";
  for (const cv1::Call& call : effect.calls()) {
    shape += fmt::format("{}:{} ", call.id(), static_cast<int>(call.kind_case()));
  }
  return shape;
}

// The twin and the file. Lives until the twin has answered what it was asked.
class Track : public std::enable_shared_from_this<Track> {
 public:
  explicit Track(RecordingParts parts) : parts_(std::move(parts)), redactor_(parts_.key) {}

  // The session was given `event` and answered an effect of that shape.
  void Observe(const std::string& event, std::string shape) {
    if (is_over_) {
      return;
    }
    if (waiting_.size() >= kWaitingMax) {
      return Cut(fmt::format("the twin session is more than {} steps behind", kWaitingMax));
    }
    Result<std::string> redacted = redactor_.Redact(event);
    if (!redacted) {
      return Cut(redacted.error().message);
    }
    waiting_.push_back({*std::move(redacted), std::move(shape)});
    StepTwin();
  }

  // The session is gone.
  void Close() {
    is_closed_ = true;
    if (waiting_.empty()) {
      End("");
    }
  }

 private:
  struct Waiting {
    std::string event;
    std::string shape;
  };

  void StepTwin() {
    if (is_stepping_ || is_over_ || waiting_.empty()) {
      return;
    }
    is_stepping_ = true;
    parts_.twin->Step(waiting_.front().event,
                      [self = shared_from_this()](Result<std::string_view> effect) {
                        self->OnEffect(std::move(effect));
                      });
  }

  void OnEffect(Result<std::string_view> effect) {
    const Waiting step = std::move(waiting_.front());
    waiting_.pop_front();
    is_stepping_ = false;
    if (!effect) {
      return Cut("on the replaced data, " + effect.error().message);
    }
    if (const Status written = Write(step.event, *effect); !written) {
      return Cut(written.error().message);
    }
    if (ShapeOf(*effect) != step.shape) {
      return Cut(
          "with replaced personal data the connector asks for something else than it did; this is "
          "as far as the two went together");
    }
    if (is_closed_ && waiting_.empty()) {
      return End("");
    }
    StepTwin();
  }

  Status Write(const std::string& event, std::string_view effect) {
    if (!file_) {
      cv1::Event first;
      first.ParseFromString(event);
      SB_TRY(file_, parts_.make_file(first.begin().operation()));
    }
    return file_->Add(event, effect);
  }

  void Cut(const std::string& reason) {
    if (!is_over_) {
      parts_.on_cut(reason);
      End(reason);
    }
  }

  void End(const std::string& cut_reason) {
    if (!is_over_ && file_) {
      file_->End(cut_reason);
    }
    is_over_ = true;
    waiting_.clear();
  }

  RecordingParts parts_;
  EventRedactor redactor_;
  std::unique_ptr<RecordingWriter> file_;
  std::deque<Waiting> waiting_;
  bool is_stepping_ = false;
  bool is_closed_ = false;
  bool is_over_ = false;
};

class RecordedSession : public ports::ConnectorSession {
 public:
  RecordedSession(std::unique_ptr<ports::ConnectorSession> session, RecordingParts parts)
      : session_(std::move(session)), track_(std::make_shared<Track>(std::move(parts))) {}
  RecordedSession(const RecordedSession&) = delete;
  RecordedSession& operator=(const RecordedSession&) = delete;
  ~RecordedSession() override { track_->Close(); }

  void Step(std::string event, StepDone done) override {
    std::string copy = event;
    session_->Step(std::move(event),
                   [track = track_, event = std::move(copy), done = std::move(done)](
                       Result<std::string_view> effect) {
                     if (effect) {
                       track->Observe(event, ShapeOf(*effect));
                     }
                     // Last: it may destroy the session.
                     done(effect);
                   });
  }

 private:
  std::unique_ptr<ports::ConnectorSession> session_;
  std::shared_ptr<Track> track_;
};

}  // namespace

std::unique_ptr<ports::ConnectorSession> RecordSession(
    std::unique_ptr<ports::ConnectorSession> session, RecordingParts parts) {
  return std::make_unique<RecordedSession>(std::move(session), std::move(parts));
}

}  // namespace storebridge::recording
