#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner_frame.h"

/* Where the dynamic loader looks. A place that is not there is passed over. */
static const char* const kLibraryPlaces[] = {
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"};

/* Calls without a condition, at any time. getrandom is what Rust seeds its hash maps with. */
static const int kCalls[] = {SCMP_SYS(brk),
                             SCMP_SYS(clock_gettime),
                             SCMP_SYS(exit),
                             SCMP_SYS(exit_group),
                             SCMP_SYS(getpid),
                             SCMP_SYS(getrandom),
                             SCMP_SYS(gettid),
                             SCMP_SYS(madvise),
                             SCMP_SYS(mremap),
                             SCMP_SYS(munmap),
                             SCMP_SYS(rt_sigprocmask),
                             SCMP_SYS(rt_sigreturn),
                             SCMP_SYS(sched_yield)};

/* And while the library is loaded: what the dynamic loader needs. */
static const int kLoadingCalls[] = {SCMP_SYS(close),
                                    SCMP_SYS(fstat),
                                    SCMP_SYS(newfstatat),
                                    SCMP_SYS(pread64),
                                    SCMP_SYS(read),
                                    SCMP_SYS(seccomp)};

static bool Say(char* why, size_t why_size, const char* what, int error) {
  snprintf(why, why_size, "%s: %s", what, strerror(error));
  return false;
}

/* Of the superuser's, where the server has them. */
static bool DropCapabilities(void) {
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}, {0, 0, 0}};
  return syscall(SYS_capset, &head, none) == 0;
}

static bool LimitResources(char* why, size_t why_size) {
  const struct rlimit none = {0, 0};
  const struct rlimit files = {64, 64};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || setrlimit(RLIMIT_NOFILE, &files) != 0) {
    return Say(why, why_size, "setrlimit", errno);
  }
#ifndef __SANITIZE_ADDRESS__
  /* The address sanitizer reserves terabytes. */
  const struct rlimit memory = {RUNNER_MEMORY_BYTES_MAX, RUNNER_MEMORY_BYTES_MAX};
  if (setrlimit(RLIMIT_AS, &memory) != 0) {
    return Say(why, why_size, "setrlimit", errno);
  }
#endif
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return Say(why, why_size, "prctl", errno);
  }
  return DropCapabilities() || Say(why, why_size, "capset", errno);
}

/* Lets what lies at `place`, or below it, be read. */
static bool AllowReading(int ruleset, const char* place) {
  const int at = open(place, O_PATH | O_CLOEXEC);
  if (at < 0) {
    return errno == ENOENT;
  }
  const struct landlock_path_beneath_attr beneath = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
                                                     .parent_fd = at};
  const bool is_done =
      syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
  const int error = errno;
  (void)close(at);
  errno = error;
  return is_done;
}

/* All that the first version of Landlock knows of files; what came later needs a file that was
   opened for writing, which the filter of calls refuses. */
static bool ConfineFiles(const char* library, char* why, size_t why_size) {
  const struct landlock_ruleset_attr handled = {
      .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                           LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                           LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                           LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
                           LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                           LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                           LANDLOCK_ACCESS_FS_MAKE_SYM};
  const long made = syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
  if (made < 0) {
    return Say(why, why_size, "the kernel offers no Landlock (Linux 5.13 and later do)", errno);
  }
  const int ruleset = (int)made;
  bool is_allowed = AllowReading(ruleset, library);
  for (size_t i = 0; is_allowed && i < sizeof kLibraryPlaces / sizeof *kLibraryPlaces; ++i) {
    is_allowed = AllowReading(ruleset, kLibraryPlaces[i]);
  }
  if (!is_allowed || syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) {
    return Say(why, why_size, "Landlock", errno);
  }
  (void)close(ruleset);
  return true;
}

/* Adds a rule, where all went well until now. Gives 0 or a negative errno. */
static int Rule(int error,
                scmp_filter_ctx filter,
                int call,
                unsigned count,
                const struct scmp_arg_cmp* conditions) {
  return error != 0 ? error
                    : seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, count, conditions);
}

static int Calls(int error, scmp_filter_ctx filter, const int* calls, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    error = Rule(error, filter, calls[i], 0, NULL);
  }
  return error;
}

/* What is allowed at any time. */
static int Always(scmp_filter_ctx filter) {
  int error = Calls(0, filter, kCalls, sizeof kCalls / sizeof *kCalls);
#ifdef __SANITIZE_ADDRESS__
  /* The address sanitizer asks for the signal stack before it lets anything be thrown. */
  error = Rule(error, filter, SCMP_SYS(sigaltstack), 0, NULL);
#endif
  /* abort() is the only signal that is sent, and only to the process itself. */
  const struct scmp_arg_cmp abort_itself[] = {SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()),
                                              SCMP_A2(SCMP_CMP_EQ, SIGABRT)};
  error = Rule(error, filter, SCMP_SYS(tgkill), 2, abort_itself);
  /* A futex that others could wait at lies in memory that is shared with them. */
  const struct scmp_arg_cmp own_futex =
      SCMP_A1(SCMP_CMP_MASKED_EQ, FUTEX_PRIVATE_FLAG, FUTEX_PRIVATE_FLAG);
  error = Rule(error, filter, SCMP_SYS(futex), 1, &own_futex);
  const struct scmp_arg_cmp stream = SCMP_A0(SCMP_CMP_EQ, SB_FRAME_FD);
  error = Rule(error, filter, SCMP_SYS(write), 1, &stream);
  const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  error = Rule(error, filter, SCMP_SYS(mmap), 1, &no_code);
  return Rule(error, filter, SCMP_SYS(mprotect), 1, &no_code);
}

/* All that is not allowed fails with EPERM, so that a library that tries meets an error that it
   knows. Calls of another kind of processor kill. */
static int Load(scmp_filter_ctx filter, int error) {
  if (error == 0) {
    error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);
  }
  if (error == 0) {
    error = seccomp_load(filter);
  }
  seccomp_release(filter);
  return error;
}

static int FilterLoading(void) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == NULL) {
    return -ENOMEM;
  }
  int error = Always(filter);
  error = Calls(error, filter, kLoadingCalls, sizeof kLoadingCalls / sizeof *kLoadingCalls);
  /* To be read, and nothing else of what an open file is good for. */
  const struct scmp_arg_cmp to_read =
      SCMP_A2(SCMP_CMP_MASKED_EQ, ~(scmp_datum_t)O_CLOEXEC, O_RDONLY);
  error = Rule(error, filter, SCMP_SYS(openat), 1, &to_read);
  const struct scmp_arg_cmp code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC);
  error = Rule(error, filter, SCMP_SYS(mmap), 1, &code);
  return Load(filter, error);
}

static int FilterRunning(void) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == NULL) {
    return -ENOMEM;
  }
  const struct scmp_arg_cmp stream = SCMP_A0(SCMP_CMP_EQ, SB_FRAME_FD);
  return Load(filter, Rule(Always(filter), filter, SCMP_SYS(read), 1, &stream));
}

bool ConfineLoading(const char* library, char* why, size_t why_size) {
  if (!LimitResources(why, why_size) || !ConfineFiles(library, why, why_size)) {
    return false;
  }
  const int error = FilterLoading();
  return error == 0 || Say(why, why_size, "seccomp", -error);
}

bool ConfineRunning(char* why, size_t why_size) {
  const int error = FilterRunning();
  return error == 0 || Say(why, why_size, "seccomp", -error);
}
