/* The header is enough for C99. */
#include "storebridge/connector.h"

static sb_status Step(sb_session* session, sb_bytes event, sb_bytes* effect) {
  (void)session;
  (void)event;
  effect->data = NULL;
  effect->size = 0;
  return SB_BROKEN;
}

const sb_connector_v1* storebridge_connector_v1(void) {
  static const sb_connector_v1 connector = {
      sizeof(sb_connector_v1), 0, {NULL, 0}, NULL, &Step, NULL};
  return &connector;
}
