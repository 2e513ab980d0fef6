#include "adapters/plugin_host/runner.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "adapters/plugin_host/manifest_check.h"
#include "runner_frame.h"

namespace storebridge::plugin_host {
namespace {

// More than a manifest may have, so that one that is too large can be told so.
constexpr std::size_t kGreetingBytesMax = 4 * kManifestBytesMax;

Error NotLoaded(std::string what) {
  return {.code = Code::kFailedPrecondition,
          .reason = "CONNECTOR_LIBRARY",
          .message = std::move(what),
          .facts = {}};
}

// What a process says of its library may be made up by it: one line of visible text.
std::string Printable(std::string_view text) {
  std::string line(text.substr(0, SB_FRAME_TEXT_BYTES_MAX));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return line;
}

std::string BrokenText(std::uint32_t why) {
  switch (why) {
    case SB_BROKEN_SAYS_SO:
      return "says that its session is broken";
    case SB_BROKEN_STATUS:
      return "answered with an unknown status";
    case SB_BROKEN_TOO_LARGE:
      return fmt::format("gave an effect that is too large; at most {} bytes are allowed",
                         SB_FRAME_EFFECT_BYTES_MAX);
    case SB_BROKEN_NULL_EFFECT:
      return "gave bytes at NULL as effect";
    default:
      return "is broken";
  }
}

}  // namespace

Runner::Runner(std::string id,
               RunnerProcess::Place place,
               Ports ports,
               std::function<void()> loaded)
    : id_(std::move(id)),
      place_(std::move(place)),
      ports_(ports),
      loaded_(std::move(loaded)),
      stop_(eventfd(0, EFD_CLOEXEC)),
      thread_([this] { Run(); }) {}

Runner::~Runner() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  (void)eventfd_write(stop_, 1);
  wake_.notify_all();
  thread_.join();
  (void)close(stop_);
}

Result<Runner::Greeting> Runner::WaitForGreeting() {
  return first_greeting_.get_future().get();
}

Runner::SessionId Runner::Open() {
  const std::lock_guard lock(mutex_);
  return ++last_session_;
}

void Runner::Step(SessionId session, std::string event, Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({.session = session, .event = std::move(event), .reply = std::move(reply)});
  }
  wake_.notify_one();
}

void Runner::Close(SessionId session) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({.session = session});
  }
  wake_.notify_one();
}

std::optional<Runner::Job> Runner::NextJob() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return is_stopping_ || !jobs_.empty(); });
  if (is_stopping_) {
    return std::nullopt;
  }
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

void Runner::Run() {
  Result<Greeting> greeting = Load();
  if (greeting) {
    greeting_ = *greeting;
  }
  first_greeting_.set_value(std::move(greeting));
  if (loaded_) {
    ports_.executor.Post(loaded_);
  }
  while (const std::optional<Job> job = NextJob()) {
    if (!job->reply) {
      CloseSession(job->session);
      continue;
    }
    ports_.executor.Post(
        [reply = job->reply, effect = Exchange(*job)]() mutable { reply(std::move(effect)); });
  }
  process_.reset();
}

// Starts a process and waits for what it says of the library.
Result<Runner::Greeting> Runner::Load() {
  SB_TRY(process_, RunnerProcess::Start(place_, stop_, ports_.clock));
  ++process_number_;
  free_seats_.clear();
  for (std::uint32_t number = SB_FRAME_SESSIONS_MAX; number > 0; --number) {
    free_seats_.push_back(number - 1);
  }
  RunnerProcess::Frame frame;
  const Trouble trouble =
      process_->Receive(kGreetingBytesMax, ports_.clock.SteadyMs() + kRunnerLoadMsMax, frame);
  if (trouble == Trouble::kNone && frame.kind == SB_FRAME_HELLO) {
    return Greeting{.proto_minor = frame.number, .manifest = std::move(frame.bytes)};
  }
  const std::string how = std::exchange(process_, nullptr)->End();
  if (trouble == Trouble::kNone && frame.kind == SB_FRAME_REFUSED) {
    return NotLoaded(Printable(frame.bytes));
  }
  if (trouble == Trouble::kLate) {
    return NotLoaded(fmt::format("it was not loaded within {} s; report it to its author",
                                 kRunnerLoadMsMax / 1'000));
  }
  if (trouble == Trouble::kEnded) {
    return NotLoaded(
        fmt::format("its process ended while it was loaded: {}; report it to its author", how));
  }
  return NotLoaded("its process does not talk as storebridge-runner does; reinstall the server");
}

Result<std::string> Runner::Exchange(const Job& job) {
  SB_CHECK(MakeReady());
  SB_TRY(const Seat seat, SeatOf(job.session));
  const std::int64_t deadline_ms = ports_.clock.SteadyMs() + kRunnerStepMsMax;
  RunnerProcess::Frame frame = {.kind = SB_FRAME_STEP, .session = seat.number};
  Trouble trouble = process_->Send(frame, job.event, deadline_ms);
  if (trouble == Trouble::kNone) {
    trouble = process_->Receive(SB_FRAME_EFFECT_BYTES_MAX, deadline_ms, frame);
  }
  if (trouble != Trouble::kNone) {
    return Troubled(trouble);
  }
  return Answer(std::move(frame), seat);
}

// Sees to it that there is a process.
Status Runner::MakeReady() {
  if (process_ != nullptr && process_->HasEnded()) {
    EndProcess(fmt::format("ended between two steps: {}", process_->End()));
  }
  if (process_ != nullptr) {
    return Ok();
  }
  const std::int64_t left_ms = paused_until_ms_ - ports_.clock.SteadyMs();
  if (left_ms > 0) {
    return Unavailable(fmt::format("was ended {} times in a row and may begin again in {} s: it {}",
                                   ends_in_row_,
                                   (left_ms + 999) / 1'000,
                                   last_end_));
  }
  const Result<Greeting> greeting = Load();
  if (!greeting) {
    EndProcess(fmt::format("could not be started again: {}", greeting.error().message));
    return Unavailable(last_end_);
  }
  if (*greeting != greeting_) {
    EndProcess(
        "has another manifest than when it was loaded, so its file was replaced; call "
        "ReloadConnector, or restart the server");
    return Unavailable(last_end_);
  }
  return Ok();
}

// Where a session lives; its place is made with its first step.
Result<Runner::Seat> Runner::SeatOf(SessionId session) {
  const auto found = seats_.find(session);
  if (found != seats_.end()) {
    if (found->second.process != process_number_) {
      return Unavailable(
          fmt::format("was ended by another run, and this one is lost with it: it {}", last_end_));
    }
    return found->second;
  }
  if (free_seats_.empty()) {
    return Error{
        .code = Code::kResourceExhausted,
        .reason = "CONNECTOR_MEMORY",
        .message = fmt::format(
            "connector '{}' has {} sessions already; try again later", id_, SB_FRAME_SESSIONS_MAX),
        .facts = {{"connector", id_}}};
  }
  const Seat seat = {.number = free_seats_.back(), .process = process_number_};
  free_seats_.pop_back();
  seats_.emplace(session, seat);
  return seat;
}

Result<std::string> Runner::Answer(RunnerProcess::Frame frame, const Seat& seat) {
  if (frame.session == seat.number && frame.kind == SB_FRAME_EFFECT) {
    return std::move(frame.bytes);
  }
  if (frame.session == seat.number && frame.kind == SB_FRAME_BROKEN) {
    if (frame.number == SB_BROKEN_NO_MEMORY) {
      return Error{.code = Code::kResourceExhausted,
                   .reason = "CONNECTOR_MEMORY",
                   .message = fmt::format(
                       "connector '{}' has no memory for a session; try again later", id_),
                   .facts = {{"connector", id_}}};
    }
    return Broken(BrokenText(frame.number));
  }
  return Troubled(Trouble::kGarbage);
}

void Runner::CloseSession(SessionId session) {
  const auto found = seats_.find(session);
  if (found == seats_.end()) {
    return;
  }
  const Seat seat = found->second;
  seats_.erase(found);
  if (process_ == nullptr || seat.process != process_number_) {
    return;
  }
  const std::int64_t deadline_ms = ports_.clock.SteadyMs() + kRunnerStepMsMax;
  const Trouble trouble =
      process_->Send({.kind = SB_FRAME_CLOSE, .session = seat.number}, "", deadline_ms);
  if (trouble != Trouble::kNone) {
    (void)Troubled(trouble);
    return;
  }
  free_seats_.push_back(seat.number);
  ends_in_row_ = 0;
}

// Ends the process after a session broke it, and gives that session's error.
Error Runner::Troubled(Trouble trouble) {
  switch (trouble) {
    case Trouble::kEnded:
      EndProcess(fmt::format("crashed: {}", process_->End()));
      return Broken(last_end_);
    case Trouble::kLate:
      EndProcess(
          fmt::format("did not come back from a step within {} s", kRunnerStepMsMax / 1'000));
      return Broken(last_end_);
    case Trouble::kGarbage:
      EndProcess("wrote into the stream between its process and the server");
      return Broken(last_end_);
    case Trouble::kStopped:
    case Trouble::kNone:
      break;
  }
  return Unavailable("is stopped with the server");
}

void Runner::EndProcess(const std::string& what) {
  process_.reset();
  last_end_ = what;
  ++ends_in_row_;
  std::int64_t pause_ms = ends_in_row_ < 2 ? 0 : kRunnerPauseMs;
  for (std::int64_t i = 2; i < ends_in_row_ && pause_ms < kRunnerPauseMsMax; ++i) {
    pause_ms *= 2;
  }
  pause_ms = std::min(pause_ms, kRunnerPauseMsMax);
  paused_until_ms_ = ports_.clock.SteadyMs() + pause_ms;
  ports_.log.Write(
      ports::LogLevel::kError,
      "the process of a connector was ended; its runs begin again by themselves",
      {{"connector", id_}, {"why", what}, {"pause_seconds", std::to_string(pause_ms / 1'000)}});
}

Error Runner::Broken(const std::string& what) const {
  return {.code = Code::kInternal,
          .reason = "CONNECTOR_BROKEN",
          .message = fmt::format("connector '{}' {}; report it to its author", id_, what),
          .facts = {{"connector", id_}}};
}

Error Runner::Unavailable(const std::string& what) const {
  return {.code = Code::kUnavailable,
          .reason = "CONNECTOR_PAUSED",
          .message = fmt::format("connector '{}' {}", id_, what),
          .facts = {{"connector", id_}}};
}

}  // namespace storebridge::plugin_host
