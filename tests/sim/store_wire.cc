#include "sim/store_wire.h"

#include <array>
#include <ctime>
#include <memory>
#include <utility>

namespace storebridge::sim {
namespace {

namespace json = boost::json;
using egress::WireFailure;
using egress::WireResponse;
using egress::WireTrouble;

constexpr std::uint64_t kLatencyMsMax = 400;
constexpr std::int64_t kEchoMs = 5'000;
// How long after its time-out a late write arrives: within the time that the engine lets a store
// settle.
constexpr std::int64_t kLateMs = 20'000;
constexpr std::int64_t kStaleSecondsMax = 25;
constexpr std::size_t kTraced = 400;

std::string HttpDate(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts = {};
  gmtime_r(&time, &parts);
  std::array<char, 40> text = {};
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text.data();
}

std::string Lower(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return text;
}

bool IsBatch(const WireCall& call) {
  return call.method == "POST" && call.path.ends_with("/batch");
}

// `page=N` of a query; 1 without one.
std::int64_t PageOf(const WireCall& call) {
  const std::string query = "&" + call.query;
  const std::size_t at = query.find("&page=");
  return at == std::string::npos ? 1 : std::strtoll(query.c_str() + at + 6, nullptr, 10);
}

bool IsOrderList(const WireCall& call) {
  return call.method == "GET" && call.path.ends_with("/orders");
}

}  // namespace

StoreWire::StoreWire(Parts parts, std::uint64_t seed) : parts_(std::move(parts)), random_(seed) {}

void StoreWire::Heal() {
  down_until_ms_ = 0;
  refuse_until_ms_ = 0;
}

std::int64_t StoreWire::Latency() {
  return static_cast<std::int64_t>(1 + random_.Below(kLatencyMsMax));
}

void StoreWire::Start(const egress::WireRequest& request, Fate fate, Done done) {
  auto flight = std::make_shared<Flight>();
  flight->host = request.url.host;
  flight->call.method = request.method;
  flight->call.path = request.url.path;
  flight->call.query = request.url.query;
  flight->call.body = request.body ? *request.body : std::string();
  for (const egress::WireHeader& header : request.headers) {
    if (Lower(header.name) == "authorization") {
      flight->authorization = header.value;
    }
  }
  flight->limit_ms = request.timeout.count();
  flight->body_max = request.body_max;
  flight->done = std::move(done);
  parts_.watcher.OnSend(flight->call);
  if (fate == Fate::kLate && flight->call.IsWrite()) {
    return ArriveLate(flight);
  }
  std::optional<Fault> fault = Draw(*flight);
  if (fate == Fate::kRefused) {
    fault = Fault::kRefused;
  } else if (fate == Fate::kLost || fate == Fate::kLate) {
    fault = Fault::kAnswerLost;
  }
  if (fault) {
    parts_.log.Note(std::string("fault: ") + InfoOf(*fault).name + " at " + flight->call.method +
                    " " + flight->call.path);
  }
  parts_.executor.PostAfter(std::chrono::milliseconds(Latency()),
                            [this, flight, fault] { Arrive(flight, fault); });
}

std::optional<Fault> StoreWire::Draw(const Flight& flight) {
  FaultPlan& faults = parts_.faults;
  static const std::vector<Fault> kAny = {Fault::kRefused,
                                          Fault::kNoName,
                                          Fault::kTls,
                                          Fault::kSlow,
                                          Fault::kRequestLost,
                                          Fault::kAnswerLost,
                                          Fault::kTruncated,
                                          Fault::kDrip,
                                          Fault::kTooLarge,
                                          Fault::kRedirect,
                                          Fault::kRateLimited,
                                          Fault::kServerError,
                                          Fault::kHtml};
  if (const std::optional<Fault> any = faults.FirstOf(kAny)) {
    return any;
  }
  const bool is_harmless_twice = flight.call.method == "PUT" || IsBatch(flight.call);
  if (is_harmless_twice && faults.Fires(Fault::kRepeated)) {
    return Fault::kRepeated;
  }
  if (IsBatch(flight.call) && faults.Fires(Fault::kPartialBatch)) {
    return Fault::kPartialBatch;
  }
  if (!flight.call.IsWrite() && PageOf(flight.call) > 1) {
    static const std::vector<Fault> kPages = {Fault::kPageDrift, Fault::kRepeatedPage};
    return faults.FirstOf(kPages);
  }
  if (IsOrderList(flight.call) && faults.Fires(Fault::kStaleRead)) {
    return Fault::kStaleRead;
  }
  return std::nullopt;
}

void StoreWire::BeforeApplied(const Flight& flight) {
  if (flight.call.IsWrite() && parts_.faults.Fires(Fault::kEditBetween)) {
    const std::int64_t order =
        flight.call.path.find("/orders/") == std::string::npos
            ? 0
            : std::strtoll(
                  flight.call.path.c_str() + flight.call.path.find("/orders/") + 8, nullptr, 10);
    parts_.log.Note("fault: edited just before a write");
    parts_.meddle(order, parts_.faults.chance().Next());
  }
}

demo_store::Answer StoreWire::Apply(const Flight& flight, bool is_echo) {
  demo_store::Request request;
  request.method = flight.call.method;
  request.host = flight.host;
  request.target = flight.call.path + (flight.call.query.empty() ? "" : "?" + flight.call.query);
  request.body = flight.call.body;
  request.authorization = flight.authorization;
  demo_store::ParseTarget(request);
  request.secure = true;
  demo_store::Answer answer;
  if (parts_.executor.now_ms() < refuse_until_ms_) {
    answer.status = 401;
    answer.body = R"({"code":"woocommerce_rest_cannot_view","message":"Sorry."})";
  } else {
    if (!is_echo) {
      BeforeApplied(flight);
    }
    // Placed, read and paid within one second of the store's clock.
    const bool is_tie = IsOrderList(flight.call) && parts_.faults.Fires(Fault::kTie);
    const std::int64_t tied = is_tie ? parts_.place_unpaid() : 0;
    answer = parts_.store.Handle(request);
    if (tied != 0) {
      parts_.log.Note("fault: order " + std::to_string(tied) +
                      " is paid in the second of the read");
      parts_.pay(tied);
    }
  }
  parts_.log.Count(domain::StableHash(request.method + flight.call.path) +
                   static_cast<std::uint64_t>(answer.status) * 31 +
                   static_cast<std::uint64_t>(parts_.executor.now_ms()) * 1'000'003 +
                   answer.body.size());
  if (parts_.log.traces()) {
    parts_.log.Trace(request.method + " " + request.target.substr(0, request.target.find("oauth")) +
                     " " + request.body.substr(0, kTraced) + " -> " +
                     std::to_string(answer.status) + " " + answer.body.substr(0, kTraced));
  }
  bytes_ += static_cast<std::int64_t>(request.body.size() + answer.body.size());
  parts_.watcher.OnApplied(flight.call, answer, is_echo);
  return answer;
}

// The store refuses one item of a batch in its place.
demo_store::Answer StoreWire::ApplyPart(const Flight& flight) {
  boost::system::error_code error;
  json::value body = json::parse(flight.call.body, error);
  json::array* items = nullptr;
  if (!error && body.is_object() && body.get_object().contains("update")) {
    items = body.get_object()["update"].if_array();
  }
  if (items == nullptr || items->empty()) {
    return Apply(flight, false);
  }
  const std::size_t which = parts_.faults.chance().Below(items->size());
  const json::value id = items->at(which).get_object()["id"];
  items->erase(items->begin() + static_cast<std::ptrdiff_t>(which));
  Flight part = flight;
  part.call.body = json::serialize(body);
  demo_store::Answer answer = Apply(part, false);
  json::value shown = json::parse(answer.body, error);
  if (error || answer.status != 200 || !shown.is_object()) {
    return answer;
  }
  json::value& list = shown.get_object()["update"];
  if (!list.is_array()) {
    list = json::array();
  }
  const json::object refusal{{"code", "woocommerce_rest_product_invalid_id"},
                             {"message", "Invalid ID."},
                             {"data", json::object{{"status", 400}}}};
  list.get_array().insert(list.get_array().begin() + static_cast<std::ptrdiff_t>(which),
                          json::object{{"id", id}, {"error", refusal}});
  answer.body = json::serialize(shown);
  return answer;
}

egress::WireResponse StoreWire::ToResponse(const demo_store::Answer& answer) const {
  WireResponse response;
  response.status = static_cast<std::uint32_t>(answer.status);
  response.body = answer.body;
  response.headers.push_back({"date", HttpDate(parts_.store.NowSeconds())});
  response.headers.push_back({"content-type", answer.content_type});
  for (const auto& [name, value] : answer.headers) {
    response.headers.push_back({Lower(name), value});
  }
  return response;
}

void StoreWire::Finish(const Ref& flight, std::int64_t delay_ms, egress::WireOutcome outcome) {
  parts_.executor.PostAfter(
      std::chrono::milliseconds(delay_ms), [this, flight, outcome = std::move(outcome)] {
        parts_.watcher.OnOutcome(flight->call, std::get_if<WireResponse>(&outcome));
        flight->done(outcome);
      });
}

void StoreWire::Answer(const Ref& flight, demo_store::Answer answer) {
  WireResponse response = ToResponse(answer);
  if (response.body.size() > flight->body_max) {
    return Finish(flight, Latency(), WireFailure{WireTrouble::kTooLarge, true, "too large"});
  }
  Finish(flight, Latency(), std::move(response));
}

bool StoreWire::FailWithout(const Ref& flight, Fault fault) {
  const auto fail = [&](WireTrouble trouble, bool sent, std::int64_t after_ms) {
    Finish(flight, after_ms, WireFailure{trouble, sent, "simulated"});
    return true;
  };
  const auto answer = [&](std::uint32_t status, std::string body) {
    WireResponse response{.status = status, .headers = {}, .body = std::move(body)};
    if (status == 302) {
      response.headers.push_back({"location", "http://169.254.169.254/latest/meta-data/"});
    }
    if (status == 429) {
      constexpr std::array kAsked = {"", "7", "30", "86400", "-5", "soon"};
      const std::string asked = kAsked.at(parts_.faults.chance().Below(kAsked.size()));
      if (!asked.empty()) {
        response.headers.push_back({"retry-after", asked});
      }
    }
    if (status == 200) {
      response.headers.push_back({"content-type", "text/html"});
    }
    Finish(flight, Latency(), std::move(response));
    return true;
  };
  switch (static_cast<int>(fault)) {
    case static_cast<int>(Fault::kRefused):
      return fail(WireTrouble::kConnect, false, Latency());
    case static_cast<int>(Fault::kNoName):
      return fail(WireTrouble::kName, false, Latency());
    case static_cast<int>(Fault::kTls):
      return fail(WireTrouble::kTls, false, Latency());
    case static_cast<int>(Fault::kRequestLost):
      return fail(WireTrouble::kTimeout, true, flight->limit_ms);
    case static_cast<int>(Fault::kTooLarge):
      if (flight->call.IsWrite()) {
        return false;
      }
      return fail(WireTrouble::kTooLarge, true, Latency());
    case static_cast<int>(Fault::kRedirect):
      return answer(302, "");
    case static_cast<int>(Fault::kRateLimited):
      return answer(429, "{}");
    case static_cast<int>(Fault::kServerError):
      return answer(500 + static_cast<std::uint32_t>(parts_.faults.chance().Below(4)), "oops");
    case static_cast<int>(Fault::kHtml):
      return answer(200, "<html>Back soon</html>");
    default:
      return false;
  }
}

void StoreWire::Arrive(const Ref& flight, std::optional<Fault> fault) {
  if (parts_.executor.now_ms() < down_until_ms_) {
    return Finish(flight, Latency(), WireFailure{WireTrouble::kConnect, false, "down"});
  }
  if (!fault) {
    return Answer(flight, Apply(*flight, false));
  }
  if (!FailWithout(flight, *fault)) {
    Spoil(flight, *fault);
  }
}

void StoreWire::ArriveLate(const Ref& flight) {
  parts_.log.Note("fault: arrives after its time-out at " + flight->call.method + " " +
                  flight->call.path);
  Finish(flight, flight->limit_ms, WireFailure{WireTrouble::kTimeout, true, "simulated"});
  parts_.executor.PostAfter(std::chrono::milliseconds(flight->limit_ms + kLateMs),
                            [this, flight] { Apply(*flight, false); });
}

void StoreWire::Spoil(const Ref& flight, Fault fault) {
  const auto lose = [&](WireTrouble trouble, std::int64_t after_ms) {
    Apply(*flight, false);
    Finish(flight, after_ms, WireFailure{trouble, true, "simulated"});
  };
  switch (static_cast<int>(fault)) {
    case static_cast<int>(Fault::kAnswerLost):
      return lose(WireTrouble::kBroken, Latency());
    case static_cast<int>(Fault::kSlow):
      return lose(WireTrouble::kTimeout, flight->limit_ms);
    case static_cast<int>(Fault::kTruncated): {
      WireResponse half = ToResponse(Apply(*flight, false));
      half.body.resize(half.body.size() / 2);
      return Finish(flight, Latency(), std::move(half));
    }
    case static_cast<int>(Fault::kDrip):
      return Finish(flight, flight->limit_ms - 10, ToResponse(Apply(*flight, false)));
    case static_cast<int>(Fault::kRepeated):
      parts_.executor.PostAfter(std::chrono::milliseconds(kEchoMs),
                                [this, flight] { Apply(*flight, true); });
      break;
    case static_cast<int>(Fault::kPartialBatch):
      return Answer(flight, ApplyPart(*flight));
    case static_cast<int>(Fault::kStaleRead): {
      testing::SeededRandom& random = parts_.faults.chance();
      parts_.store.HideRecent(
          1 + static_cast<std::int64_t>(random.Below(static_cast<std::uint64_t>(kStaleSecondsMax))),
          random.Below(2) == 0);
      break;
    }
    case static_cast<int>(Fault::kPageDrift):
      parts_.store.Touch(flight->call.path.ends_with("/orders"), parts_.faults.chance().Next());
      break;
    case static_cast<int>(Fault::kRepeatedPage): {
      Flight before = *flight;
      const std::string page = "page=" + std::to_string(PageOf(flight->call));
      const std::size_t at = ("&" + before.call.query).find("&" + page);
      before.call.query.replace(
          at, page.size(), "page=" + std::to_string(PageOf(flight->call) - 1));
      return Answer(flight, Apply(before, true));
    }
    default:
      break;
  }
  Answer(flight, Apply(*flight, false));
}

egress::HttpTransport::Id WirePort::Start(egress::WireRequest request, Done done) {
  const Id id = ++last_id_;
  if (!executor_.alive()) {
    return id;
  }
  const Fate fate = fate_(EffectKind::kSend);
  if (fate == Fate::kCrashBefore) {
    crash_();
    return id;
  }
  waiting_.emplace(id, std::move(done));
  wire_.Start(request, fate, [this, life = executor_.life(), id](egress::WireOutcome outcome) {
    const auto alive = life.lock();
    if (!alive || !alive->alive()) {
      return;
    }
    if (const auto found = waiting_.find(id); found != waiting_.end()) {
      const Done told = std::move(found->second);
      waiting_.erase(found);
      told(std::move(outcome));
    }
  });
  if (fate == Fate::kCrashAfter) {
    crash_();
  }
  return id;
}

}  // namespace storebridge::sim
