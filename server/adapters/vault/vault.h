#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "core/result.h"
#include "ports/log.h"
#include "ports/vault.h"

namespace storebridge::vault {

// The reason of the error that says of a credential that another key sealed it.
inline constexpr std::string_view kOtherKeyReason = "VAULT_OTHER_KEY";

// Opens the vault with the master key in the file `path`. Without that file a new key is made, but
// only when no secrets exist yet: a second key would make the loss of the first look like success.
// kFailedPrecondition: the file is missing although secrets exist, is readable by others, or holds
// no key. kInternal: the system refuses to read, write or lock it.
Result<std::unique_ptr<ports::Vault>> OpenVault(const std::filesystem::path& path,
                                                bool secrets_exist,
                                                ports::Log& log);

}  // namespace storebridge::vault
