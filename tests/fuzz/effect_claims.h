#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "ports/egress.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::fuzz {

// What holds for the effects of a session, whatever its store answers. The process ends when one of
// it does not.
class EffectClaims {
 public:
  // For a session that begins so. `profile` is what its requests are held against.
  EffectClaims(ports::EgressProfile profile, const connector::v1::Begin& begin);

  // Reads the next effect of the session.
  connector::v1::Effect Take(std::string_view bytes);

 private:
  void TakeCall(const connector::v1::Call& call);
  void TakeRequest(const connector::v1::HttpRequest& request);
  void TakeEmit(const connector::v1::Emit& emit);
  void TakeDone(const connector::v1::Done& done) const;

  ports::EgressProfile profile_;
  std::uint64_t last_call_id_ = 0;
  // Refs of what was told to push and has no outcome yet.
  std::set<std::string> open_refs_;
};

}  // namespace storebridge::fuzz
