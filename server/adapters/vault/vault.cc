#include "adapters/vault/vault.h"

#include <utility>
#include <vector>

#include "adapters/vault/key_file.h"
#include "adapters/vault/sodium_vault.h"

namespace storebridge::vault {

Result<std::unique_ptr<ports::Vault>> OpenVault(const std::filesystem::path& path,
                                                bool secrets_exist,
                                                ports::Log& log) {
  if (sodium_init() < 0) {
    return Error{.code = Code::kInternal,
                 .reason = "SODIUM_INIT",
                 .message = "libsodium cannot start. Check that the system gives random numbers."};
  }
  SB_TRY(const bool exists, KeyFileExists(path));
  if (!exists && secrets_exist) {
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "KEY_FILE_MISSING",
                 .message = "The master key file '" + path.string() +
                            "' is missing, but there are credentials that were sealed with it. "
                            "Restore the file from its copy; a new key cannot open them.",
                 .facts = {{"path", path.string()}}};
  }
  if (!exists) {
    SB_CHECK(CreateKeyFile(path));
    log.Write(ports::LogLevel::kWarning,
              "A master key was made: keep a copy of it apart from the database",
              {{"path", path.string()}});
  }
  SB_TRY(std::vector<MasterKey> keys, ReadKeyFile(path));
  return std::unique_ptr<ports::Vault>(std::make_unique<SodiumVault>(std::move(keys)));
}

}  // namespace storebridge::vault
