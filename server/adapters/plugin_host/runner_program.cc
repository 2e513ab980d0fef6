#include "adapters/plugin_host/runner_program.h"

#include <filesystem>
#include <system_error>

namespace storebridge::plugin_host {

std::string FindRunnerProgram() {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  const fs::path program = fs::path(STOREBRIDGE_LIBEXEC_FOLDER) / "storebridge-runner";
  const fs::path installed = (folder / ".." / program).lexically_normal();
  const fs::path built = (folder / ".." / ".." / program).lexically_normal();
  return !fs::exists(installed, error) && fs::exists(built, error) ? built.string()
                                                                   : installed.string();
}

}  // namespace storebridge::plugin_host
