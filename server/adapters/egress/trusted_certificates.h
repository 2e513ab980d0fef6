#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "core/result.h"

namespace storebridge::egress {

// Whose certificates of stores are believed: the system's authorities, as OpenSSL looks for them,
// and those of a file. Read once, for all connections: libcurl on Debian 12 (7.88) would read every
// authority of the system for each new connection. Safe from several threads.
class TrustedCertificates {
 public:
  // `extra_file` has certificates in PEM; empty for none. kInvalidArgument when it cannot be read
  // or has none.
  static Result<TrustedCertificates> Load(const std::string& extra_file);

  // Lets a new connection believe them.
  void Attach(SSL_CTX* context) const;

 private:
  struct Deleter {
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  };

  explicit TrustedCertificates(X509_STORE* store) : store_(store) {}

  std::unique_ptr<X509_STORE, Deleter> store_;
};

}  // namespace storebridge::egress
