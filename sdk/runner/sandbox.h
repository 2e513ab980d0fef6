/* What a connector's process may do: nothing but compute, and talk over one descriptor. Linux
   with Landlock (5.13 and later) and seccomp. */
#ifndef STOREBRIDGE_RUNNER_SANDBOX_H
#define STOREBRIDGE_RUNNER_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/* Memory that the process may have. */
#define RUNNER_MEMORY_BYTES_MAX (1024UL * 1024UL * 1024UL)

/* Before the library is loaded, whose constructors run already and may never come back: this is
   what holds against a library that means harm. Only `library` and the system's libraries can be
   read, nothing can be written but the stream, no memory is both written and run, and there are no
   sockets, threads and other processes. False: `why` says what is missing. */
bool ConfineLoading(const char* library, char* why, size_t why_size);

/* When it is loaded: no files any more and no new code. */
bool ConfineRunning(char* why, size_t why_size);

#endif /* STOREBRIDGE_RUNNER_SANDBOX_H */
