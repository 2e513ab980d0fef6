#include "adapters/plugin_host/connector_files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/ids.h"

namespace storebridge::plugin_host {
namespace {

namespace fs = std::filesystem;

Error CannotList(const std::string& folder, const std::error_code& error) {
  const bool is_missing = error == std::errc::no_such_file_or_directory;
  return Error{
      .code = is_missing ? Code::kNotFound : Code::kFailedPrecondition,
      .reason = "CONNECTOR_FOLDER",
      .message = fmt::format("cannot list the connector folder '{}': {}; check connectors.folder",
                             folder,
                             error.message()),
      .facts = {{"folder", folder}}};
}

Error Untrusted(const std::string& message, const std::string& path) {
  return Error{.code = Code::kPermissionDenied,
               .reason = "CONNECTOR_WRITABLE",
               .message = message,
               .facts = {{"path", path}}};
}

Status CheckOwnerAndMode(const std::string& path, bool is_folder) {
  const char* what = is_folder ? "its folder" : "the file";
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) {
    const bool is_missing = errno == ENOENT;
    return Error{.code = is_missing ? Code::kNotFound : Code::kPermissionDenied,
                 .reason = "CONNECTOR_FILE",
                 .message = fmt::format("cannot look at {}: {}", path, std::strerror(errno))};
  }
  if (!is_folder && !S_ISREG(status.st_mode)) {
    return Untrusted(fmt::format("{} is not a file", path), path);
  }
  if (status.st_uid != geteuid() && status.st_uid != 0) {
    return Untrusted(
        fmt::format("{} belongs to another user (uid {}) who could replace it; run: chown "
                    "root '{}'",
                    what,
                    status.st_uid,
                    path),
        path);
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Untrusted(
        fmt::format("{} can be written by other users; run: chmod go-w '{}'", what, path), path);
  }
  return Ok();
}

}  // namespace

Result<ConnectorFolder> ListConnectorFiles(const std::string& folder) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  ConnectorFolder found;
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path path = entry->path();
    if (path.extension() != ".so") {
      continue;
    }
    if (found.files.size() + found.ignored.size() >= kConnectorFilesMax) {
      return Error{
          .code = Code::kResourceExhausted,
          .reason = "CONNECTOR_FOLDER",
          .message = fmt::format("the connector folder '{}' has more than {} connectors; check "
                                 "connectors.folder",
                                 folder,
                                 kConnectorFilesMax)};
    }
    std::string id = path.stem().string();
    std::replace(id.begin(), id.end(), '_', '-');
    if (CheckChosenIdFormat(id)) {
      found.files.push_back({std::move(id), path.string()});
    } else {
      found.ignored.push_back(path.filename().string());
    }
  }
  if (error) {
    return CannotList(folder, error);
  }
  std::sort(found.files.begin(), found.files.end(), [](const auto& a, const auto& b) {
    return std::tie(a.id, a.path) < std::tie(b.id, b.path);
  });
  std::sort(found.ignored.begin(), found.ignored.end());
  return found;
}

Status CheckWrittenByTrusted(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) {
    const bool is_missing = error == std::errc::no_such_file_or_directory;
    return Error{.code = is_missing ? Code::kNotFound : Code::kPermissionDenied,
                 .reason = "CONNECTOR_FILE",
                 .message = fmt::format("cannot look at {}: {}", path, error.message())};
  }
  SB_CHECK(CheckOwnerAndMode(real.string(), false));
  SB_CHECK(CheckOwnerAndMode(real.parent_path().string(), true));
  // Behind a link are two folders: who writes to the first can put another link there.
  const fs::path folder = fs::canonical(fs::path(path).parent_path(), error);
  if (!error && folder != real.parent_path()) {
    SB_CHECK(CheckOwnerAndMode(folder.string(), true));
  }
  return Ok();
}

}  // namespace storebridge::plugin_host
