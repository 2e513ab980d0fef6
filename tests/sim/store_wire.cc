#include "sim/store_wire.h"

#include <array>
#include <ctime>
#include <optional>

namespace storebridge::sim {
namespace {

constexpr std::array kAll = {Fault::kRequestLost,
                             Fault::kAnswerLost,
                             Fault::kServerError,
                             Fault::kTooManyRequests,
                             Fault::kTruncated,
                             Fault::kHtml,
                             Fault::kSlow};
constexpr std::uint64_t kMillion = 1'000'000;
constexpr std::int64_t kLatencyMsMax = 400;
constexpr std::size_t kTraced = 300;

std::string HttpDate(std::int64_t now_ms) {
  const std::time_t seconds = now_ms / 1000;
  std::tm parts = {};
  gmtime_r(&seconds, &parts);
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

}  // namespace

const char* FaultName(Fault fault) {
  switch (fault) {
    case Fault::kRequestLost:
      return "request lost";
    case Fault::kAnswerLost:
      return "answer lost after it was applied";
    case Fault::kServerError:
      return "500";
    case Fault::kTooManyRequests:
      return "429";
    case Fault::kTruncated:
      return "truncated body";
    case Fault::kHtml:
      return "HTML instead of JSON";
    case Fault::kSlow:
      return "slower than the time limit";
  }
  return "";
}

StoreWire::StoreWire(demo_store::Shop& shop,
                     ports::Executor& executor,
                     ports::Clock& clock,
                     testing::SeededRandom& random)
    : shop_(shop), executor_(executor), clock_(clock), random_(random) {}

void StoreWire::DrawFaults() {
  for (const Fault fault : kAll) {
    if (random_.Below(2) == 0) {
      continue;
    }
    // Log-uniform: from one in ten thousand to about one in ten.
    rates_[fault] = 100ULL << random_.Below(11);
  }
}

void StoreWire::Heal() {
  rates_.clear();
}

const Fault* StoreWire::Draw() {
  for (const auto& [fault, rate] : rates_) {
    if (random_.Below(kMillion) < rate) {
      ++fired_[fault];
      return &fault;
    }
  }
  return nullptr;
}

egress::WireResponse StoreWire::Ask(const egress::WireRequest& wire) {
  demo_store::Request request;
  request.method = wire.method;
  const std::size_t host = wire.url.find("://") + 3;
  const std::size_t path = wire.url.find('/', host);
  request.host = wire.url.substr(host, path - host);
  request.target = wire.url.substr(path);
  request.body = wire.body ? *wire.body : std::string();
  for (const egress::WireHeader& header : wire.headers) {
    if (Lower(header.name) == "authorization") {
      request.authorization = header.value;
    }
  }
  demo_store::ParseTarget(request);
  const demo_store::Answer answer = shop_.Handle(request);
  egress::WireResponse response;
  if (trace_) {
    trace_(request.method + " " + request.target.substr(0, request.target.find("oauth")) + " " +
           request.body.substr(0, kTraced) + " -> " + std::to_string(answer.status) + " " +
           answer.body.substr(0, kTraced));
  }
  response.status = static_cast<std::uint32_t>(answer.status);
  response.body = answer.body;
  response.headers.push_back({"date", HttpDate(clock_.NowMs())});
  response.headers.push_back({"content-type", answer.content_type});
  for (const auto& [name, value] : answer.headers) {
    response.headers.push_back({Lower(name), value});
  }
  return response;
}

void StoreWire::Finish(Id id, std::int64_t delay_ms, egress::WireOutcome outcome) {
  executor_.PostAfter(std::chrono::milliseconds(delay_ms),
                      [this, id, outcome = std::move(outcome)] {
                        if (const auto found = waiting_.find(id); found != waiting_.end()) {
                          const Done done = std::move(found->second);
                          waiting_.erase(found);
                          done(outcome);
                        }
                      });
}

egress::HttpTransport::Id StoreWire::Start(egress::WireRequest request, Done done) {
  const Id id = ++last_id_;
  waiting_[id] = std::move(done);
  const auto there_ms = static_cast<std::int64_t>(1 + random_.Below(kLatencyMsMax));
  const Fault* drawn = Draw();
  const std::optional<Fault> fault = drawn != nullptr ? std::optional<Fault>(*drawn) : std::nullopt;
  if (trace_ && fault) {
    trace_(std::string("fault: ") + FaultName(*fault));
  }
  const std::int64_t limit_ms = request.timeout.count();
  executor_.PostAfter(
      std::chrono::milliseconds(there_ms),
      [this, id, fault, limit_ms, request = std::move(request)] {
        const auto back_ms = static_cast<std::int64_t>(1 + random_.Below(kLatencyMsMax));
        if (!fault) {
          return Finish(id, back_ms, Ask(request));
        }
        switch (*fault) {
          case Fault::kRequestLost:
            return Finish(id,
                          limit_ms,
                          egress::WireFailure{egress::WireTrouble::kTimeout, true, "no answer"});
          case Fault::kAnswerLost:
            Ask(request);
            return Finish(
                id,
                back_ms,
                egress::WireFailure{egress::WireTrouble::kBroken, true, "connection reset"});
          case Fault::kSlow:
            Ask(request);
            return Finish(id,
                          limit_ms,
                          egress::WireFailure{egress::WireTrouble::kTimeout, true, "no answer"});
          case Fault::kServerError:
            return Finish(
                id, back_ms, egress::WireResponse{.status = 500, .headers = {}, .body = "{}"});
          case Fault::kTooManyRequests:
            return Finish(id,
                          back_ms,
                          egress::WireResponse{
                              .status = 429, .headers = {{"retry-after", "7"}}, .body = "{}"});
          case Fault::kTruncated: {
            egress::WireResponse half = Ask(request);
            half.body.resize(half.body.size() / 2);
            return Finish(id, back_ms, std::move(half));
          }
          case Fault::kHtml:
            return Finish(id,
                          back_ms,
                          egress::WireResponse{.status = 200,
                                               .headers = {{"content-type", "text/html"}},
                                               .body = "<html>Maintenance</html>"});
        }
      });
  return id;
}

void StoreWire::Cancel(Id id) {
  waiting_.erase(id);
}

}  // namespace storebridge::sim
