#include "recorded_store.h"

#include <algorithm>

namespace storebridge::conformance {

namespace cv1 = connector::v1;

std::string KeyOf(const cv1::HttpRequest& request) {
  return request.method() + " " + request.url() + "\n" + request.body();
}

RecordedStore::RecordedStore(const Recording& recording) : recording_(recording) {
  for (const Exchange& exchange : recording.exchanges) {
    known_[KeyOf(exchange.request)].answers.push_back(&exchange.answer);
  }
}

cv1::Completion RecordedStore::Answer(const cv1::Call& call) {
  cv1::Completion completion;
  switch (call.kind_case()) {
    case cv1::Call::kHttp:
      return AnswerRequest(call.http());
    case cv1::Call::kEmit:
      completion.mutable_emit();
      return completion;
    case cv1::Call::kCompare:
      *completion.mutable_compare() = AnswerCompare(call.compare());
      return completion;
    case cv1::Call::kSleep:
      completion.mutable_slept();
      return completion;
    case cv1::Call::KIND_NOT_SET:
      break;
  }
  completion.mutable_failure()->set_code(cv1::Failure::CODE_UNSUPPORTED);
  completion.mutable_failure()->set_message("this host does not know that kind of call");
  return completion;
}

cv1::Completion RecordedStore::AnswerRequest(const cv1::HttpRequest& request) {
  const auto found = known_.find(KeyOf(request));
  if (found == known_.end()) {
    cv1::Completion nobody;
    nobody.mutable_failure()->set_code(cv1::Failure::CODE_TRANSIENT);
    nobody.mutable_failure()->set_message(kNotRecorded);
    return nobody;
  }
  Known& known = found->second;
  const std::size_t place = std::min(known.next++, known.answers.size() - 1);
  cv1::Completion answer = *known.answers[place];
  answer.clear_id();
  return answer;
}

// By id: a list that was changed has its records in other places.
cv1::CompareResult RecordedStore::AnswerCompare(const cv1::Compare& compare) const {
  cv1::CompareResult result;
  for (int i = 0; i < compare.records_size(); ++i) {
    const auto found = recording_.compared.find(compare.records(i).external_id());
    if (found == recording_.compared.end() || found->second) {
      result.add_wanted(static_cast<std::uint32_t>(i));
    }
  }
  for (const std::string& id : recording_.missing) {
    const bool is_here = std::any_of(compare.records().begin(),
                                     compare.records().end(),
                                     [&](const auto& mark) { return mark.external_id() == id; });
    if (!is_here) {
      result.add_missing(id);
    }
  }
  return result;
}

}  // namespace storebridge::conformance
