#include "sim/world.h"

#include <algorithm>
#include <utility>

#include "adapters/storage/storage.h"
#include "sim/command_line.h"
#include "sim/times.h"

namespace storebridge::sim {
namespace {

// Longer than every appointment that a customer or merchant still has.
constexpr std::int64_t kLastAppointmentMs = kHourMs;
// Within this everything is quiet after the last fault: the longest pause that a store may ask for,
// the longest back-off, and what then remains to be done.
constexpr std::int64_t kRestMsMax = 100 * kMinuteMs;
// One round of everything that is looked at by the clock.
constexpr std::int64_t kRoundMs = 16 * kMinuteMs;
constexpr std::int64_t kRestartMsMax = 2 * kMinuteMs;
constexpr std::int64_t kClockJumpMsMax = 4 * kMinuteMs;
constexpr std::int64_t kStoreClockSecondsMax = 600;
// In one seed of so many the store calls.
constexpr std::uint64_t kCallingStoreEach = 3;

}  // namespace

World::World(const Options& options)
    : options_(options),
      log_([this] { return executor_.now_ms(); }, options.trace),
      faults_(options.seed * 104'729 + 7),
      store_({.products = options.products,
              .now_ms = [this] { return executor_.now_ms(); },
              .start_ms = testing::ManualClock::kStartMs}) {
  database_ =
      *storage::OpenStorage({.path = ":memory:", .inline_mode = true}, executor_, clock_, nullptr);
  oracle_ = std::make_unique<Oracle>(Oracle::Parts{store_, *database_, executor_, log_});
  wire_ = std::make_unique<StoreWire>(
      StoreWire::Parts{
          store_,
          executor_,
          faults_,
          log_,
          *oracle_,
          [this](std::int64_t order, std::uint64_t chance) { people_->Meddle(order, chance); },
          [this] { return people_->Order(people_->codes().front(), false); },
          [this](std::int64_t order) { people_->Pay(order); }},
      options.seed * 15'485'863 + 3);
  people_ = std::make_unique<People>(
      People::Parts{store_,
                    *database_,
                    executor_,
                    faults_,
                    *oracle_,
                    log_,
                    [this]() -> SimServer* {
                      return server_ != nullptr && server_->alive() ? server_.get() : nullptr;
                    }},
      options.seed * 7'919 + 1);
}

World::~World() = default;

Weather World::WeatherNow() const {
  if (options_.weather != Weather::kBySeed) {
    return options_.weather;
  }
  switch (options_.seed % 8) {
    case 1:
      return Weather::kFair;
    case 2:
      return options_.seed / 8 % 2 == 0 ? Weather::kPeople : Weather::kBusy;
    default:
      return Weather::kFoul;
  }
}

// ---- the server's lives

void World::Start() {
  ++report_.restarts;
  oracle_->OnRestart();
  server_ = std::make_unique<SimServer>(
      SimServer::Parts{*database_,
                       executor_,
                       clock_,
                       *wire_,
                       faults_,
                       *oracle_,
                       options_.refit,
                       {.fate = [this](EffectKind kind) { return FateOf(kind); },
                        .crash = [this] { Crash(); },
                        .committed = [this] { oracle_->OnCommit(); }}},
      options_.seed * 32'452'843 + static_cast<std::uint64_t>(report_.restarts));
  oracle_->SetRateLimit(server_->manifest().rate_limit());
}

void World::Crash() {
  log_.Note("the server crashes");
  server_->Kill();
  // Not here: the dead stand on the stack.
  executor_.Post([this] { server_.reset(); });
  const auto wait =
      static_cast<std::int64_t>(faults_.chance().Below(static_cast<std::uint64_t>(kRestartMsMax)));
  executor_.PostAfter(std::chrono::milliseconds(1 + wait), [this] {
    log_.Note("the server starts");
    Start();
  });
}

Fate World::FateOf(EffectKind kind) {
  if (effects_from_ >= 0) {
    const std::int64_t nth = ++effects_ - effects_from_;
    const bool is_due =
        fail_at_.nth > 0 && (fail_at_.is_for_ever ? nth >= fail_at_.nth : nth == fail_at_.nth);
    if (is_due) {
      log_.Note("effect " + std::to_string(nth) + " fails");
      return fail_at_.fate;
    }
  }
  if (faults_.Fires(Fault::kCrash)) {
    return faults_.chance().Below(2) == 0 ? Fate::kCrashBefore : Fate::kCrashAfter;
  }
  if (kind == EffectKind::kWork && faults_.Fires(Fault::kDisk)) {
    log_.Note("fault: disk full");
    return Fate::kRefused;
  }
  return Fate::kWell;
}

// ---- the day

bool World::Advance(std::int64_t ms) {
  constexpr std::int64_t kStepMs = 5 * kMinuteMs;
  while (ms > 0) {
    const std::int64_t step = std::min(ms, kStepMs);
    executor_.Advance(std::chrono::milliseconds(step));
    ms -= step;
    if (is_calm_) {
      oracle_->CheckLooks(clock_.NowMs());
    }
    if (options_.stops_at_violation && !oracle_->violations().empty()) {
      return false;
    }
  }
  return true;
}

void World::Begin() {
  Start();
  people_->Connect();
  Advance(5 * kMinuteMs);
  people_->CountShelf();
  Advance(5 * kMinuteMs);
}

void World::ShakeClocks() {
  testing::SeededRandom& random = faults_.chance();
  if (faults_.Fires(Fault::kOwnClock)) {
    const auto jump =
        static_cast<std::int64_t>(random.Below(static_cast<std::uint64_t>(2 * kClockJumpMsMax))) -
        kClockJumpMsMax;
    log_.Note("fault: our clock jumps to " + std::to_string(jump) + " ms off");
    clock_.JumpTo(testing::ManualClock::kStartMs + executor_.now_ms() + jump);
  }
  if (faults_.Fires(Fault::kOutage)) {
    const std::int64_t until =
        executor_.now_ms() + kMinuteMs +
        static_cast<std::int64_t>(random.Below(static_cast<std::uint64_t>(kHourMs)));
    log_.Note("fault: the store is down until " + std::to_string(until) + " ms");
    wire_->GoDownUntil(until);
  }
  if (faults_.Fires(Fault::kRefusedLogin)) {
    const std::int64_t until =
        executor_.now_ms() + kMinuteMs +
        static_cast<std::int64_t>(random.Below(static_cast<std::uint64_t>(kHourMs)));
    log_.Note("fault: credentials are refused until " + std::to_string(until) + " ms");
    wire_->RefuseLoginUntil(until);
  }
}

void World::EveryHalfHour() {
  if (is_over_) {
    return;
  }
  people_->MakeTrouble();
  ShakeClocks();
  if (executor_.now_ms() / (30 * kMinuteMs) % 2 == 0) {
    faults_.BeginHour();
  } else {
    faults_.MakeUp();
  }
  executor_.PostAfter(std::chrono::milliseconds(30 * kMinuteMs), [this] { EveryHalfHour(); });
}

Report World::Run() {
  Begin();
  switch (options_.course) {
    case Course::kScenario:
      return RunScenario();
    case Course::kOutage:
      return RunOutage();
    case Course::kDays:
      break;
  }
  return RunDays();
}

Report World::RunDays() {
  const Weather weather = WeatherNow();
  is_calm_ = weather != Weather::kFoul;
  if (is_calm_) {
    people_->ExpectPromptness();
  }
  if (weather != Weather::kFair) {
    faults_.Draw(is_calm_);
    if (faults_.Fires(Fault::kStoreClock)) {
      const auto off = static_cast<std::int64_t>(faults_.chance().Below(
                           static_cast<std::uint64_t>(2 * kStoreClockSecondsMax))) -
                       kStoreClockSecondsMax;
      store_.SetClockOffset(off);
      log_.Note("fault: the store's clock is " + std::to_string(off) + " s off");
    }
    EveryHalfHour();
  }
  people_->Work();
  if (weather == Weather::kBusy) {
    people_->CountAllDay();
  }
  if (options_.seed % kCallingStoreEach == 0) {
    people_->LetStoreCall();
  }
  if (!Advance(options_.days * kDayMs)) {
    return End();
  }
  const std::int64_t commits = database_->commits();
  people_->Rest();
  Advance(kLastAppointmentMs);
  if (weather == Weather::kFair) {
    oracle_->CheckWork(people_->counts().placed, commits, wire_->bytes(), 24.0 * options_.days + 1);
  }
  Rest();
  return End();
}

void World::Rest() {
  is_over_ = true;
  faults_.Heal();
  wire_->Heal();
  fail_at_ = {};
  log_.Note("everything is healed");
  people_->MendAll();
  const std::int64_t healed = executor_.now_ms();
  std::string unrest = "not asked yet";
  while (!unrest.empty() && executor_.now_ms() - healed < kRestMsMax) {
    if (!Advance(kMinuteMs)) {
      return;
    }
    unrest = oracle_->Unrest();
  }
  report_.rest_ms = executor_.now_ms() - healed;
  if (!unrest.empty()) {
    oracle_->Violate(
        Invariant::kComesToRest,
        std::to_string(kRestMsMax / kMinuteMs) + " minutes after the last fault: " + unrest);
  }
  // What only the clock finds is found now, and answered.
  Advance(2 * kRoundMs);
  if (options_.stops_at_violation && !oracle_->violations().empty()) {
    return;
  }
  oracle_->CheckQuiet();
  Advance(10 * kMinuteMs);
  oracle_->CheckStillness();
}

Report World::End() {
  report_.violations = oracle_->violations();
  report_.hash = log_.hash();
  report_.events = log_.events();
  report_.people = people_->counts();
  report_.faults = faults_.fired();
  report_.faults_by_hour = faults_.by_hour();
  --report_.restarts;
  report_.requests = oracle_->requests();
  report_.spoiled_answers = store_.spoiled_answers();
  report_.writes = oracle_->writes();
  report_.commits = database_->commits();
  report_.bytes = wire_->bytes();
  report_.effects = effects_from_ < 0 ? 0 : effects_ - effects_from_;
  report_.left = oracle_->left();
  report_.told = oracle_->told();
  report_.last_events = log_.Last();
  return report_;
}

// ---- scenarios

Report World::RunScenario() {
  const std::vector<std::string> codes = people_->codes();
  fail_at_ = options_.fail_at;
  effects_from_ = 0;
  people_->Order(codes.at(0), true);
  Advance(2 * kMinuteMs);
  people_->Order(codes.at(1), true);
  people_->Order(codes.at(0), true);
  // Long enough that everything is done, if nothing fails.
  for (int round = 0; round < 4; ++round) {
    Advance(3 * kMinuteMs);
    people_->WarehouseRound();
  }
  const std::int64_t effects = effects_;
  // Healed, the warehouse goes on with what it could not do before.
  fail_at_ = {};
  for (int round = 0; round < 4; ++round) {
    Advance(5 * kMinuteMs);
    people_->WarehouseRound();
  }
  Rest();
  Report report = End();
  report.effects = effects;
  return report;
}

Report World::RunOutage() {
  const std::vector<std::string> codes = people_->codes();
  for (std::size_t i = 0; i < 6; ++i) {
    people_->Order(codes.at(i), true);
  }
  Advance(3 * kMinuteMs);
  people_->WarehouseRound();
  Advance(kMinuteMs);
  wire_->GoDownUntil(executor_.now_ms() + kHourMs);
  // One after the other, so that there is an order in which they left.
  for (int left = 0; left < 6; ++left) {
    people_->WarehouseRound(1);
    Advance(5 * kMinuteMs);
  }
  Advance(kHourMs);
  Rest();
  return End();
}

std::string Describe(const Options& options, const Report& report) {
  std::string text = "seed " + std::to_string(options.seed) + ", hash " +
                     std::to_string(report.hash) + "; the last events:\n";
  for (const std::string& event : report.last_events) {
    text += "  " + event + "\n";
  }
  for (const Violation& violation : report.violations) {
    text += "VIOLATION of " + violation.Text() + "\n";
  }
  return text + "again: " + CommandLine(options) + " --trace\n";
}

}  // namespace storebridge::sim
