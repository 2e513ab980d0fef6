/* Connector ABI of Storebridge, major 1. C99, needs stdint and stddef only. Frozen with the first
   release.

   A connector is a shared library with one exported symbol. It does no I/O, starts no threads and
   reads no clock: the host feeds it Events and does what its Effects ask for. Event, Effect and
   Manifest are in storebridge/connector/v1/connector.proto, on the wire as protobuf.

   Whoever made bytes owns them: event bytes die when step() returns, effect bytes die at the next
   step() or close() of that session. Nothing is ever freed by the other side. Text is UTF-8.

   Tags in brackets say who may call what:
     [any thread]   from any thread, concurrently with anything.
     [session]      one call at a time for one session, from any thread; different sessions
   concurrently. The host orders the calls of a session (happens-before). */
#ifndef STOREBRIDGE_CONNECTOR_H
#define STOREBRIDGE_CONNECTOR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SB_EXPORT __attribute__((visibility("default")))
/* NOLINTBEGIN(modernize-use-using,readability-identifier-naming): it is C. */
/* Borrowed bytes. `data` may be NULL only if `size` is 0. */
typedef struct sb_bytes {
  const uint8_t* data;
  size_t size;
} sb_bytes;

/* One running operation; the connector's own. */
typedef struct sb_session sb_session;

/* Never an enum: its width would be the compiler's choice. */
typedef int32_t sb_status;
/* `*effect` is valid. */
#define SB_OK 0
/* The session cannot be used any more; the host closes it and fails the operation. */
#define SB_BROKEN 1

typedef struct sb_connector_v1 {
  /* sizeof(sb_connector_v1) in the connector's header. The host reads nothing past it. */
  uint32_t struct_size;
  /* Newest minor of connector.proto that the connector was built with. */
  uint32_t proto_minor;
  /* A serialized storebridge.connector.v1.Manifest, valid as long as the library is loaded. */
  sb_bytes manifest;
  /* Creates a session. No I/O, no threads, under 1 ms. NULL: out of memory. [any thread] */
  sb_session* (*open)(void);
  /* Takes one Event, gives one Effect. Never blocks, never throws, never jumps out. [session] */
  sb_status (*step)(sb_session* session, sb_bytes event, sb_bytes* effect);
  /* Destroys a session, wherever it is. NULL is allowed and does nothing. [session] */
  void (*close)(sb_session* session);
  /* Version 1 ends here. Later fields are only ever appended: test struct_size first. */
} sb_connector_v1;

/* The only exported symbol. Cheap, always the same answer, valid as long as the library is loaded.
   NULL: the connector refuses to be loaded. A later major is a second symbol; a library may export
   both. [any thread] */
SB_EXPORT const sb_connector_v1* storebridge_connector_v1(void);
/* NOLINTEND(modernize-use-using,readability-identifier-naming) */
#ifdef __cplusplus
}
#endif

#endif /* STOREBRIDGE_CONNECTOR_H */
