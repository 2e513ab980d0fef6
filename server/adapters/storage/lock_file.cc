#include "adapters/storage/lock_file.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace storebridge::storage {
namespace {

std::string Describe(std::int64_t now_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> now{std::chrono::milliseconds(now_ms)};
  return fmt::format("process {} since {:%Y-%m-%dT%H:%M:%S}Z\n",
                     ::getpid(),
                     std::chrono::time_point_cast<std::chrono::seconds>(now));
}

std::string ReadHolder(int fd) {
  std::array<char, 128> buffer{};
  const ssize_t size = ::pread(fd, buffer.data(), buffer.size(), 0);
  const std::string_view text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

Result<std::unique_ptr<LockFile>> LockFile::Take(const std::string& database, std::int64_t now_ms) {
  const std::string path = database + ".lock";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    const std::string cause = std::generic_category().message(errno);
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "DATABASE_FOLDER",
                 .message = fmt::format(
                     "cannot make the lock file '{}': {}; let the server's user write the folder",
                     path,
                     cause),
                 .facts = {{"path", path}, {"cause", cause}}};
  }
  std::unique_ptr<LockFile> lock(new LockFile(fd));
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      const std::string cause = std::generic_category().message(errno);
      return Error{.code = Code::kFailedPrecondition,
                   .reason = "DATABASE_FOLDER",
                   .message = fmt::format(
                       "cannot lock '{}': {}; keep the database on a local disk", path, cause),
                   .facts = {{"path", path}, {"cause", cause}}};
    }
    const std::string holder = ReadHolder(fd);
    return Error{
        .code = Code::kFailedPrecondition,
        .reason = "DATABASE_IN_USE",
        .message = fmt::format(
            "the database '{}' is in use by another server ({}): stop that one, or give this one a "
            "database of its own",
            database,
            holder),
        .facts = {{"path", database}, {"holder", holder}}};
  }
  const std::string text = Describe(now_ms);
  if (::ftruncate(fd, 0) != 0 ||
      ::pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    const std::string cause = std::generic_category().message(errno);
    return Error{
        .code = Code::kUnavailable,
        .reason = "DATABASE_IO",
        .message = fmt::format("cannot write the lock file '{}': {}; check the disk", path, cause),
        .facts = {{"path", path}, {"cause", cause}}};
  }
  return lock;
}

LockFile::~LockFile() {
  // The file stays: removing it would let two servers hold two files of one name.
  ::close(fd_);
}

}  // namespace storebridge::storage
