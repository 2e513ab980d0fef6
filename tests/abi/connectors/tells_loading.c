/* It leaves a trace in the process as soon as it is loaded, as any library's constructor can. */
/* For setenv. */
#define _POSIX_C_SOURCE 200112L
#include "minimal_connector.h"

__attribute__((constructor)) static void TellLoading(void) {
  (void)setenv("STOREBRIDGE_ABI_TEST_LOADED", "1", 1);
}

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  return &connector;
}
