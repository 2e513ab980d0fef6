#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "core/result.h"

namespace storebridge::egress {

// Whose certificates of stores are believed: the authorities of the system, at the places that
// libcurl was built with, and those of a file. For all connections of one loop: libcurl on Debian
// 12 (7.88) would read every authority of the system for each new connection.
class TrustedCertificates {
 public:
  // `extra_file` has certificates in PEM; empty for none. kInvalidArgument when it cannot be read
  // or has none.
  static Result<TrustedCertificates> Load(const std::string& extra_file);

  // Lets a new connection believe them.
  void Attach(SSL_CTX* context) const;

  // Whether the system has any.
  [[nodiscard]] bool has_authorities() const { return has_authorities_; }

 private:
  struct Deleter {
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  };

  TrustedCertificates();
  void LoadSystem();

  std::unique_ptr<X509_STORE, Deleter> store_;
  bool has_authorities_ = false;
};

}  // namespace storebridge::egress
