/* It refuses to be loaded. */
#include <stddef.h>

#include "storebridge/connector.h"

const sb_connector_v1* storebridge_connector_v1(void) {
  return NULL;
}
