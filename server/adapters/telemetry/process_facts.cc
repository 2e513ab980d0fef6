#include "adapters/telemetry/process_facts.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

namespace storebridge::telemetry {
namespace {

double InSeconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

std::vector<Fact> ProcessFacts() {
  std::vector<Fact> facts;
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    facts.push_back(
        {.name = "process_cpu_seconds_total",
         .help = "CPU time of the server, without its connectors' processes.",
         .only_grows = true,
         .samples = {
             {.labels = {}, .value = InSeconds(usage.ru_utime) + InSeconds(usage.ru_stime)}}});
  }
  // Pages: all, resident.
  std::ifstream statm("/proc/self/statm");
  double all = 0;
  double resident = 0;
  if (statm >> all >> resident) {
    facts.push_back(
        {.name = "process_resident_memory_bytes",
         .help = "Memory of the server, without its connectors' processes.",
         .samples = {
             {.labels = {}, .value = resident * static_cast<double>(sysconf(_SC_PAGESIZE))}}});
  }
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  if (!error) {
    facts.push_back({.name = "process_open_fds",
                     .help = "Files and connections that are open.",
                     .samples = {{.labels = {},
                                  .value = static_cast<double>(std::distance(
                                      files, std::filesystem::directory_iterator()))}}});
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    facts.push_back({.name = "process_max_fds",
                     .help = "Files and connections that may be open.",
                     .samples = {{.labels = {}, .value = static_cast<double>(limit.rlim_cur)}}});
  }
  return facts;
}

}  // namespace storebridge::telemetry
