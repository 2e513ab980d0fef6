/* A connector that answers every event with success. Each source here includes it and spoils one
 * thing. */
#ifndef STOREBRIDGE_TESTS_ABI_MINIMAL_CONNECTOR_H
#define STOREBRIDGE_TESTS_ABI_MINIMAL_CONNECTOR_H

#include <stdlib.h>

#include "storebridge/connector.h"

static const uint8_t kMinimalManifest[] = {
#include "manifest.inc"
};

struct sb_session {
  int steps;
};

static sb_session* MinimalOpen(void) {
  return (sb_session*)calloc(1, sizeof(sb_session));
}

static sb_status MinimalStep(sb_session* session, sb_bytes event, sb_bytes* effect) {
  /* Effect{done: {output: {}}}. */
  static const uint8_t kDone[] = {0x12, 0x02, 0x0a, 0x00};
  (void)event;
  ++session->steps;
  effect->data = kDone;
  effect->size = sizeof(kDone);
  return SB_OK;
}

static void MinimalClose(sb_session* session) {
  free(session);
}

/* A table with nothing wrong. */
static inline sb_connector_v1 MinimalConnector(void) {
  sb_connector_v1 connector;
  connector.struct_size = sizeof(sb_connector_v1);
  connector.proto_minor = 0;
  connector.manifest.data = kMinimalManifest;
  connector.manifest.size = sizeof(kMinimalManifest);
  connector.open = &MinimalOpen;
  connector.step = &MinimalStep;
  connector.close = &MinimalClose;
  return connector;
}

#endif
