#include "adapters/egress/trusted_certificates.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <new>

#include <curl/curl.h>
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

// Whether certificates are found in a folder by the hash of their names.
bool IsHashed(const std::string& folder) {
  std::error_code ignored;
  const std::filesystem::directory_iterator files(folder, ignored);
  return std::any_of(
      begin(files), end(files), [](const auto& file) { return file.path().extension() == ".0"; });
}

}  // namespace

TrustedCertificates::TrustedCertificates() : store_(X509_STORE_new()) {
  if (store_ == nullptr) {
    throw std::bad_alloc();
  }
  // As libcurl does: a certificate that is trusted itself ends a chain.
  X509_STORE_set_flags(store_.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
}

void TrustedCertificates::LoadSystem() {
  const curl_version_info_data* const built = curl_version_info(CURLVERSION_NOW);
  const std::string folder = built->capath == nullptr ? "" : built->capath;
  // In a folder each is read when it is needed; all of a file are read now.
  has_authorities_ = IsHashed(folder) && X509_STORE_load_path(store_.get(), folder.c_str()) == 1;
  if (!has_authorities_ && built->cainfo != nullptr) {
    has_authorities_ = X509_STORE_load_file(store_.get(), built->cainfo) == 1;
  }
}

Result<TrustedCertificates> TrustedCertificates::Load(const std::string& extra_file) {
  TrustedCertificates certificates;
  certificates.LoadSystem();
  if (!extra_file.empty() && !std::ifstream(extra_file).good()) {
    return BadFile(extra_file, "cannot be read. Correct its path or its permissions.");
  }
  if (!extra_file.empty() &&
      X509_STORE_load_file(certificates.store_.get(), extra_file.c_str()) != 1) {
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
