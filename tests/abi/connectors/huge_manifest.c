/* Its manifest is larger than any host reads. */
#include "minimal_connector.h"

static uint8_t manifest_bytes[256 * 1024 + 1];

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.manifest.data = manifest_bytes;
  connector.manifest.size = sizeof(manifest_bytes);
  return &connector;
}
