#pragma once

#include <memory>
#include <string>

#include <sys/types.h>

#include "core/result.h"

namespace storebridge::api {

// The file of a listening unix socket. It is bound inside a folder that only we can enter and moved
// to its place when its mode is 0600: at no moment may anybody else connect. Removed when this
// dies.
class UnixSocket {
 public:
  // Makes room at `path`: removes what a server that crashed left behind. kFailedPrecondition when
  // another server listens there, when something else lies there, or when the folder cannot be
  // written; kInvalidArgument when `path` is too long.
  static Result<std::unique_ptr<UnixSocket>> Prepare(const std::string& path);

  ~UnixSocket();
  UnixSocket(const UnixSocket&) = delete;
  UnixSocket& operator=(const UnixSocket&) = delete;

  // Bind and listen here.
  [[nodiscard]] std::string bind_path() const;

  // Puts the socket, which is bound now, in its place.
  Status Publish();

 private:
  explicit UnixSocket(std::string path) : path_(std::move(path)) {}

  std::string path_;
  // Empty once it was removed.
  std::string folder_;
  // Of the published socket; 0 before.
  ino_t inode_ = 0;
};

}  // namespace storebridge::api
