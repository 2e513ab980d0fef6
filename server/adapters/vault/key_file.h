#pragma once

#include <filesystem>
#include <vector>

#include "adapters/vault/master_key.h"
#include "core/result.h"

namespace storebridge::vault {

// Keys that a file may hold: the first seals, all open. More than one only while secrets are sealed
// anew.
inline constexpr std::size_t kKeysMax = 8;

// Whether there is a file at all. kInternal when nobody can say.
Result<bool> KeyFileExists(const std::filesystem::path& path);

// kFailedPrecondition when the file is readable by others, belongs to somebody else or does not
// hold keys.
Result<std::vector<MasterKey>> ReadKeyFile(const std::filesystem::path& path);

// Makes a file with one new key, mode 0400, all of it or nothing. kAlreadyExists rather than touch
// a file.
Status CreateKeyFile(const std::filesystem::path& path);

}  // namespace storebridge::vault
