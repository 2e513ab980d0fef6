#include "trial.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "adapters/egress/request_check.h"
#include "adapters/plugin_host/config_template.h"
#include "domain/effect_check.h"
#include "record_text.h"
#include "recorded_store.h"
#include "unfit_records.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;
using End = Outcome::End;

constexpr std::size_t kShownMessageMax = 200;

// `, 990 times for GET /api/orders?page=2`: what it asked for most often, when it did so again.
std::string Repeated(const std::vector<MadeRequest>& requests) {
  std::map<std::string, std::size_t> counts;
  const MadeRequest* most = nullptr;
  std::size_t times = 1;
  for (const MadeRequest& made : requests) {
    if (const std::size_t count = ++counts[KeyOf(made.request)]; count > times) {
      times = count;
      most = &made;
    }
  }
  return most == nullptr
             ? ""
             : ", " + std::to_string(times) + " times for " + ShownRequest(most->request);
}

// One session and what becomes of it.
class Trial {
 public:
  Trial(Subject& subject, const ports::EgressProfile& profile, const Plan& plan)
      : profile_(profile),
        plan_(plan),
        store_(*plan.recording),
        session_(subject.Open()),
        results_(plan.recording->begin) {}

  Outcome Run() {
    const std::size_t recorded = plan_.recording->now_ms.size();
    const std::size_t steps_max =
        plan_.steps_max > 0 ? plan_.steps_max : kStepsMax + kStepsPerRecordedMax * recorded;
    const auto start = std::chrono::steady_clock::now();
    cv1::Event event = EventAt(*plan_.recording, 0);
    *event.mutable_begin() = plan_.recording->begin;
    if (plan_.cursor) {
      event.mutable_begin()->set_cursor(*plan_.cursor);
    }
    while (std::optional<cv1::Effect> effect = Step(event)) {
      event = EventAt(*plan_.recording, outcome_.steps);
      if (plan_.cancel_after > 0 && outcome_.steps == plan_.cancel_after) {
        past_.was_cancelled = true;
        event.mutable_cancel()->set_reason("the conformance kit tries it");
      } else {
        event.mutable_completions();
        answered_ = outcome_.request_count;
        for (const cv1::Call& call : effect->calls()) {
          *event.mutable_completions()->add_items() = Answer(call);
        }
      }
      const auto seconds =
          std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start)
              .count();
      const bool is_over = plan_.requests_max > 0 && outcome_.request_count >= plan_.requests_max;
      if (is_over || outcome_.steps >= steps_max ||
          (plan_.seconds_max > 0 && seconds >= plan_.seconds_max)) {
        Stop(End::kEndless,
             "was still asking after " + std::to_string(outcome_.request_count) + " requests in " +
                 std::to_string(outcome_.steps) + " steps" + Repeated(outcome_.requests));
        break;
      }
    }
    return std::move(outcome_);
  }

 private:
  void Stop(End end, std::string problem) {
    outcome_.end = end;
    outcome_.problem = std::move(problem);
  }

  // Nothing when the session is over.
  std::optional<cv1::Effect> Step(const cv1::Event& event) {
    Stepped stepped = session_.Step(event.SerializeAsString());
    ++outcome_.steps;
    outcome_.longest_step_us = std::max(outcome_.longest_step_us, stepped.microseconds);
    outcome_.largest_effect = std::max(outcome_.largest_effect, stepped.effect.size());
    if (!stepped.problem.empty()) {
      Stop(stepped.is_dead ? End::kDead : End::kBroken, std::move(stepped.problem));
      return std::nullopt;
    }
    cv1::Effect effect;
    if (!effect.ParseFromString(stepped.effect)) {
      Stop(End::kBroken, "gave bytes that are no Effect");
      return std::nullopt;
    }
    if (const Status fits = Check(effect); !fits) {
      Stop(End::kBroken, fits.error().message);
      return std::nullopt;
    }
    for (const cv1::Log& log : effect.logs()) {
      outcome_.said.push_back(log.message());
    }
    if (effect.has_done()) {
      TakeDone(effect.done());
      return std::nullopt;
    }
    return effect;
  }

  Status Check(const cv1::Effect& effect) {
    SB_CHECK(domain::CheckEffect(effect, past_));
    for (const cv1::Call& call : effect.calls()) {
      past_.last_call_id = call.id();
      if (call.has_http()) {
        SB_CHECK(CheckHttp(call.http()));
      }
      for (const cv1::ItemResult& result : call.emit().results()) {
        SB_CHECK(results_.Check(result));
      }
    }
    return Ok();
  }

  Status CheckHttp(const cv1::HttpRequest& request) const {
    egress::Url url;
    if (const auto refused = egress::CheckRequest(profile_, request, url)) {
      return Error{.message = "asked for " + ShownRequest(request) + ": " + refused->message()};
    }
    const bool is_known = request.auth().empty() ||
                          std::any_of(profile_.auth.begin(),
                                      profile_.auth.end(),
                                      [&](auto& scheme) { return scheme.id() == request.auth(); });
    if (!is_known) {
      return Error{.message = "signs " + ShownRequest(request) + " by '" + request.auth() +
                              "', which is no AuthScheme.id of its manifest"};
    }
    return Ok();
  }

  cv1::Completion Answer(const cv1::Call& call) {
    cv1::Completion answer = store_.Answer(call);
    if (call.has_http()) {
      if (plan_.change) {
        plan_.change(outcome_.request_count, call.http(), &answer);
      }
      ++outcome_.request_count;
      outcome_.unknown_requests += answer.failure().message() == kNotRecorded ? 1U : 0U;
      if (outcome_.requests.size() < kRequestsKept) {
        outcome_.requests.push_back({.request = call.http(), .status = answer.http().status()});
      }
    } else if (call.has_emit()) {
      Take(call.emit());
    } else if (call.has_compare()) {
      outcome_.has_compared = true;
    }
    answer.set_id(call.id());
    return answer;
  }

  void Take(const cv1::Emit& emit) {
    for (const cv1::Order& order : emit.orders()) {
      outcome_.records[{true, order.external_id()}] = {.modified_ms = order.modified_ms()};
      if (plan_.what.empty()) {
        outcome_.orders.push_back(order);
        Judge(true, order.external_id(), run::UnfitOrder(order));
      }
    }
    for (const cv1::Product& product : emit.products()) {
      outcome_.records[{false, product.external_id()}] = {.is_deleted = product.is_deleted(),
                                                          .modified_ms = product.modified_ms()};
      if (plan_.what.empty()) {
        Judge(false, product.external_id(), run::UnfitProduct(product));
      }
    }
    outcome_.bad.insert(outcome_.bad.end(), emit.bad().begin(), emit.bad().end());
    outcome_.results.insert(outcome_.results.end(), emit.results().begin(), emit.results().end());
    for (const cv1::ItemResult& result : emit.results()) {
      outcome_.said.push_back(result.failure().message());
    }
    TakeCursor(emit.cursor());
  }

  // Not where the store was spoiled: what it says is passed on.
  void Judge(bool is_order, const std::string& external_id, std::optional<run::Unfit> unfit) {
    if (std::optional<run::Unfit> misplaced =
            run::UnfitFor(plan_.recording->operation(), is_order)) {
      unfit = std::move(misplaced);
    }
    if (unfit && !unfit->is_of_store) {
      outcome_.unfit.push_back(run::UnfitText(is_order, external_id, *unfit));
    }
  }

  void TakeCursor(const std::string& cursor) {
    if (!cursor.empty()) {
      outcome_.cursors.push_back({.cursor = cursor, .requests = answered_});
    }
  }

  void TakeDone(const cv1::Done& done) {
    if (done.has_failure()) {
      outcome_.end = End::kFailure;
      outcome_.failure = done.failure();
      outcome_.said.push_back(done.failure().message());
    } else if (done.has_output()) {
      outcome_.end = End::kWell;
      answered_ = outcome_.request_count;
      TakeCursor(done.output().cursor());
    } else {
      Stop(End::kBroken, "is done with neither output nor failure");
    }
  }

  const ports::EgressProfile& profile_;
  const Plan& plan_;
  RecordedStore store_;
  Subject::Session session_;
  domain::ResultCheck results_;
  domain::SessionPast past_;
  // Requests whose answers the connector has seen.
  std::size_t answered_ = 0;
  Outcome outcome_;
};

}  // namespace

std::string ShownRecord(const RecordId& id) {
  return (id.is_order ? "order " : "product ") + id.external_id;
}

std::string Outcome::Shown() const {
  switch (end) {
    case End::kWell:
      return "ended well";
    case End::kFailure: {
      cv1::Failure head;
      head.set_code(failure.code());
      head.set_message(failure.message().substr(0, kShownMessageMax));
      return "ended with " + run::FailureText(head);
    }
    case End::kBroken:
    case End::kDead:
    case End::kEndless:
      return problem;
    case End::kNotRun:
      break;
  }
  return "was not run";
}

Result<std::shared_ptr<const ports::EgressProfile>> ProfileOf(const cv1::Manifest& manifest,
                                                              const Recording& recording) {
  const std::string& config = recording.begin.config_json();
  auto profile = std::make_shared<ports::EgressProfile>();
  SB_CHECK(plugin_host::CheckStoreConfig(manifest, config));
  SB_TRY(profile->allowed_prefixes, plugin_host::AllowedPrefixes(manifest, config));
  profile->auth.assign(manifest.auth().begin(), manifest.auth().end());
  return std::shared_ptr<const ports::EgressProfile>(std::move(profile));
}

Outcome RunTrial(Subject& subject, const ports::EgressProfile& profile, const Plan& plan) {
  return Trial(subject, profile, plan).Run();
}

cv1::Event EventAt(const Recording& recording, std::size_t step) {
  cv1::Event event;
  event.set_now_ms(recording.now_ms[std::min(step, recording.now_ms.size() - 1)]);
  return event;
}

}  // namespace storebridge::conformance
