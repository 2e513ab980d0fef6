#include "run_loop.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include "record_text.h"
#include "storebridge/sdk/runtime.h"

namespace storebridge::run {
namespace {

using connector::v1::Completion;
using connector::v1::Effect;
using connector::v1::Event;

Error Broken(std::string what) {
  return Error{.code = Code::kInternal, .reason = "CONNECTOR_BROKEN", .message = std::move(what)};
}

void AnswerCompare(const connector::v1::Compare& compare, Completion* answer) {
  // Nothing is known here, so everything is wanted.
  answer->mutable_compare();
  for (int i = 0; i < compare.records_size(); ++i) {
    answer->mutable_compare()->add_wanted(static_cast<std::uint32_t>(i));
  }
}

std::vector<std::string> RefsOf(const connector::v1::Begin& begin) {
  std::vector<std::string> refs;
  for (const auto& level : begin.stock().levels()) {
    refs.push_back(level.ref());
  }
  for (const auto& shipment : begin.shipments().shipments()) {
    refs.push_back(shipment.ref());
  }
  return refs;
}

// `, 2 checks failed`; nothing when there are none.
std::string CountIfAny(std::uint64_t count, const char* what) {
  return count == 0 ? std::string() : ", " + std::to_string(count) + " " + what;
}

}  // namespace

RunLoop::RunLoop(std::unique_ptr<ports::ConnectorSession> session,
                 StoreCaller& caller,
                 std::shared_ptr<const ports::EgressProfile> profile,
                 RunOptions options)
    : session_(std::move(session)),
      caller_(caller),
      profile_(std::move(profile)),
      options_(options) {}

Result<Effect> RunLoop::Step(const Event& event) {
  Result<Effect> result = Broken("the connector did not answer at once");
  session_->Step(event.SerializeAsString(), [this, &result](Result<std::string_view> bytes) {
    Effect effect;
    if (!bytes) {
      result = bytes.error();
    } else if (!effect.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()))) {
      result = Broken("the connector's effect is not a storebridge.connector.v1.Effect");
    } else if (const Status fits = domain::CheckEffect(effect, {.last_call_id = last_call_id_});
               !fits) {
      result = fits.error();
    } else if (const Status told = CheckResults(effect); !told) {
      result = told.error();
    } else {
      if (!effect.calls().empty()) {
        last_call_id_ = effect.calls(effect.calls_size() - 1).id();
      }
      result = std::move(effect);
    }
  });
  return result;
}

Status RunLoop::CheckResults(const Effect& effect) {
  for (const auto& call : effect.calls()) {
    for (const auto& result : call.emit().results()) {
      SB_CHECK(results_.Check(result));
    }
  }
  return Ok();
}

Result<bool> RunLoop::Run(connector::v1::Begin begin) {
  results_ = domain::ResultCheck(begin);
  untold_ = RefsOf(begin);
  operation_ = begin.operation();
  Event event;
  event.mutable_begin()->Swap(&begin);
  for (;;) {
    event.set_now_ms(caller_.clock().NowMs());
    SB_TRY(const Effect effect, Step(event));
    ShowLogs(effect);
    if (effect.has_done()) {
      return Conclude(effect.done());
    }
    event.Clear();
    connector::v1::Completions completions = Answer(effect);
    if (IsAtLimit()) {
      std::cerr << "stopped at the limit of " << options_.limit << " records\n";
      return unfit_ == 0;
    }
    event.mutable_completions()->Swap(&completions);
  }
}

connector::v1::Completions RunLoop::Answer(const Effect& effect) {
  connector::v1::Completions completions;
  for (const auto& call : effect.calls()) {
    Completion* answer = completions.add_items();
    answer->set_id(call.id());
    if (call.has_emit()) {
      AnswerEmit(call.emit(), answer);
    } else if (call.has_compare()) {
      std::cerr << "COMPARE " << call.compare().records_size() << " marks: all are wanted\n";
      AnswerCompare(call.compare(), answer);
    } else if (call.has_sleep()) {
      const std::int64_t ms = std::clamp<std::int64_t>(call.sleep().ms(), 0, sdk::kSleepMsMax);
      std::cerr << "SLEEP " << ms << " ms\n";
      std::this_thread::sleep_for(std::chrono::milliseconds(ms));
      answer->mutable_slept();
    } else if (!call.has_http()) {
      answer->mutable_failure()->set_code(connector::v1::Failure::CODE_UNSUPPORTED);
      answer->mutable_failure()->set_message("storebridge-run does not know this kind of call");
    }
  }
  AnswerHttp(effect, &completions);
  return completions;
}

void RunLoop::AnswerHttp(const Effect& effect, connector::v1::Completions* completions) {
  std::vector<connector::v1::HttpRequest> requests;
  std::vector<int> places;
  for (int i = 0; i < effect.calls_size(); ++i) {
    if (effect.calls(i).has_http()) {
      requests.push_back(effect.calls(i).http());
      places.push_back(i);
    }
  }
  if (requests.empty()) {
    return;
  }
  std::vector<ports::EgressAnswer> answers =
      caller_.Call(profile_, requests, [this](const auto& answered) { Report(answered); });
  for (std::size_t i = 0; i < answers.size(); ++i) {
    Completion* answer = completions->mutable_items(places[i]);
    if (answers[i].failure) {
      *answer->mutable_failure() = *std::move(answers[i].failure);
    } else {
      *answer->mutable_http() = std::move(answers[i].response);
    }
  }
}

void RunLoop::AnswerEmit(const connector::v1::Emit& emit, Completion* answer) {
  std::string lines;
  for (const auto& order : emit.orders()) {
    if (IsAtLimit()) {
      break;
    }
    lines += OrderText(order) + "\n";
    const std::optional<Unfit> misplaced = UnfitFor(operation_, true);
    Judge(true, order.external_id(), misplaced ? misplaced : UnfitOrder(order));
    ++pulled_;
  }
  for (const auto& product : emit.products()) {
    if (IsAtLimit()) {
      break;
    }
    lines += ProductText(product) + "\n";
    const std::optional<Unfit> misplaced = UnfitFor(operation_, false);
    Judge(false, product.external_id(), misplaced ? misplaced : UnfitProduct(product));
    ++pulled_;
  }
  for (const auto& result : emit.results()) {
    lines += ResultText(result) + "\n";
    ++(result.has_accepted() ? accepted_ : refused_);
    std::erase(untold_, result.ref());
  }
  for (const auto& bad : emit.bad()) {
    lines += BadText(bad) + "\n";
  }
  for (const auto& check : emit.checks()) {
    lines += CheckText(check) + "\n";
    checks_failed_ += check.ok() ? 0U : 1U;
  }
  for (const auto& capability : emit.capabilities()) {
    lines += CapabilityText(capability) + "\n";
  }
  // Behind it records may be that were not printed.
  if (!emit.cursor().empty() && !IsAtLimit()) {
    lines += CursorText(emit.cursor()) + "\n";
  }
  std::cout << lines << std::flush;
  bad_ += static_cast<std::uint64_t>(emit.bad_size());
  answer->mutable_emit();
}

void RunLoop::Judge(bool is_order,
                    const std::string& external_id,
                    const std::optional<Unfit>& unfit) {
  if (unfit) {
    unfit_ += unfit->is_of_store ? 0U : 1U;
    std::cerr << (unfit->is_of_store ? "note: " : "UNFIT ")
              << UnfitText(is_order, external_id, *unfit) + "\n";
  }
}

void RunLoop::Report(const StoreCaller::Answered& answered) {
  ++requests_;
  std::string line = answered.request.method() + " " + answered.request.url();
  if (answered.answer.failure) {
    line += " failed: " + FailureText(*answered.answer.failure);
  } else {
    line += " -> " + std::to_string(answered.answer.response.status()) + ", " +
            std::to_string(answered.answer.response.body().size()) + " bytes";
  }
  line += ", " + std::to_string(answered.ms) + " ms";
  if (answered.answer.attempts > 1) {
    line += ", " + std::to_string(answered.answer.attempts) + " attempts";
  }
  std::cerr << line + "\n";
}

void RunLoop::ShowLogs(const Effect& effect) const {
  for (const auto& log : effect.logs()) {
    std::cerr << "LOG " << log.message() << "\n";
  }
  if (effect.has_progress()) {
    std::cerr << "PROGRESS " << effect.progress().done() << " of " << effect.progress().total()
              << "\n";
  }
}

void RunLoop::ShowUntold() {
  for (const std::string& ref : untold_) {
    std::cout << UntoldText(ref) << "\n";
  }
  std::cout << std::flush;
}

bool RunLoop::Conclude(const connector::v1::Done& done) {
  if (!done.has_failure()) {
    ShowUntold();
  }
  const std::string counts =
      std::to_string(pulled_ + accepted_) + " records, " + std::to_string(bad_) + " unreadable, " +
      std::to_string(refused_) + " refused, " + std::to_string(requests_) + " requests" +
      CountIfAny(checks_failed_, "checks failed") +
      CountIfAny(untold_.size(), "without an outcome") + CountIfAny(unfit_, "unfit");
  if (done.has_failure()) {
    std::cerr << "FAILED after " << counts << "\n" << FailureText(done.failure()) << "\n";
    return false;
  }
  if (!done.output().cursor().empty()) {
    std::cout << CursorText(done.output().cursor()) << "\n";
  }
  std::cerr << "DONE: " << counts << "\n";
  return refused_ + checks_failed_ + unfit_ == 0 && untold_.empty();
}

}  // namespace storebridge::run
