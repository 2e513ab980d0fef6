#include "bench.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "words.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

constexpr std::size_t kTellingBytesMin = 4;

void AddTelling(const std::string& text, std::set<std::string>* customers) {
  if (text.size() >= kTellingBytesMin) {
    customers->insert(text);
  }
}

void AddAddress(const cv1::Address& address, std::set<std::string>* customers) {
  AddTelling(address.recipient(), customers);
  AddTelling(address.email(), customers);
  AddTelling(address.phone(), customers);
  for (const std::string& line : address.lines()) {
    AddTelling(line, customers);
  }
}

std::set<std::string> CustomersOf(const std::vector<cv1::Order>& orders) {
  std::set<std::string> customers;
  for (const cv1::Order& order : orders) {
    AddAddress(order.shipping_address(), &customers);
    AddAddress(order.billing_address(), &customers);
    AddTelling(order.customer_note(), &customers);
    AddTelling(order.gift_message(), &customers);
  }
  return customers;
}

}  // namespace

Result<std::unique_ptr<Bench>> Bench::Open(Subject& subject, std::vector<Recording> recordings) {
  std::unique_ptr<Bench> bench(new Bench(subject));
  for (Recording& recording : recordings) {
    Evidence evidence{.recording = std::move(recording)};
    auto profile = ProfileOf(subject.manifest(), evidence.recording);
    if (!profile) {
      Error error = profile.error();
      error.message = evidence.recording.name + ": its settings: " + error.message;
      return error;
    }
    evidence.profile = *std::move(profile);
    bench->all_.push_back(std::move(evidence));
  }
  for (Evidence& evidence : bench->all_) {
    evidence.good = bench->Run(evidence, {});
    evidence.customers = CustomersOf(evidence.good.orders);
    bench->Watch(evidence, {}, evidence.good);
  }
  return bench;
}

std::vector<const Evidence*> Bench::Good() const {
  std::vector<const Evidence*> good;
  for (const Evidence& evidence : all_) {
    if (evidence.good.is_well()) {
      good.push_back(&evidence);
    }
  }
  return good;
}

std::vector<const Evidence*> Bench::Pulls() const {
  std::vector<const Evidence*> pulls;
  const std::vector<const Evidence*> good = Good();
  std::copy_if(good.begin(), good.end(), std::back_inserter(pulls), [](const Evidence* evidence) {
    return evidence->recording.is_pull();
  });
  return pulls;
}

std::vector<const Evidence*> Bench::Pushes() const {
  std::vector<const Evidence*> pushes;
  const std::vector<const Evidence*> good = Good();
  std::copy_if(good.begin(), good.end(), std::back_inserter(pushes), [](const Evidence* evidence) {
    return evidence->recording.is_push();
  });
  return pushes;
}

bool Bench::Declares(const std::string& operation) const {
  return std::any_of(manifest().operations().begin(),
                     manifest().operations().end(),
                     [&](const cv1::Operation& known) { return known.name() == operation; });
}

bool Bench::DeclaresPull() const {
  return Declares("products.pull") || Declares("orders.pull");
}

bool Bench::DeclaresPush() const {
  return Declares("stock.push") || Declares("shipments.push");
}

Outcome Bench::Run(const Evidence& evidence, Plan plan) {
  if (IsSpent()) {
    return {};
  }
  ++sessions_;
  plan.recording = &evidence.recording;
  Outcome outcome = RunTrial(subject_, *evidence.profile, plan);
  NoteTime(outcome.longest_step_us, evidence.recording.name, plan.what);
  largest_effect_ = std::max(largest_effect_, outcome.largest_effect);
  // What comes after Cancel has a check of its own.
  const bool is_after_cancel = plan.cancel_after > 0 && outcome.steps > plan.cancel_after;
  if (outcome.end == Outcome::End::kBroken && !is_after_cancel) {
    breaches_.push_back(
        {.where = evidence.recording.name + ", step " + std::to_string(outcome.steps),
         .changed = plan.what,
         .did = outcome.problem,
         .should = "keep the contract: see connector.proto"});
  }
  // The good run is watched when it is known who the customers are.
  if (!plan.what.empty()) {
    Watch(evidence, plan, outcome);
  }
  return outcome;
}

void Bench::Watch(const Evidence& evidence, const Plan& plan, const Outcome& outcome) {
  for (const std::string& text : outcome.said) {
    for (const std::string& telling : evidence.customers) {
      if (!HasWord(text, telling)) {
        continue;
      }
      leaks_.push_back({.where = evidence.recording.name,
                        .changed = plan.what,
                        .did = "said \"" + text.substr(0, 200) +
                               "\", in which a customer is told (" + telling + ")",
                        .should = "say ids and order numbers; what the store answered belongs "
                                  "into Failure.detail, which is masked"});
      return;
    }
  }
}

void Bench::NoteStep(const Stepped& stepped, const std::string& what) {
  ++sessions_;
  NoteTime(stepped.microseconds, what, "");
}

void Bench::NoteTime(std::int64_t microseconds,
                     const std::string& where,
                     const std::string& changed) {
  hangs_ += microseconds >= kHangUs ? 1 : 0;
  if (microseconds > longest_step_.microseconds) {
    longest_step_ = {.microseconds = microseconds, .where = where, .changed = changed};
  }
}

std::vector<std::size_t> Sample(std::size_t count, std::size_t most) {
  std::vector<std::size_t> places;
  const std::size_t taken = std::min(count, most);
  for (std::size_t i = 0; i < taken; ++i) {
    places.push_back(taken == 1 ? 0 : i * (count - 1) / (taken - 1));
  }
  return places;
}

std::size_t FewerOf(const Evidence& evidence, std::size_t most) {
  std::size_t bytes = 1;
  for (const Exchange& exchange : evidence.recording.exchanges) {
    bytes += exchange.answer.http().body().size();
  }
  return std::clamp(kTriedBytesMax / bytes, std::min(kTriedMin, most), most);
}

std::string Counted(std::size_t count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

std::string CountedOf(std::size_t count, std::size_t all, const std::string& word) {
  return count == all ? Counted(all, word) : std::to_string(count) + " of " + Counted(all, word);
}

}  // namespace storebridge::conformance
