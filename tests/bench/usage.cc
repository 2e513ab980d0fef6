#include <ctime>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <time.h>

#include "bench/stage.h"

namespace storebridge::bench {
namespace {

Error NoProcess(pid_t pid) {
  return Error{.code = Code::kNotFound,
               .reason = "NO_PROCESS",
               .message = fmt::format("process {} is gone; see its log", pid)};
}

// A number of kibibytes in /proc/PID/status, such as `VmRSS:`.
Result<double> StatusMib(pid_t pid, const std::string& name) {
  std::ifstream file(fmt::format("/proc/{}/status", pid));
  std::string word;
  while (file >> word) {
    double kib = 0;
    if (word == name && file >> kib) {
      return kib / 1024;
    }
  }
  return NoProcess(pid);
}

}  // namespace

Result<double> CpuMicroseconds(pid_t pid) {
  clockid_t clock = 0;
  timespec used{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) {
    return NoProcess(pid);
  }
  return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

Result<double> MemoryMib(pid_t pid) {
  return StatusMib(pid, "VmRSS:");
}

Result<double> PeakMib(pid_t pid) {
  return StatusMib(pid, "VmHWM:");
}

Status ResetPeak(pid_t pid) {
  std::ofstream file(fmt::format("/proc/{}/clear_refs", pid));
  file << "5" << std::flush;
  if (!file) {
    return NoProcess(pid);
  }
  return Ok();
}

Result<std::int64_t> Commits(const std::string& data) {
  // SQLite counts them in the index of its log, 8 bytes from its beginning (WalIndexHdr.iChange of
  // SQLite 3.40).
  constexpr std::streamoff kPlace = 8;
  const std::string path = data + "/storebridge.db-shm";
  std::ifstream file(path, std::ios::binary);
  std::uint32_t count = 0;
  file.seekg(kPlace);
  file.read(reinterpret_cast<char*>(&count), sizeof count);
  if (!file) {
    return Error{.code = Code::kNotFound,
                 .reason = "BENCH_WRONG",
                 .message = fmt::format("'{}' cannot be read", path)};
  }
  return std::int64_t{count};
}

std::size_t OpenFilesMax() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

Status Concatenate(const std::vector<std::string>& files, const std::string& into) {
  std::ofstream out(into);
  for (const std::string& file : files) {
    out << std::ifstream(file).rdbuf();
  }
  if (!out.flush()) {
    return Error{.code = Code::kUnavailable,
                 .reason = "FILE",
                 .message = fmt::format("cannot write '{}'", into)};
  }
  return Ok();
}

Result<double> BareCommitMs() {
  struct Database {
    day::TempFolder folder;
    sqlite3* db = nullptr;
    Database() {
      sqlite3_open(folder.File("commit.db").c_str(), &db);
      sqlite3_exec(db,
                   "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; "
                   "CREATE TABLE row(number INTEGER)",
                   nullptr,
                   nullptr,
                   nullptr);
    }
    ~Database() { sqlite3_close(db); }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
  };
  static const Database kDatabase;
  const auto began = std::chrono::steady_clock::now();
  if (sqlite3_exec(kDatabase.db, "INSERT INTO row VALUES(1)", nullptr, nullptr, nullptr) !=
      SQLITE_OK) {
    return Error{.code = Code::kUnavailable,
                 .reason = "BENCH_WRONG",
                 .message = sqlite3_errmsg(kDatabase.db)};
  }
  return MicrosecondsSince(began) / 1e3;
}

double MicrosecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
      .count();
}

}  // namespace storebridge::bench
