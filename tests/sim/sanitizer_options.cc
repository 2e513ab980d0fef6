// A simulated day allocates much and remembers who did; two callers are enough to find one. Means
// nothing without the sanitizer, and the environment comes after it.
extern "C" const char* __asan_default_options();   // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __asan_default_options() {  // NOLINT(bugprone-reserved-identifier)
  return "malloc_context_size=2";
}
