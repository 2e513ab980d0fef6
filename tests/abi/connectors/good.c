/* Nothing is wrong with it. */
#include "minimal_connector.h"

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  return &connector;
}
