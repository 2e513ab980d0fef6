/* It needs a function that nobody has. */
#include "minimal_connector.h"

SB_EXPORT int storebridge_abi_test_missing(void);

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.proto_minor = (uint32_t)storebridge_abi_test_missing();
  return &connector;
}
