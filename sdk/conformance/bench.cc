#include "bench.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "faults.h"
#include "recorded_store.h"
#include "words.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

constexpr std::size_t kTellingBytesMin = 4;

// What a connector may say that is also a part of somebody's name or address, such as "Store" or
// "Main": words of its own, and of the host's answers.
class OrdinaryWords {
 public:
  explicit OrdinaryWords(const std::string& library) {
    std::ifstream file(library, std::ios::binary);
    text_.assign(std::istreambuf_iterator<char>(file), {});
    for (const Fault& fault : Faults()) {
      text_ += fault.make({}).SerializeAsString();
    }
    text_ += kNotRecorded;
  }

  [[nodiscard]] bool Has(const std::string& word) const {
    return text_.find(word) != std::string::npos;
  }

 private:
  std::string text_;
};

// What the orders of a run say of customers, whole and in single words.
class Customers {
 public:
  explicit Customers(const OrdinaryWords& ordinary) : ordinary_(ordinary) {}

  std::set<std::string> Of(const std::vector<cv1::Order>& orders) {
    for (const cv1::Order& order : orders) {
      cv1::Order rest = order;
      rest.clear_shipping_address();
      rest.clear_billing_address();
      rest.clear_customer_note();
      rest.clear_gift_message();
      others_ += rest.SerializeAsString();
    }
    for (const cv1::Order& order : orders) {
      AddAddress(order.shipping_address());
      AddAddress(order.billing_address());
      AddTelling(order.customer_note());
      AddTelling(order.gift_message());
    }
    return std::move(telling_);
  }

 private:
  void AddTelling(const std::string& text) {
    if (text.size() >= kTellingBytesMin) {
      telling_.insert(text);
    }
  }

  // Unless the connector says it of something else, such as of a product of that name.
  void AddWord(const std::string& word) {
    if (!ordinary_.Has(word) && others_.find(word) == std::string::npos) {
      AddTelling(word);
    }
  }

  void AddWordsOf(const std::string& text) {
    AddTelling(text);
    for (const std::string& word : WordsIn(text)) {
      if (word.find_first_of("0123456789") == std::string::npos) {
        AddWord(word);
      }
    }
  }

  void AddAddress(const cv1::Address& address) {
    AddWordsOf(address.recipient());
    for (const std::string& line : address.lines()) {
      AddWordsOf(line);
    }
    AddTelling(address.email());
    AddTelling(address.phone());
    AddWord(address.email().substr(0, address.email().find('@')));
    AddWord(address.city());
    AddWord(address.postal_code());
  }

  const OrdinaryWords& ordinary_;
  std::string others_;
  std::set<std::string> telling_;
};

}  // namespace

Result<std::unique_ptr<Bench>> Bench::Open(Subject& subject,
                                           std::vector<Recording> recordings,
                                           Patience patience) {
  std::unique_ptr<Bench> bench(new Bench(subject, std::move(patience)));
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
  const OrdinaryWords ordinary(subject.file());
  for (Evidence& evidence : bench->all_) {
    evidence.good = bench->Run(evidence, {});
    evidence.customers = Customers(ordinary).Of(evidence.good.orders);
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
  if (patience_.tell) {
    patience_.tell(check_, sessions_);
  }
  plan.recording = &evidence.recording;
  plan.seconds_max =
      plan.seconds_max > 0 ? std::min(plan.seconds_max, SecondsLeft()) : SecondsLeft();
  Outcome outcome = RunTrial(subject_, *evidence.profile, plan);
  if (outcome.end == Outcome::End::kEndless && IsTimeOver()) {
    return {};  // It may have come to an end.
  }
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
  for (const std::string& unfit : outcome.unfit) {
    breaches_.push_back({.where = evidence.recording.name,
                         .did = "emitted " + unfit,
                         .should = "say it as connector.proto has it: the server refuses it so"});
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

void Bench::Begin(std::string check) {
  check_ = std::move(check);
}

std::int64_t Bench::SecondsLeft() const {
  const auto left = std::chrono::ceil<std::chrono::seconds>(end_ - Clock::now()).count();
  return std::max<std::int64_t>(1, left);
}

std::string Bench::WhySpent() const {
  return hangs_ >= kHangsMax
             ? "it hung " + std::to_string(kHangsMax) + " times, mend that first"
             : "the time of " +
                   Counted(static_cast<std::size_t>(patience_.time.count()), "second") +
                   " was over: --minutes";
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

std::string PlaceOf(const Evidence& evidence, std::size_t number) {
  return evidence.recording.name + ", request " + std::to_string(number + 1) + ": " +
         ShownRequest(evidence.good.requests[number].request);
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
