#include "api/unix_socket.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace storebridge::api {
namespace {

constexpr std::string_view kFolderSuffix = ".XXXXXX";
constexpr std::string_view kSocketFile = "/s";

Error CannotListen(const std::string& path, std::string_view why) {
  return Error{.code = Code::kFailedPrecondition,
               .reason = "LISTEN",
               .message = fmt::format("cannot listen on unix:{}: {}", path, why),
               .facts = {{"path", path}, {"why", std::string(why)}}};
}

// Whether somebody listens there.
bool Answers(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) {
    return false;
  }
  const int connected = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  // A full queue belongs to somebody who listens.
  const bool answers = connected == 0 || errno == EAGAIN || errno == EINPROGRESS;
  close(fd);
  return answers;
}

Status RemoveStale(const std::string& path) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0) {
    return errno == ENOENT ? Ok() : Status(CannotListen(path, std::strerror(errno)));
  }
  if (!S_ISSOCK(found.st_mode)) {
    return CannotListen(path,
                        "there is a file that is not a socket: move it, or choose another path");
  }
  if (Answers(path)) {
    return CannotListen(path, "another server listens there: stop it, or choose another path");
  }
  if (unlink(path.c_str()) != 0) {
    return CannotListen(
        path, fmt::format("the socket that is left cannot be removed: {}", std::strerror(errno)));
  }
  return Ok();
}

}  // namespace

Result<std::unique_ptr<UnixSocket>> UnixSocket::Prepare(const std::string& path) {
  constexpr std::size_t kPathBytesMax =
      sizeof(sockaddr_un::sun_path) - 1 - kFolderSuffix.size() - kSocketFile.size();
  if (path.empty() || path.front() != '/' || path.size() > kPathBytesMax) {
    return Error{
        .code = Code::kInvalidArgument,
        .reason = "LISTEN_ADDRESS",
        .message = fmt::format("'{}' cannot be the path of a unix socket: write a full path "
                               "of at most {} bytes",
                               path.substr(0, 200),
                               kPathBytesMax),
        .facts = {{"path", path.substr(0, 200)}}};
  }
  SB_CHECK(RemoveStale(path));
  std::unique_ptr<UnixSocket> made(new UnixSocket(path));
  std::string folder = path + std::string(kFolderSuffix);
  if (mkdtemp(folder.data()) == nullptr) {
    return CannotListen(path,
                        fmt::format("its folder cannot be written: {}", std::strerror(errno)));
  }
  made->folder_ = std::move(folder);
  return made;
}

std::string UnixSocket::bind_path() const {
  return folder_ + std::string(kSocketFile);
}

Status UnixSocket::Publish() {
  const std::string bound = bind_path();
  struct stat found {};
  if (chmod(bound.c_str(), S_IRUSR | S_IWUSR) != 0 || lstat(bound.c_str(), &found) != 0 ||
      std::rename(bound.c_str(), path_.c_str()) != 0) {
    return CannotListen(path_, std::strerror(errno));
  }
  inode_ = found.st_ino;
  rmdir(folder_.c_str());
  folder_.clear();
  return Ok();
}

UnixSocket::~UnixSocket() {
  if (!folder_.empty()) {
    unlink(bind_path().c_str());
    rmdir(folder_.c_str());
  }
  struct stat found {};
  // Another server may have taken the place over since.
  if (inode_ != 0 && lstat(path_.c_str(), &found) == 0 && found.st_ino == inode_) {
    unlink(path_.c_str());
  }
}

}  // namespace storebridge::api
