#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "recording.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::conformance {

// What there is to say of a request that was not recorded.
inline constexpr const char* kNotRecorded = "the recording has no answer to this request";

// Equal for requests that a store cannot tell apart: method, URL and body.
std::string KeyOf(const connector::v1::HttpRequest& request);

// A store and a host that were made of a recording: they answer what was recorded. Equal requests
// (method, URL and body) get their answers in order, and the last one again and again; to one that
// was not recorded there is no store.
class RecordedStore {
 public:
  // `recording` outlives it.
  explicit RecordedStore(const Recording& recording);

  // What the call is answered with, Call.id left out.
  connector::v1::Completion Answer(const connector::v1::Call& call);

 private:
  struct Known {
    std::vector<const connector::v1::Completion*> answers;
    std::size_t next = 0;
  };

  connector::v1::Completion AnswerRequest(const connector::v1::HttpRequest& request);
  connector::v1::CompareResult AnswerCompare(const connector::v1::Compare& compare) const;

  const Recording& recording_;
  std::map<std::string, Known> known_;
};

}  // namespace storebridge::conformance
