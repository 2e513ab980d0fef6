/* Its manifest is no protobuf. */
#include "minimal_connector.h"

static const uint8_t kGarbage[] = {0xff, 0xff, 0xff, 0xff, 0x13, 0x37};

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.manifest.data = kGarbage;
  connector.manifest.size = sizeof(kGarbage);
  return &connector;
}
