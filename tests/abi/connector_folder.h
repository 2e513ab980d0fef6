#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace storebridge::plugin_host {

// A folder for connectors of the build, gone with its end.
class ConnectorFolderFixture {
 public:
  ConnectorFolderFixture() {
    std::string pattern = (std::filesystem::temp_directory_path() / "abi_test_XXXXXX").string();
    path_ = std::filesystem::canonical(mkdtemp(pattern.data()));
  }
  ~ConnectorFolderFixture() { std::filesystem::remove_all(path_); }
  ConnectorFolderFixture(const ConnectorFolderFixture&) = delete;
  ConnectorFolderFixture& operator=(const ConnectorFolderFixture&) = delete;

  // Puts a connector into it, in place of a file of that name. Gives its path.
  [[nodiscard]] std::string Install(const std::string& connector, const std::string& file) const {
    const std::filesystem::path to = path_ / file;
    std::filesystem::remove(to);
    std::filesystem::copy_file(std::filesystem::path(CONNECTOR_FOLDER) / (connector + ".so"), to);
    std::filesystem::permissions(to, std::filesystem::perms(0644));
    return to.string();
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace storebridge::plugin_host
