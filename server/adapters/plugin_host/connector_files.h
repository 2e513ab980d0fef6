#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace storebridge::plugin_host {

constexpr std::size_t kConnectorFilesMax = 256;

// A file that may be a connector. Its id is its name without `.so`, and with '-' for '_', which
// build tools prefer.
struct ConnectorFile {
  std::string id;
  std::string path;
};

// The files `<id>.so` of a folder.
struct ConnectorFolder {
  // By id, then path.
  std::vector<ConnectorFile> files;
  // Names ending in .so that are no ids; nobody can refer to them.
  std::vector<std::string> ignored;
};

// Lists a folder without opening its files. kNotFound when there is no such folder;
// kResourceExhausted when it has more than kConnectorFilesMax connectors.
Result<ConnectorFolder> ListConnectorFiles(const std::string& folder);

// Whether only we and root can have written the file and the folder it lies in; links are followed.
// kPermissionDenied with the command that mends it. kNotFound when it is gone.
Status CheckWrittenByTrusted(const std::string& path);

}  // namespace storebridge::plugin_host
