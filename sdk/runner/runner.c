/* Runs one connector outside of the server: loads its library in a sandbox and steps its sessions,
   one call after the other. Neither C++ nor protobuf are used here, so that a connector may bring
   its own. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner_frame.h"
#include "sandbox.h"
#include "storebridge/connector.h"

enum { kRefused = 1, kUsage = 2, kStreamBroken = 3 };

/* An event's buffer is kept up to this size. */
static const size_t kKeptBytesMax = 1024 * 1024;

static const char kSymbol[] = "storebridge_connector_v1";

/* False at the end of the stream. */
static bool ReadAll(void* to, size_t size) {
  char* at = to;
  while (size > 0) {
    const ssize_t got = read(SB_FRAME_FD, at, size);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      return false;
    }
    at += got;
    size -= (size_t)got;
  }
  return true;
}

static void WriteAll(const void* from, size_t size) {
  const char* at = from;
  while (size > 0) {
    const ssize_t put = write(SB_FRAME_FD, at, size);
    if (put < 0 && errno == EINTR) {
      continue;
    }
    if (put <= 0) {
      _exit(kStreamBroken);
    }
    at += put;
    size -= (size_t)put;
  }
}

static void Send(uint32_t kind, uint32_t session, uint32_t number, const void* bytes, size_t size) {
  const sb_frame_head head = {
      .kind = kind, .session = session, .number = number, .size = (uint32_t)size};
  WriteAll(&head, sizeof head);
  WriteAll(bytes, size);
}

/* What is wrong with a library: a number of REFUSED, and the system's words. */
struct refusal {
  uint32_t number;
  char text[SB_FRAME_TEXT_BYTES_MAX];
};

static const sb_connector_v1* Refuse(struct refusal* refusal, uint32_t number) {
  refusal->number = number;
  return NULL;
}

static const sb_connector_v1* LoadConnector(const char* path, struct refusal* refusal) {
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    snprintf(refusal->text, sizeof refusal->text, "%s", dlerror());
    return Refuse(refusal, SB_REFUSED_LIBRARY);
  }
  void* symbol = dlsym(library, kSymbol);
  if (symbol == NULL) {
    return Refuse(refusal, SB_REFUSED_NO_SYMBOL);
  }
  const sb_connector_v1* (*entry)(void) = NULL;
  memcpy(&entry, &symbol, sizeof entry);
  const sb_connector_v1* connector = entry();
  if (connector == NULL) {
    return Refuse(refusal, SB_REFUSED_NULL_TABLE);
  }
  if (connector->struct_size < sizeof(sb_connector_v1)) {
    snprintf(refusal->text, sizeof refusal->text, "%u", connector->struct_size);
    return Refuse(refusal, SB_REFUSED_SHORT_TABLE);
  }
  if (connector->open == NULL || connector->step == NULL || connector->close == NULL) {
    return Refuse(refusal, SB_REFUSED_NO_FUNCTIONS);
  }
  if (connector->manifest.data == NULL) {
    return Refuse(refusal, SB_REFUSED_NO_MANIFEST);
  }
  if (connector->manifest.size > SB_FRAME_MANIFEST_BYTES_MAX) {
    snprintf(refusal->text, sizeof refusal->text, "%zu", connector->manifest.size);
    return Refuse(refusal, SB_REFUSED_LARGE_MANIFEST);
  }
  return connector;
}

static void Step(const sb_connector_v1* connector,
                 sb_session** session,
                 uint32_t number,
                 sb_bytes event) {
  if (*session == NULL) {
    *session = connector->open();
  }
  if (*session == NULL) {
    Send(SB_FRAME_BROKEN, number, SB_BROKEN_NO_MEMORY, NULL, 0);
    return;
  }
  sb_bytes effect = {NULL, 0};
  const sb_status status = connector->step(*session, event, &effect);
  if (status != SB_OK) {
    const uint32_t why = status == SB_BROKEN ? SB_BROKEN_SAYS_SO : SB_BROKEN_STATUS;
    Send(SB_FRAME_BROKEN, number, why, NULL, 0);
  } else if (effect.size > SB_FRAME_EFFECT_BYTES_MAX) {
    Send(SB_FRAME_BROKEN, number, SB_BROKEN_TOO_LARGE, NULL, 0);
  } else if (effect.data == NULL && effect.size != 0) {
    Send(SB_FRAME_BROKEN, number, SB_BROKEN_NULL_EFFECT, NULL, 0);
  } else {
    Send(SB_FRAME_EFFECT, number, 0, effect.data, effect.size);
  }
}

/* Until the stream ends. */
static void Serve(const sb_connector_v1* connector) {
  static sb_session* sessions[SB_FRAME_SESSIONS_MAX];
  uint8_t* event = NULL;
  size_t room = 0;
  sb_frame_head head;
  while (ReadAll(&head, sizeof head)) {
    if (head.session >= SB_FRAME_SESSIONS_MAX) {
      _exit(kStreamBroken);
    }
    sb_session** session = &sessions[head.session];
    if (head.kind == SB_FRAME_CLOSE) {
      connector->close(*session);
      *session = NULL;
      Send(SB_FRAME_CLOSED, head.session, 0, NULL, 0);
      continue;
    }
    if (head.size > room || room > kKeptBytesMax) {
      free(event);
      room = head.size;
      event = malloc(room);
    }
    if (event == NULL && room > 0) {
      _exit(kStreamBroken);
    }
    if (!ReadAll(event, head.size)) {
      return;
    }
    Step(connector, session, head.session, (sb_bytes){event, head.size});
  }
}

int main(int argc, char** argv) {
  struct stat stream;
  if (argc != 2 || fstat(SB_FRAME_FD, &stream) != 0 || !S_ISSOCK(stream.st_mode)) {
    fprintf(stderr,
            "storebridge-runner is started by storebridged, once for each connector that runs "
            "outside of the server.\n");
    return kUsage;
  }
  /* A step that never returns must not outlive the server. A server that was gone before this was
     asked for has closed its end. Who stops the server may signal all of its processes, but runs
     are to end with what they are at: only the server ends a runner. */
  char nothing = 0;
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (recv(SB_FRAME_FD, &nothing, 1, MSG_PEEK | MSG_DONTWAIT) == 0) {
    return kStreamBroken;
  }
  (void)signal(SIGTERM, SIG_IGN);
  (void)signal(SIGINT, SIG_IGN);
  (void)signal(SIGHUP, SIG_IGN);
  struct refusal refusal = {.number = SB_REFUSED_SANDBOX, .text = ""};
  const sb_connector_v1* connector = NULL;
  if (ConfineLoading(argv[1], refusal.text, sizeof refusal.text)) {
    connector = LoadConnector(argv[1], &refusal);
  }
  if (connector != NULL && !ConfineRunning(refusal.text, sizeof refusal.text)) {
    connector = Refuse(&refusal, SB_REFUSED_SANDBOX);
  }
  if (connector == NULL) {
    Send(SB_FRAME_REFUSED, 0, refusal.number, refusal.text, strlen(refusal.text));
    _exit(kRefused);
  }
  Send(SB_FRAME_HELLO,
       SB_FRAME_VERSION,
       connector->proto_minor,
       connector->manifest.data,
       connector->manifest.size);
  Serve(connector);
  /* Without the library's destructors: nobody waits for what they would do. */
  _exit(0);
}
