// It lets an exception out of step(), which the contract forbids.
#include <stdexcept>

#include "minimal_connector.h"

namespace {

sb_status ThrowingStep(sb_session* session, sb_bytes event, sb_bytes* effect) {
  MinimalStep(session, event, effect);
  throw std::runtime_error("no paper left");
}

}  // namespace

const sb_connector_v1* storebridge_connector_v1() {
  static sb_connector_v1 connector = MinimalConnector();
  connector.step = &ThrowingStep;
  return &connector;
}
