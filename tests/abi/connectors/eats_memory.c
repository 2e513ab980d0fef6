/* It takes all memory that it gets; its effect is how many megabytes that were, as text. */
#include <stdio.h>
#include <string.h>

#include "minimal_connector.h"

static sb_status Eat(sb_session* session, sb_bytes event, sb_bytes* effect) {
  static char text[16];
  static const size_t kPiece = 16U * 1024U * 1024U;
  int pieces = 0;
  (void)session;
  (void)event;
  for (char* piece = malloc(kPiece); piece != NULL && pieces < 256; piece = malloc(kPiece)) {
    /* Not touched: the address space is what is limited. */
    ++pieces;
  }
  effect->size = (size_t)snprintf(text, sizeof text, "%d", pieces * 16);
  effect->data = (const uint8_t*)text;
  return SB_OK;
}

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.step = &Eat;
  return &connector;
}
