/* What storebridged and storebridge-runner say to each other over a stream socket, the runner's
   descriptor 3. Both are of one release and on one machine: numbers are the machine's own.

   A frame is its head and `size` bytes. The runner begins with HELLO or, before it ends, REFUSED.
   Each STEP is answered by EFFECT or BROKEN before the next frame is read; CLOSE has no answer. At
   the end of the stream the runner ends. */
#ifndef STOREBRIDGE_RUNNER_FRAME_H
#define STOREBRIDGE_RUNNER_FRAME_H

#include <stdint.h>

#define SB_FRAME_FD 3

/* To the runner. An Event for a session, which is opened with its first one. */
#define SB_FRAME_STEP 1
/* To the runner: closes a session. Its place may be used again. */
#define SB_FRAME_CLOSE 2
/* From the runner: loaded. `number` is proto_minor, the bytes are the manifest. */
#define SB_FRAME_HELLO 16
/* From the runner: cannot run the library. The bytes say why and what to do. */
#define SB_FRAME_REFUSED 17
/* From the runner: the Effect of the last step. */
#define SB_FRAME_EFFECT 18
/* From the runner: the session cannot be used any more; `number` says why. */
#define SB_FRAME_BROKEN 19

/* Of BROKEN. `open` gave NULL. */
#define SB_BROKEN_NO_MEMORY 1
/* The connector said SB_BROKEN. */
#define SB_BROKEN_SAYS_SO 2
/* `step` gave a status that is none. */
#define SB_BROKEN_STATUS 3
/* The effect has more than SB_FRAME_EFFECT_BYTES_MAX bytes. */
#define SB_BROKEN_TOO_LARGE 4
/* The effect has bytes at NULL. */
#define SB_BROKEN_NULL_EFFECT 5

/* Places of sessions; numbers are below it. */
#define SB_FRAME_SESSIONS_MAX 2048
#define SB_FRAME_EFFECT_BYTES_MAX (4U * 1024U * 1024U)
/* Of REFUSED. */
#define SB_FRAME_TEXT_BYTES_MAX 1000

/* NOLINTBEGIN(modernize-use-using,readability-identifier-naming): it is C. */
typedef struct sb_frame_head {
  uint32_t kind;
  /* Of STEP, CLOSE, EFFECT and BROKEN. */
  uint32_t session;
  uint32_t number;
  uint32_t size;
} sb_frame_head;
/* NOLINTEND(modernize-use-using,readability-identifier-naming) */

#endif /* STOREBRIDGE_RUNNER_FRAME_H */
