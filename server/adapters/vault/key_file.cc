#include "adapters/vault/key_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace storebridge::vault {
namespace {

constexpr std::string_view kHeader = "# storebridge master key, version 1";
constexpr std::string_view kAdvice =
    ". Keep a copy apart from the database: without it no credential can be read.";
constexpr std::size_t kFileMax = 4096;
constexpr std::size_t kHexLength = 2 * kKeyBytes;

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool good() const { return fd_ >= 0; }

 private:
  int fd_;
};

// The file's text, wiped when it dies.
struct Text {
  Text() = default;
  ~Text() { sodium_memzero(value.data(), value.size()); }
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;
  std::string value;
};

Error Refused(const std::filesystem::path& path, std::string reason, const std::string& what) {
  return {.code = Code::kFailedPrecondition,
          .reason = std::move(reason),
          .message = "The master key file '" + path.string() + "' " + what,
          .facts = {{"path", path.string()}}};
}

Error SystemError(const std::filesystem::path& path, const std::string& doing) {
  const std::string why = std::strerror(errno);
  return {.code = Code::kInternal,
          .reason = "KEY_FILE_IO",
          .message = "The master key file '" + path.string() + "' cannot be " + doing + ": " + why +
                     ". Correct the path, the folder or its permissions.",
          .facts = {{"path", path.string()}, {"why", why}}};
}

Error Garbage(const std::filesystem::path& path) {
  return Refused(path,
                 "KEY_FILE_BAD",
                 "does not hold a key: it needs the line '" + std::string(kHeader) +
                     "...' and then 64 hexadecimal digits. Restore it from its copy.");
}

Status CheckOwnership(const std::filesystem::path& path, int fd) {
  struct stat about {};
  if (fstat(fd, &about) != 0) {
    return SystemError(path, "read");
  }
  if (!S_ISREG(about.st_mode)) {
    return Refused(path, "KEY_FILE_BAD", "is not a plain file. Correct the path.");
  }
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Refused(path,
                   "KEY_FILE_OPEN_TO_OTHERS",
                   "can be read by others. Run: chmod 0400 '" + path.string() + "'");
  }
  if (about.st_uid != geteuid() && about.st_uid != 0) {
    return Refused(path,
                   "KEY_FILE_OPEN_TO_OTHERS",
                   "belongs to another user. Give it to the user that the server runs as.");
  }
  return Ok();
}

Status ReadAll(const std::filesystem::path& path, int fd, std::string& out) {
  out.resize(kFileMax + 1);
  std::size_t size = 0;
  while (size < out.size()) {
    const ssize_t count = read(fd, out.data() + size, out.size() - size);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return SystemError(path, "read");
    }
    if (count == 0) {
      break;
    }
    size += static_cast<std::size_t>(count);
  }
  if (size > kFileMax) {
    return Garbage(path);
  }
  out.resize(size);
  return Ok();
}

Status WriteAll(const std::filesystem::path& path, int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0 && errno != EINTR) {
      return SystemError(path, "written");
    }
    text.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
  }
  if (fsync(fd) != 0) {
    return SystemError(path, "written");
  }
  return Ok();
}

// False when it is no key, or one that nobody draws.
bool ParseKey(std::string_view line, MasterKey& key) {
  std::size_t length = 0;
  const bool read =
      line.size() == kHexLength &&
      sodium_hex2bin(key.data(), kKeyBytes, line.data(), line.size(), nullptr, &length, nullptr) ==
          0;
  return read && length == kKeyBytes && sodium_is_zero(key.data(), kKeyBytes) == 0;
}

}  // namespace

Result<bool> KeyFileExists(const std::filesystem::path& path) {
  struct stat about {};
  if (lstat(path.c_str(), &about) == 0) {
    return true;
  }
  if (errno == ENOENT) {
    return false;
  }
  return SystemError(path, "looked for");
}

Result<std::vector<MasterKey>> ReadKeyFile(const std::filesystem::path& path) {
  // Not blocking: a pipe in its place must not hold the server up.
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.good()) {
    return SystemError(path, "read");
  }
  SB_CHECK(CheckOwnership(path, file.fd()));
  Text text;
  SB_CHECK(ReadAll(path, file.fd(), text.value));
  std::string_view rest = text.value;
  if (!rest.starts_with(kHeader) || rest.find('\n') == std::string_view::npos) {
    return Garbage(path);
  }
  rest.remove_prefix(rest.find('\n') + 1);
  std::vector<MasterKey> keys;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    MasterKey key;
    if (!key) {
      return SystemError(path, "kept in locked memory");
    }
    if (keys.size() == kKeysMax || !ParseKey(rest.substr(0, end), key)) {
      return Garbage(path);
    }
    key.Freeze();
    keys.push_back(std::move(key));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (keys.empty()) {
    return Garbage(path);
  }
  return keys;
}

Status CreateKeyFile(const std::filesystem::path& path) {
  MasterKey key;
  if (!key) {
    return SystemError(path, "kept in locked memory");
  }
  randombytes_buf(key.data(), kKeyBytes);
  Text text;
  text.value.resize(kHexLength + 1);
  sodium_bin2hex(text.value.data(), text.value.size(), key.data(), kKeyBytes);
  text.value.back() = '\n';

  // Under another name first: a crash leaves no half of a key.
  const std::filesystem::path draft = path.string() + ".new";
  unlink(draft.c_str());
  const File file(open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400));
  if (!file.good()) {
    return SystemError(path, "created");
  }
  SB_CHECK(WriteAll(path, file.fd(), std::string(kHeader) + std::string(kAdvice) + "\n"));
  SB_CHECK(WriteAll(path, file.fd(), text.value));
  // Unlike a rename, a link never replaces a file.
  const bool linked = link(draft.c_str(), path.c_str()) == 0;
  const int why = errno;
  unlink(draft.c_str());
  if (!linked && why == EEXIST) {
    return Error{.code = Code::kAlreadyExists,
                 .reason = "KEY_FILE_EXISTS",
                 .message = "The master key file '" + path.string() +
                            "' appeared while it was being made. Start again.",
                 .facts = {{"path", path.string()}}};
  }
  errno = why;
  if (!linked) {
    return SystemError(path, "created");
  }
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const File handle(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!handle.good() || fsync(handle.fd()) != 0) {
    return SystemError(path, "made durable");
  }
  return Ok();
}

}  // namespace storebridge::vault
