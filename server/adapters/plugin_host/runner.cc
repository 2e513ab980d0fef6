#include "adapters/plugin_host/runner.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/plugin_host/library_text.h"
#include "adapters/plugin_host/manifest_check.h"
#include "runner_frame.h"

namespace storebridge::plugin_host {
namespace {

static_assert(SB_FRAME_MANIFEST_BYTES_MAX == kManifestBytesMax);

Error NotLoaded(std::string what) {
  return {.code = Code::kFailedPrecondition,
          .reason = "CONNECTOR_LIBRARY",
          .message = std::move(what),
          .facts = {}};
}

// Words of the process may be made up by the library: one line of visible text, in quotes.
std::string Quoted(std::string_view text) {
  std::string line(text.substr(0, SB_FRAME_TEXT_BYTES_MAX));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c < ' ' || c > '~' || c == '"'; }, '?');
  return '"' + line + '"';
}

// The number in such words; 0 when there is none.
std::uint64_t NumberIn(std::string_view text) {
  std::uint64_t number = 0;
  (void)std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// In the words that are used for a library that is loaded into this process.
std::string RefusedText(const RunnerProcess::Frame& frame) {
  switch (frame.number) {
    case SB_REFUSED_SANDBOX:
      return fmt::format(
          "its sandbox cannot be made here: {}; if you trust the file, list it under "
          "connectors.in_process",
          Quoted(frame.bytes));
    case SB_REFUSED_LIBRARY:
      return fmt::format(
          "it cannot be loaded: {}; rebuild it for this machine, with libraries of the "
          "system only",
          Quoted(frame.bytes));
    case SB_REFUSED_NO_SYMBOL:
      return NoSymbolText();
    case SB_REFUSED_NULL_TABLE:
      return NullTableText();
    case SB_REFUSED_SHORT_TABLE:
      return ShortTableText(NumberIn(frame.bytes));
    case SB_REFUSED_NO_FUNCTIONS:
      return NoFunctionsText();
    case SB_REFUSED_NO_MANIFEST:
      return NoManifestText();
    case SB_REFUSED_LARGE_MANIFEST:
      return LargeManifestText(NumberIn(frame.bytes));
    default:
      return "it was refused for a reason that this server does not know; restart the server";
  }
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
  Stop();
  (void)close(stop_);
}

void Runner::Stop() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(is_stopping_, true)) {
      return;
    }
  }
  (void)eventfd_write(stop_, 1);
  wake_.notify_all();
  thread_.join();
  // Nobody else can be here now. What waits for answers belongs to the executor's thread.
  ports_.executor.Post([jobs = std::move(jobs_)] {});
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
    if (is_stopping_) {
      return;
    }
    jobs_.push_back({.session = session, .event = std::move(event), .reply = std::move(reply)});
  }
  wake_.notify_one();
}

void Runner::Close(SessionId session) {
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) {
      return;
    }
    jobs_.push_back({.session = session});
  }
  wake_.notify_one();
}

void Runner::WaitUntilIdle() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return is_stopping_ || (jobs_.empty() && !is_busy_); });
}

bool Runner::IsStopping() {
  const std::lock_guard lock(mutex_);
  return is_stopping_;
}

std::optional<Runner::Job> Runner::NextJob() {
  std::unique_lock lock(mutex_);
  is_busy_ = false;
  idle_.notify_all();
  wake_.wait(lock, [this] { return is_stopping_ || !jobs_.empty(); });
  if (is_stopping_) {
    return std::nullopt;
  }
  is_busy_ = true;
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

void Runner::Run() {
  mark_ = MarkOf(place_.library);
  Result<Greeting> greeting = Load();
  if (greeting) {
    greeting_ = *greeting;
  }
  first_greeting_.set_value(std::move(greeting));
  if (loaded_) {
    ports_.executor.Post(loaded_);
  }
  while (std::optional<Job> job = NextJob()) {
    if (!job->reply) {
      CloseSession(job->session);
      continue;
    }
    Result<std::string> effect = Exchange(*job);
    // What the reply holds belongs to the executor's thread, and goes there in any case.
    ports_.executor.Post([reply = std::move(job->reply),
                          effect = std::move(effect),
                          is_wanted = !IsStopping()]() mutable {
      if (is_wanted) {
        reply(std::move(effect));
      }
    });
  }
  process_.reset();
}

Runner::FileMark Runner::MarkOf(const std::string& path) {
  struct stat found = {};
  if (stat(path.c_str(), &found) != 0) {
    return {};
  }
  // The time of change moves with whatever is done to it: content, name, owner and mode.
  return {.device = found.st_dev,
          .inode = found.st_ino,
          .size = found.st_size,
          .changed_s = found.st_ctim.tv_sec,
          .changed_ns = found.st_ctim.tv_nsec};
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
  const Trouble trouble = process_->Receive(
      SB_FRAME_MANIFEST_BYTES_MAX, ports_.clock.SteadyMs() + kRunnerLoadMsMax, frame);
  const bool is_hello = trouble == Trouble::kNone && frame.kind == SB_FRAME_HELLO;
  if (is_hello && frame.session == SB_FRAME_VERSION) {
    return Greeting{.proto_minor = frame.number, .manifest = std::move(frame.bytes)};
  }
  const std::string how = std::exchange(process_, nullptr)->End();
  if (is_hello) {
    return NotLoaded(
        fmt::format("the program '{}' is of another release; restart the server", place_.program));
  }
  if (trouble == Trouble::kNone && frame.kind == SB_FRAME_REFUSED) {
    return NotLoaded(RefusedText(frame));
  }
  if (trouble == Trouble::kLate) {
    return NotLoaded(fmt::format("it was not loaded within {} s; report it to its author",
                                 kRunnerLoadMsMax / 1'000));
  }
  if (trouble == Trouble::kEnded) {
    return NotLoaded(
        fmt::format("its process {} while it was loaded; report it to its author", how));
  }
  if (trouble == Trouble::kStopped) {
    return NotLoaded("the server stops");
  }
  return NotLoaded(
      "it wrote into the stream between its process and the server while it was "
      "loaded; report it to its author");
}

Result<std::string> Runner::Exchange(const Job& job) {
  HeedIdleTrouble();
  SB_CHECK(CheckIsNotLost(job.session));
  SB_CHECK(MakeReady());
  SB_TRY(const Seat seat, SeatOf(job.session));
  const std::int64_t deadline_ms = ports_.clock.SteadyMs() + kRunnerStepMsMax;
  RunnerProcess::Frame frame = {.kind = SB_FRAME_STEP, .session = seat.number};
  Trouble trouble = process_->Send(frame, job.event, deadline_ms);
  if (trouble == Trouble::kNone) {
    trouble = process_->Receive(SB_FRAME_EFFECT_BYTES_MAX, deadline_ms, frame);
  }
  if (trouble != Trouble::kNone) {
    return Troubled(trouble, "in a step");
  }
  return Answer(std::move(frame), seat);
}

// Nothing was asked for since the last step.
void Runner::HeedIdleTrouble() {
  if (process_ == nullptr) {
    return;
  }
  if (const Trouble trouble = process_->WhileIdle(); trouble != Trouble::kNone) {
    (void)Troubled(trouble, "between two steps");
  }
}

// Whether the process in which a session lives is still there.
Status Runner::CheckIsNotLost(SessionId session) const {
  const auto found = seats_.find(session);
  if (found == seats_.end() || (process_ != nullptr && found->second.process == process_number_)) {
    return Ok();
  }
  return Unavailable(
      fmt::format("was ended by another run, and this one is lost with it: it {}", last_end_));
}

// Sees to it that there is a process.
Status Runner::MakeReady() {
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
  if (MarkOf(place_.library) != mark_) {
    return Unavailable(
        "is not started again, as its file was replaced or changed; call ReloadConnector, or "
        "restart "
        "the server");
  }
  const Result<Greeting> greeting = Load();
  if (IsStopping()) {
    return Unavailable("is stopped with the server");
  }
  if (!greeting) {
    EndProcess(fmt::format("could not be started again: {}", greeting.error().message));
    return Unavailable(last_end_);
  }
  if (*greeting != greeting_) {
    EndProcess("has another manifest than when it was loaded; report it to its author");
    return Unavailable(last_end_);
  }
  return Ok();
}

// Where a session lives; its place is made with its first step.
Result<Runner::Seat> Runner::SeatOf(SessionId session) {
  const auto found = seats_.find(session);
  if (found != seats_.end()) {
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
  return Troubled(Trouble::kGarbage, "in a step");
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
  RunnerProcess::Frame frame = {.kind = SB_FRAME_CLOSE, .session = seat.number};
  Trouble trouble = process_->Send(frame, "", deadline_ms);
  if (trouble == Trouble::kNone) {
    trouble = process_->Receive(0, deadline_ms, frame);
  }
  if (trouble == Trouble::kNone &&
      (frame.kind != SB_FRAME_CLOSED || frame.session != seat.number)) {
    trouble = Trouble::kGarbage;
  }
  if (trouble != Trouble::kNone) {
    (void)Troubled(trouble, "while it closed a session");
    return;
  }
  free_seats_.push_back(seat.number);
  ends_in_row_ = 0;
}

// Ends the process after a session broke it, and gives that session's error.
Error Runner::Troubled(Trouble trouble, const std::string& where) {
  switch (trouble) {
    case Trouble::kEnded:
      EndProcess(fmt::format("{} {}", process_->End(), where));
      return Ended();
    case Trouble::kLate:
      EndProcess(fmt::format("did not come back within {} s {}", kRunnerStepMsMax / 1'000, where));
      return Ended();
    case Trouble::kGarbage:
      EndProcess(fmt::format("wrote into the stream between its process and the server {}", where));
      return Ended();
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
      "the process of a connector was ended",
      {{"connector", id_}, {"why", what}, {"pause_seconds", std::to_string(pause_ms / 1'000)}});
}

Error Runner::Broken(const std::string& what) const {
  return {.code = Code::kInternal,
          .reason = "CONNECTOR_BROKEN",
          .message = fmt::format("connector '{}' {}; report it to its author", id_, what),
          .facts = {{"connector", id_}}};
}

Error Runner::Ended() const {
  Error error = Broken(last_end_);
  error.facts.emplace(kProcessEnded, "true");
  return error;
}

Error Runner::Unavailable(const std::string& what) const {
  return {.code = Code::kUnavailable,
          .reason = "CONNECTOR_PAUSED",
          .message = fmt::format("connector '{}' {}", id_, what),
          .facts = {{"connector", id_}}};
}

}  // namespace storebridge::plugin_host
