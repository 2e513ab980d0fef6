#pragma once

#include <string>
#include <string_view>

#include "adapters/recording/pseudonyms.h"
#include "core/result.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::recording {

// Replaces personal data in the events of one session, which come in their order. Everything keeps
// its length. What is personal in one event is replaced in all that follow, wherever it is
// repeated.
class EventRedactor {
 public:
  explicit EventRedactor(PseudonymKey key) : pseudonyms_(key) {}

  // Gives the serialized event without personal data. kInternal when it is no Event.
  Result<std::string> Redact(std::string_view event);

 private:
  void RedactBegin(connector::v1::Begin& begin);
  void RedactCompletion(connector::v1::Completion& completion);
  void RedactAnswer(connector::v1::HttpResponse& response);
  void RedactBody(std::string& text);
  // A text that is not of a store, in which a name may be repeated.
  void RedactText(std::string& text);

  Pseudonyms pseudonyms_;
};

}  // namespace storebridge::recording
