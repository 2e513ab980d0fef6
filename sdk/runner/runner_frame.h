/* What storebridged and storebridge-runner say to each other over a stream socket, the runner's
   descriptor 3. Both are of one release and on one machine: numbers are the machine's own.

   A frame is its head and `size` bytes. The runner begins with HELLO or, before it ends, REFUSED.
   STEP is answered by EFFECT or BROKEN, CLOSE by CLOSED, each before the next frame is read. At the
   end of the stream the runner ends. */
#ifndef STOREBRIDGE_RUNNER_FRAME_H
#define STOREBRIDGE_RUNNER_FRAME_H

#include <stdint.h>

#define SB_FRAME_FD 3
/* Of this file. */
#define SB_FRAME_VERSION 1

/* To the runner. An Event for a session, which is opened with its first one. */
#define SB_FRAME_STEP 1
/* To the runner: closes a session. */
#define SB_FRAME_CLOSE 2
/* From the runner: loaded. `session` is SB_FRAME_VERSION, `number` proto_minor, the bytes are the
   manifest. */
#define SB_FRAME_HELLO 16
/* From the runner: cannot run the library. `number` says why; the bytes are the system's words. */
#define SB_FRAME_REFUSED 17
/* From the runner: the Effect of the last step. */
#define SB_FRAME_EFFECT 18
/* From the runner: the session cannot be used any more; `number` says why. */
#define SB_FRAME_BROKEN 19
/* From the runner: the session is closed, its place may be used again. */
#define SB_FRAME_CLOSED 20

/* Of REFUSED. The sandbox cannot be made; the bytes say what is missing. */
#define SB_REFUSED_SANDBOX 1
/* The bytes are the dynamic loader's. */
#define SB_REFUSED_LIBRARY 2
#define SB_REFUSED_NO_SYMBOL 3
#define SB_REFUSED_NULL_TABLE 4
/* The bytes are struct_size, as a decimal number. */
#define SB_REFUSED_SHORT_TABLE 5
#define SB_REFUSED_NO_FUNCTIONS 6
#define SB_REFUSED_NO_MANIFEST 7
/* The bytes are its size, as a decimal number. */
#define SB_REFUSED_LARGE_MANIFEST 8

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
/* 4 MiB and 256 KiB. */
#define SB_FRAME_EFFECT_BYTES_MAX 4194304U
#define SB_FRAME_MANIFEST_BYTES_MAX 262144U
/* Of REFUSED. */
#define SB_FRAME_TEXT_BYTES_MAX 1000

/* NOLINTBEGIN(modernize-use-using,readability-identifier-naming): it is C. */
typedef struct sb_frame_head {
  uint32_t kind;
  /* Of STEP, CLOSE, EFFECT, BROKEN and CLOSED. */
  uint32_t session;
  uint32_t number;
  uint32_t size;
} sb_frame_head;
/* NOLINTEND(modernize-use-using,readability-identifier-naming) */

#endif /* STOREBRIDGE_RUNNER_FRAME_H */
