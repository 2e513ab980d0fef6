#pragma once

#include <string>

#include "ports/egress.h"
#include "session_script.h"
#include "storebridge/connector.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::fuzz {

// Drives a connector over its C table as the server does, with answers from a script. Ends the
// process when the connector breaks the contract, asks for something that the server would not
// send, or loses the outcome of what it was told to push.
class ConnectorHost {
 public:
  // `connector` outlives the host.
  explicit ConnectorHost(const sb_connector_v1* connector);

  // Runs one session to its end, or until the answers are used up: then it is cancelled. A script
  // that no server would begin with, such as one whose settings the manifest refuses, is left out.
  void Run(const SessionScript& script);

 private:
  // Whether a server would begin a session with these settings; fills `profile_`.
  bool TakeSettings(const std::string& config_json);

  const sb_connector_v1* connector_;
  connector::v1::Manifest manifest_;
  // Of the settings that came last: most sessions have the same.
  std::string config_json_;
  bool are_settings_good_ = false;
  ports::EgressProfile profile_;
};

}  // namespace storebridge::fuzz
