/* It crashes while it is loaded. */
#include "minimal_connector.h"

const sb_connector_v1* storebridge_connector_v1(void) {
  abort();
}
