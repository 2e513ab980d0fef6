#include "adapters/egress/policy_egress.h"

#include <algorithm>
#include <utility>

#include "adapters/egress/request_check.h"
#include "adapters/egress/retry.h"
#include "adapters/egress/text.h"
#include "core/shown_url.h"

namespace storebridge::egress {
namespace {

namespace cv1 = connector::v1;
using std::chrono::milliseconds;

// Idle lanes are looked for each time this many requests have come.
constexpr std::uint64_t kSweepEvery = 1024;

cv1::Failure MakeFailure(cv1::Failure::Code code, std::string message) {
  cv1::Failure failure;
  failure.set_code(code);
  failure.set_message(std::move(message));
  return failure;
}

cv1::HttpRequest::Safety SafetyOf(const cv1::HttpRequest& request) {
  const bool known = request.safety() == cv1::HttpRequest::SAFETY_SAFE ||
                     request.safety() == cv1::HttpRequest::SAFETY_IDEMPOTENT;
  return known ? request.safety() : cv1::HttpRequest::SAFETY_UNSAFE;
}

std::uint64_t BodyMax(const ports::EgressProfile& profile) {
  return profile.response_bytes_max == 0 ? kResponseBytesDefault
                                         : std::min(profile.response_bytes_max, kResponseBytesMax);
}

std::uint32_t TimeoutMs(const cv1::HttpRequest& request) {
  return request.timeout_ms() == 0 ? kTimeoutDefaultMs
                                   : std::min(request.timeout_ms(), kTimeoutMaxMs);
}

}  // namespace

PolicyEgress::PolicyEgress(std::unique_ptr<HttpTransport> transport,
                           Ports ports,
                           std::size_t in_flight_max)
    : ports_(ports),
      signer_(ports.secrets, ports.clock, ports.random),
      in_flight_max_(std::max<std::size_t>(in_flight_max, 1)),
      transport_(std::move(transport)) {}

PolicyEgress::~PolicyEgress() {
  for (const auto& [id, request] : requests_) {
    if (request.timer != 0) {
      ports_.executor.Cancel(request.timer);
    }
  }
  for (const auto& [key, lane] : lanes_) {
    if (lane->timer != 0) {
      ports_.executor.Cancel(lane->timer);
    }
  }
}

ports::Egress::RequestId PolicyEgress::Send(std::shared_ptr<const ports::EgressProfile> profile,
                                            cv1::HttpRequest request,
                                            Done done) {
  const RequestId id = ++last_id_;
  if (id % kSweepEvery == 0) {
    SweepLanes();
  }
  Request& entry = requests_[id];
  entry.done = std::move(done);
  entry.profile = std::move(profile);
  entry.http = std::move(request);
  entry.sent_ms = ports_.clock.SteadyMs();
  entry.lane = &LaneOf(*entry.profile);
  entry.asked.method = entry.http.method();
  entry.asked.safety = SafetyOf(entry.http);
  entry.asked.body_max = BodyMax(*entry.profile);
  entry.asked.timeout_ms = TimeoutMs(entry.http);
  if (auto failure = CheckRequest(*entry.profile, entry.http, entry.asked.url)) {
    Fail(id, entry, std::move(*failure));
    return id;
  }
  if (entry.lane->queue.size() >= kQueueMax) {
    Fail(id,
         entry,
         MakeFailure(cv1::Failure::CODE_LIMIT,
                     "More than " + std::to_string(kQueueMax) + " requests wait for " +
                         domain::StoreName(entry.profile->store) +
                         ". Try again later, and see why the store is so slow."));
    return id;
  }
  entry.body = std::make_shared<const std::string>(entry.http.body());
  Enqueue(id, false);
  return id;
}

void PolicyEgress::Cancel(RequestId id) {
  const auto found = requests_.find(id);
  if (found == requests_.end()) {
    return;
  }
  Request& request = found->second;
  Lane& lane = *request.lane;
  if (request.timer != 0) {
    ports_.executor.Cancel(request.timer);
  }
  if (request.wire != 0) {
    transport_->Cancel(request.wire);
  }
  if (request.wire != 0 || request.is_asking) {
    --in_flight_;
    lane.gate.Leave();
  }
  std::erase(lane.queue, id);
  requests_.erase(found);
  GiveTurn(lane);
}

PolicyEgress::Lane& PolicyEgress::LaneOf(const ports::EgressProfile& profile) {
  std::unique_ptr<Lane>& lane = lanes_[profile.store];
  if (lane == nullptr) {
    lane = std::make_unique<Lane>();
  }
  lane->gate.SetLimit(profile.rate_limit, ports_.clock.SteadyMs());
  return *lane;
}

void PolicyEgress::SweepLanes() {
  std::map<const Lane*, bool> used;
  for (const auto& [id, request] : requests_) {
    used[request.lane] = true;
  }
  const std::int64_t now = ports_.clock.SteadyMs();
  std::erase_if(lanes_, [&](const auto& entry) {
    Lane& lane = *entry.second;
    return !used.contains(&lane) && !lane.in_turns && lane.timer == 0 && lane.gate.IsAsNew(now);
  });
}

ports::Executor::Task PolicyEgress::Guarded(std::function<void()> task) {
  return [life = std::weak_ptr<int>(life_), task = std::move(task)] {
    if (!life.expired()) {
      task();
    }
  };
}

void PolicyEgress::Enqueue(RequestId id, bool in_front) {
  Request& request = requests_.at(id);
  Lane& lane = *request.lane;
  request.queued_ms = ports_.clock.SteadyMs();
  if (in_front) {
    lane.queue.push_front(id);
  } else {
    lane.queue.push_back(id);
  }
  GiveTurn(lane);
}

void PolicyEgress::GiveTurn(Lane& lane) {
  if (!lane.queue.empty() && !lane.in_turns) {
    lane.in_turns = true;
    turns_.push_back(&lane);
  }
  TakeTurns();
}

void PolicyEgress::TakeTurns() {
  while (in_flight_ < in_flight_max_ && !turns_.empty()) {
    Lane& lane = *turns_.front();
    turns_.pop_front();
    lane.in_turns = StartOne(lane) && !lane.queue.empty();
    if (lane.in_turns) {
      turns_.push_back(&lane);
    }
  }
}

// False when the lane has to wait: for time, for an answer, or for a request.
bool PolicyEgress::StartOne(Lane& lane) {
  const std::int64_t now = ports_.clock.SteadyMs();
  while (DropHopeless(lane, now)) {
  }
  if (lane.queue.empty()) {
    return false;
  }
  if (!lane.gate.TryEnter(now)) {
    WaitForGate(lane, now);
    return false;
  }
  const RequestId id = lane.queue.front();
  lane.queue.pop_front();
  if (!Start(id, requests_.at(id))) {
    lane.gate.Leave();
  }
  return true;
}

// Fails the first request of the queue when it has waited too long or would have to.
bool PolicyEgress::DropHopeless(Lane& lane, std::int64_t now_ms) {
  if (lane.queue.empty()) {
    return false;
  }
  const RequestId id = lane.queue.front();
  Request& request = requests_.at(id);
  const std::int64_t pause = lane.gate.paused_until() - now_ms;
  const bool too_long = now_ms - request.queued_ms >= kQueueWaitMaxMs;
  if (pause <= kWaitMax.count() && !too_long) {
    return false;
  }
  lane.queue.pop_front();
  cv1::Failure failure = MakeFailure(
      cv1::Failure::CODE_RATE_LIMITED,
      too_long ? "The request waited " + std::to_string(kQueueWaitMaxMs / 1000) +
                     " s for its turn at " + domain::StoreName(request.profile->store) +
                     ". The store is given more requests than its rate limit allows."
               : domain::StoreName(request.profile->store) + " asked for a pause of another " +
                     std::to_string((pause + 999) / 1000) + " s. Try again after it.");
  failure.set_retry_after_ms(std::max<std::int64_t>(pause, 0));
  failure.set_ambiguous(request.may_have_happened);
  Fail(id, request, std::move(failure));
  return true;
}

void PolicyEgress::WaitForGate(Lane& lane, std::int64_t now_ms) {
  std::int64_t due = requests_.at(lane.queue.front()).queued_ms + kQueueWaitMaxMs;
  if (const auto opens = lane.gate.OpensAt(now_ms)) {
    due = std::min(due, *opens);
  }
  due = std::max(due, now_ms + 1);
  if (lane.timer != 0 && lane.timer_ms == due) {
    return;
  }
  if (lane.timer != 0) {
    ports_.executor.Cancel(lane.timer);
  }
  lane.timer_ms = due;
  lane.timer = ports_.executor.PostAfter(milliseconds(due - now_ms), Guarded([this, &lane] {
                                           lane.timer = 0;
                                           GiveTurn(lane);
                                         }));
}

// False when it could not leave; then it has its failure.
bool PolicyEgress::Start(RequestId id, Request& request) {
  const auto& before_write = request.profile->before_write;
  if (!before_write || request.asked.safety == cv1::HttpRequest::SAFETY_SAFE) {
    return Leave(id, request);
  }
  request.is_asking = true;
  ++in_flight_;
  before_write(request.http, [this, life = std::weak_ptr<int>(life_), id](const Status& status) {
    if (!life.expired()) {
      ports_.executor.Post(Guarded([this, id, status] { OnClearance(id, status); }));
    }
  });
  return true;
}

void PolicyEgress::OnClearance(RequestId id, const Status& status) {
  const auto found = requests_.find(id);
  if (found == requests_.end() || !std::exchange(found->second.is_asking, false)) {
    return;  // Given up meanwhile.
  }
  Request& request = found->second;
  Lane& lane = *request.lane;
  --in_flight_;
  if (status && Leave(id, request)) {
    return;
  }
  if (!status) {
    cv1::Failure failure =
        MakeFailure(cv1::Failure::CODE_TRANSIENT, "Nothing was sent: " + status.error().message);
    failure.set_ambiguous(request.may_have_happened);
    Fail(id, request, std::move(failure));
  }
  lane.gate.Leave();
  GiveTurn(lane);
}

// False when it could not be signed; then it has its failure.
bool PolicyEgress::Leave(RequestId id, Request& request) {
  Signed made;
  if (auto failure = signer_.Sign(*request.profile, request.http, request.asked.url, made)) {
    Fail(id, request, std::move(*failure));
    return false;
  }
  request.asked.hidden = made.hidden;
  ++request.attempts;
  ++in_flight_;
  request.wire =
      transport_->Start(ToWire(request, std::move(made)),
                        [this, id](WireOutcome outcome) { OnOutcome(id, std::move(outcome)); });
  return true;
}

WireRequest PolicyEgress::ToWire(const Request& request, Signed made) const {
  WireRequest wire;
  wire.method = request.asked.method;
  wire.url = std::move(made.url);
  wire.headers = std::move(made.headers);
  for (const auto& header : request.http.headers()) {
    wire.headers.push_back({header.name(), header.value()});
  }
  wire.body = request.body;
  wire.timeout = milliseconds(request.asked.timeout_ms);
  wire.body_max = request.asked.body_max;
  wire.may_repeat = request.asked.safety != cv1::HttpRequest::SAFETY_UNSAFE;
  return wire;
}

void PolicyEgress::OnOutcome(RequestId id, WireOutcome outcome) {
  Request& request = requests_.at(id);
  Lane& lane = *request.lane;
  request.wire = 0;
  --in_flight_;
  lane.gate.Leave();
  Verdict verdict = Judge(request.asked, outcome, ports_.clock.NowMs());
  request.may_have_happened |= verdict.may_have_happened;
  auto* response = std::get_if<WireResponse>(&outcome);
  switch (verdict.next) {
    case Next::kDeliver:
      lane.gate.OnGoodAnswer();
      Deliver(id, request, std::move(*response));
      break;
    case Next::kRedirect:
      Redirect(id, request, *response);
      break;
    case Next::kRepeat:
      Repeat(id, request, std::move(verdict));
      break;
    case Next::kFail:
      Fail(id, request, std::move(verdict.failure));
      break;
  }
  GiveTurn(lane);
}

void PolicyEgress::Repeat(RequestId id, Request& request, Verdict verdict) {
  const std::int64_t now = ports_.clock.SteadyMs();
  const milliseconds asked_for = verdict.retry_after.value_or(milliseconds(0));
  if (verdict.is_complaint) {
    request.lane->gate.OnComplaint(now);
    request.lane->gate.PauseUntil(now + asked_for.count());
    ports_.log.Write(ports::LogLevel::kInfo,
                     "A store wants fewer requests",
                     {{"store", domain::StoreName(request.profile->store)},
                      {"pause_ms", std::to_string(asked_for.count())}});
  }
  ++request.tries;
  const milliseconds wait = asked_for + Backoff(request.tries, ports_.random);
  const bool in_time = now + wait.count() - request.sent_ms <= kAttemptsTimeMax.count();
  const bool again = request.asked.safety != cv1::HttpRequest::SAFETY_UNSAFE &&
                     request.tries < kAttemptsMax && asked_for <= kWaitMax && in_time;
  if (!again) {
    verdict.failure.set_ambiguous(request.may_have_happened);
    Fail(id, request, std::move(verdict.failure));
    return;
  }
  request.timer = ports_.executor.PostAfter(wait, Guarded([this, id] {
                                              requests_.at(id).timer = 0;
                                              Enqueue(id, true);
                                            }));
}

void PolicyEgress::Redirect(RequestId id, Request& request, const WireResponse& response) {
  const Asked& asked = request.asked;
  const std::string location = HeaderValue(response, "location");
  const Result<Url> target = ResolveUrl(asked.url, location);
  const std::string shown = target ? target->Shown() : Head(ShownUrl(location));
  const std::string said = asked.method + " " + asked.url.Shown() + " was answered " +
                           std::to_string(response.status) + ", a redirect to " +
                           Redact(shown, asked.hidden);
  // 302 and 303 are also how a form answers that did its work.
  const bool may_be_done = asked.safety == cv1::HttpRequest::SAFETY_UNSAFE &&
                           (response.status == 302 || response.status == 303);
  request.may_have_happened |= may_be_done;
  cv1::Failure failure = MakeFailure(cv1::Failure::CODE_CONFIG, said);
  failure.set_ambiguous(request.may_have_happened);
  failure.set_config_path("base_url");
  if (!target || !SameOrigin(*target, asked.url)) {
    failure.set_message(said +
                        ", which is not the store's own address. Set the store's address "
                        "to where it really is.");
  } else if (asked.safety != cv1::HttpRequest::SAFETY_SAFE ||
             (asked.method != "GET" && asked.method != "HEAD")) {
    failure.set_message(said +
                        ". Only reading requests follow redirects. Set the store's address "
                        "to where it really is.");
  } else if (request.redirects >= kRedirectsMax) {
    failure.set_message(said + ", after " + std::to_string(kRedirectsMax) +
                        " other redirects. Correct the store's settings.");
  } else if (const Status allowed = CheckAllowed(*target, request.profile->allowed_prefixes);
             !allowed) {
    failure.set_code(cv1::Failure::CODE_EGRESS_DENIED);
    failure.set_message(said + ". " + allowed.error().message);
  } else {
    ++request.redirects;
    request.asked.url = *target;
    Enqueue(id, true);
    return;
  }
  Fail(id, request, std::move(failure));
}

void PolicyEgress::Deliver(RequestId id, Request& request, WireResponse response) {
  ports::EgressAnswer answer;
  answer.response.set_status(response.status);
  for (WireHeader& header : response.headers) {
    auto* out = answer.response.add_headers();
    out->set_name(std::move(header.name));
    out->set_value(RedactAnswer(std::move(header.value), request.asked.hidden));
  }
  answer.response.set_body(RedactAnswer(std::move(response.body), request.asked.hidden));
  Finish(id, request, std::move(answer));
}

void PolicyEgress::Fail(RequestId id, Request& request, cv1::Failure failure) {
  if (failure.code() == cv1::Failure::CODE_EGRESS_DENIED) {
    ports_.log.Write(
        ports::LogLevel::kWarning,
        "A request was not let out",
        {{"store", domain::StoreName(request.profile->store)}, {"why", failure.message()}});
  }
  ports::EgressAnswer answer;
  answer.failure = std::move(failure);
  Finish(id, request, std::move(answer));
}

void PolicyEgress::Finish(RequestId id, Request& request, ports::EgressAnswer answer) {
  answer.attempts = request.attempts;
  // Shared, as tasks are copyable; the request stays, so that it can still be given up.
  auto shared = std::make_shared<ports::EgressAnswer>(std::move(answer));
  ports_.executor.Post(Guarded([this, id, shared] {
    const auto found = requests_.find(id);
    if (found == requests_.end()) {
      return;
    }
    const Done done = std::move(found->second.done);
    requests_.erase(found);
    done(std::move(*shared));
  }));
}

}  // namespace storebridge::egress
