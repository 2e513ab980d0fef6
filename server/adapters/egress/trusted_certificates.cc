#include "adapters/egress/trusted_certificates.h"

#include <fstream>
#include <new>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace storebridge::egress {
namespace {

Error BadFile(const std::string& path, const std::string& what) {
  return Error{.code = Code::kInvalidArgument,
               .reason = "CA_FILE_UNREADABLE",
               .message = "The file of extra certificates '" + path + "' " + what,
               .facts = {{"path", path}}};
}

}  // namespace

Result<TrustedCertificates> TrustedCertificates::Load(const std::string& extra_file) {
  X509_STORE* const store = X509_STORE_new();
  if (store == nullptr) {
    throw std::bad_alloc();
  }
  TrustedCertificates certificates(store);
  // As libcurl does: a certificate that is trusted itself ends a chain.
  X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
  // A folder of them is looked into when one is needed.
  X509_STORE_set_default_paths(store);
  if (!extra_file.empty() && !std::ifstream(extra_file).good()) {
    return BadFile(extra_file, "cannot be read. Correct its path or its permissions.");
  }
  if (!extra_file.empty() && X509_STORE_load_file(store, extra_file.c_str()) != 1) {
    ERR_clear_error();
    return BadFile(extra_file, "has no certificate that can be read. It has to be in PEM.");
  }
  ERR_clear_error();
  return certificates;
}

void TrustedCertificates::Attach(SSL_CTX* context) const {
  SSL_CTX_set1_cert_store(context, store_.get());
}

}  // namespace storebridge::egress
