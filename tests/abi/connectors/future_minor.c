/* It was built for a host of the future. */
#include "minimal_connector.h"

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.proto_minor = 4000000000U;
  return &connector;
}
