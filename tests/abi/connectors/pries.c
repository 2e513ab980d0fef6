/* It tries, while it is loaded and in each step, what a connector may not do. Its effect is the
   words for what succeeded. What it tries harms nothing where it is allowed. The first event is the
   path of a file that it tries to read. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "minimal_connector.h"

extern char** environ;

static char found[2000];

static void Tell(bool did_succeed, const char* when, const char* what) {
  if (did_succeed) {
    const size_t used = strlen(found);
    snprintf(found + used, sizeof found - used, "%s %s;", when, what);
  }
}

static bool CanOpen(const char* path, int flags) {
  const int file = open(path, flags, 0600);
  if (file >= 0) {
    close(file);
  }
  return file >= 0;
}

static bool CanWriteNewFile(void) {
  char name[] = "/tmp/storebridge_pries_XXXXXX";
  const int file = mkstemp(name);
  if (file >= 0) {
    close(file);
    unlink(name);
  }
  return file >= 0;
}

static bool CanMakeSocket(int domain, int type) {
  const int made = socket(domain, type, 0);
  if (made >= 0) {
    close(made);
  }
  return made >= 0;
}

static bool CanFork(void) {
  const pid_t child = (pid_t)syscall(SYS_fork);
  if (child == 0) {
    _exit(0);
  }
  if (child > 0) {
    waitpid(child, NULL, 0);
  }
  return child > 0;
}

static void* DoNothing(void* nothing) {
  return nothing;
}

static bool CanStartThread(void) {
  pthread_t thread;
  const bool is_started = pthread_create(&thread, NULL, &DoNothing, NULL) == 0;
  if (is_started) {
    pthread_join(thread, NULL);
  }
  return is_started;
}

static bool CanMakeCode(void) {
  void* page =
      mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page != MAP_FAILED) {
    munmap(page, 4096);
  }
  return page != MAP_FAILED;
}

static bool CanExecute(void) {
  char* const arguments[] = {"true", NULL};
  /* Of a file that is not there: EPERM or EACCES before the look, or ENOENT after it. */
  (void)execve("/storebridge_pries_nothing", arguments, arguments + 1);
  return errno == ENOENT;
}

static bool CanWakeOthers(void) {
  static int word;
  return syscall(SYS_futex, &word, FUTEX_WAKE, 1, NULL, NULL, 0) >= 0;
}

static void TryAll(const char* when, const char* file) {
  Tell(CanOpen("/etc/passwd", O_RDONLY), when, "reads /etc/passwd");
  Tell(CanOpen("/proc/self/maps", O_RDONLY), when, "reads /proc");
  Tell(file != NULL && CanOpen(file, O_RDONLY), when, "reads the file");
  Tell(CanOpen("/", O_RDONLY | O_DIRECTORY), when, "lists /");
  Tell(CanOpen("/etc/passwd", O_PATH), when, "holds on to a path");
  Tell(CanMakeCode(), when, "makes code");
  Tell(CanWakeOthers(), when, "wakes others");
  Tell(CanWriteNewFile(), when, "writes a file");
  Tell(CanMakeSocket(AF_INET, SOCK_STREAM), when, "has TCP");
  Tell(CanMakeSocket(AF_INET, SOCK_DGRAM), when, "has UDP");
  Tell(CanMakeSocket(AF_UNIX, SOCK_STREAM), when, "has unix sockets");
  Tell(CanFork(), when, "forks");
  Tell(CanStartThread(), when, "starts a thread");
  Tell(CanExecute(), when, "executes");
  Tell(kill(getppid(), 0) == 0, when, "signals");
  Tell(ptrace(PTRACE_ATTACH, 1, NULL, NULL) == 0 || errno == ESRCH, when, "traces");
  Tell(environ != NULL && environ[0] != NULL, when, "has an environment");
  for (int fd = 4; fd < 64; ++fd) {
    struct stat file_of_server;
    Tell(fstat(fd, &file_of_server) == 0, when, "has a file of the server");
  }
}

__attribute__((constructor)) static void TryWhileLoaded(void) {
  TryAll("loading", NULL);
}

static sb_status Pry(sb_session* session, sb_bytes event, sb_bytes* effect) {
  char path[500] = "";
  (void)session;
  if (event.size < sizeof path) {
    memcpy(path, event.data, event.size);
  }
  TryAll("running", path);
  Tell(
      CanOpen("/lib/x86_64-linux-gnu/libc.so.6", O_RDONLY) || CanOpen("/etc/ld.so.cache", O_RDONLY),
      "running",
      "reads libraries");
  effect->data = (const uint8_t*)found;
  effect->size = strlen(found);
  return SB_OK;
}

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.step = &Pry;
  return &connector;
}
