// The connector's interface by itself: a step that does nothing, beside a plain function that takes
// and gives the same bytes.
#include "bench/figures.h"
#include "storebridge/connector.h"
#include "storebridge/sdk.h"
#include "storebridge/sdk/registration.h"

namespace storebridge::bench {
namespace {

namespace cv1 = connector::v1;

sdk::Operation WaitForEver(sdk::Context& cx) {
  for (;;) {
    co_await cx.Sleep(1);
  }
}

// What the function beside it keeps between its calls, as a session does.
struct Plain {
  std::uint64_t last_id = 1;
  std::string effect;
};

// The floor: reads the event, writes the effect.
bool PlainStep(Plain& plain, sb_bytes event_bytes, sb_bytes* effect_bytes) {
  cv1::Event event;
  if (!event.ParseFromArray(event_bytes.data, static_cast<int>(event_bytes.size)) ||
      event.completions().items_size() != 1 || event.completions().items(0).id() != plain.last_id) {
    return false;
  }
  cv1::Effect effect;
  cv1::Call* call = effect.add_calls();
  call->set_id(++plain.last_id);
  call->mutable_sleep()->set_ms(1);
  effect.SerializeToString(&plain.effect);
  *effect_bytes = {reinterpret_cast<const std::uint8_t*>(plain.effect.data()), plain.effect.size()};
  return true;
}

std::string EventFor(std::uint64_t id) {
  cv1::Event event;
  event.set_now_ms(1'795'000'000'000);
  cv1::Completion* completion = event.mutable_completions()->add_items();
  completion->set_id(id);
  completion->mutable_slept();
  return event.SerializeAsString();
}

sb_bytes BytesOf(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Error Broken(const char* what) {
  return Error{.code = Code::kInternal, .reason = "BENCH_WRONG", .message = what};
}

}  // namespace
}  // namespace storebridge::bench

STOREBRIDGE_CONNECTOR(bench_steps).On("orders.pull", storebridge::bench::WaitForEver);

namespace storebridge::bench {
namespace {

// Nanoseconds of one step, by `step(event bytes, effect)`. Making the event is the host's, and is
// not counted: all events are made before.
template <typename Step>
Result<double> NanosecondsEach(const std::vector<std::string>& events, Step step) {
  const auto began = std::chrono::steady_clock::now();
  for (const std::string& event : events) {
    sb_bytes effect{nullptr, 0};
    if (!step(BytesOf(event), &effect) || effect.size == 0) {
      return Broken("a step failed");
    }
  }
  return MicrosecondsSince(began) * 1e3 / static_cast<double>(events.size());
}

Result<double> SessionStep(const std::vector<std::string>& events) {
  sb_session* session = sdk::internal::OpenSession(bench_steps_registration);
  cv1::Event begin;
  begin.mutable_begin()->set_operation("orders.pull");
  sb_bytes effect{nullptr, 0};
  const std::string bytes = begin.SerializeAsString();
  if (sdk::internal::StepSession(session, BytesOf(bytes), &effect) != SB_OK) {
    return Broken("a session does not begin");
  }
  Result<double> each = NanosecondsEach(events, [session](sb_bytes event, sb_bytes* out) {
    return sdk::internal::StepSession(session, event, out) == SB_OK;
  });
  sdk::internal::CloseSession(session);
  return each;
}

}  // namespace

Result<std::vector<Row>> MeasureSteps(const Tools& tools) {
  const std::uint64_t steps = tools.is_smoke ? 100 : 200'000;
  std::vector<std::string> events;
  for (std::uint64_t id = 1; id <= steps; ++id) {
    events.push_back(EventFor(id));
  }
  Rounds rounds;
  for (int round = 0; round < 3 * tools.rounds; ++round) {
    SB_TRY(const double ours, SessionStep(events));
    Plain plain;
    SB_TRY(const double theirs, NanosecondsEach(events, [&plain](sb_bytes event, sb_bytes* out) {
             return PlainStep(plain, event, out);
           }));
    rounds.ours.push_back(ours);
    rounds.beside.push_back(theirs);
  }
  return std::vector<Row>{MakeRow({"empty connector step in process",
                                   "ns",
                                   "a plain function with the same protobuf round trip",
                                   {.text = "at most 1.5x", .ratio = 1.5}},
                                  rounds)};
}

}  // namespace storebridge::bench
