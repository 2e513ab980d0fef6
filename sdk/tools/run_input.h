#pragma once

#include <string>

#include "core/result.h"
#include "ports/vault.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::run {

// What `--config` holds: `config: {...}` and `secrets: {...}`, YAML or JSON.
struct StoreFile {
  std::string config_json;
  ports::SecretMap secrets;
};

// Reads it. kInvalidArgument says what is wrong and in which line.
Result<StoreFile> ReadStoreFile(const std::string& path);

// Reads what is to be pushed, YAML or JSON: `levels:` or `shipments:`, with the names of the fields
// of connector.proto, as the operation of `begin` needs it. kInvalidArgument for a name that is not
// there, for records of the other kind or none, and for a ref that is missing or given twice.
Status ReadPush(const std::string& path, connector::v1::Begin* begin);

}  // namespace storebridge::run
