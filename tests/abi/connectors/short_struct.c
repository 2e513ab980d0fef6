/* Its structure is of a time before close() was invented. */
#include "minimal_connector.h"

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.struct_size = offsetof(sb_connector_v1, close);
  return &connector;
}
