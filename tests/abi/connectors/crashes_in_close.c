/* It crashes when a session is closed in which the event "crash" came. */
#include <stdbool.h>
#include <string.h>

#include "minimal_connector.h"

struct marked {
  int steps;
  bool is_to_crash;
};

static sb_session* Open(void) {
  return (sb_session*)calloc(1, sizeof(struct marked));
}

static sb_status Mark(sb_session* session, sb_bytes event, sb_bytes* effect) {
  struct marked* marked = (struct marked*)session;
  marked->is_to_crash = event.size == 5 && memcmp(event.data, "crash", 5) == 0;
  return MinimalStep(session, event, effect);
}

static void Close(sb_session* session) {
  if (session != NULL && ((struct marked*)session)->is_to_crash) {
    abort();
  }
  free(session);
}

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.open = &Open;
  connector.step = &Mark;
  connector.close = &Close;
  return &connector;
}
