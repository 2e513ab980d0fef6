/* It is a library, but no connector. */
#include "storebridge/connector.h"

SB_EXPORT int storebridge_connector_v0(void);

int storebridge_connector_v0(void) {
  return 0;
}
