/* Its effect is the number of the session's step, a colon and the event. */
#include <stdio.h>
#include <string.h>

#include "minimal_connector.h"

struct echo {
  int steps;
  uint8_t* bytes;
};

static sb_session* Open(void) {
  return (sb_session*)calloc(1, sizeof(struct echo));
}

static sb_status Echo(sb_session* session, sb_bytes event, sb_bytes* effect) {
  struct echo* echo = (struct echo*)session;
  char number[16];
  const int length = snprintf(number, sizeof number, "%d:", ++echo->steps);
  free(echo->bytes);
  echo->bytes = malloc((size_t)length + event.size);
  if (echo->bytes == NULL) {
    return SB_BROKEN;
  }
  memcpy(echo->bytes, number, (size_t)length);
  if (event.size > 0) {
    memcpy(echo->bytes + length, event.data, event.size);
  }
  effect->data = echo->bytes;
  effect->size = (size_t)length + event.size;
  return SB_OK;
}

static void Close(sb_session* session) {
  if (session != NULL) {
    free(((struct echo*)session)->bytes);
    free(session);
  }
}

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.open = &Open;
  connector.step = &Echo;
  connector.close = &Close;
  return &connector;
}
