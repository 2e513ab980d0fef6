#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/secret.h"
#include "domain/names.h"

namespace storebridge::ports {

// Encrypts credentials for rest. What is sealed for one store opens for that store and name only.
// Safe from any thread.
class Vault {
 public:
  virtual ~Vault() = default;

  // Gives bytes to keep.
  virtual Result<std::string> Seal(const domain::StoreKey& store,
                                   std::string_view name,
                                   const Secret& secret) = 0;

  // kFailedPrecondition when the key is another one or the bytes were changed.
  virtual Result<Secret> Open(const domain::StoreKey& store,
                              std::string_view name,
                              std::string_view sealed) = 0;
};

// The credentials of a store, by name.
using SecretMap = std::map<std::string, Secret, std::less<>>;

// Where egress finds credentials. Safe from any thread; must not block on a writer.
class SecretSource {
 public:
  virtual ~SecretSource() = default;

  virtual Result<std::shared_ptr<const SecretMap>> ForStore(const domain::StoreKey& store) = 0;
};

}  // namespace storebridge::ports
