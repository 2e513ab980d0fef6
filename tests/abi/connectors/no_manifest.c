/* It does not say what it is. */
#include "minimal_connector.h"

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.manifest.data = NULL;
  return &connector;
}
