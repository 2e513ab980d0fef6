#include "tls_cert.h"

#include <array>
#include <cstdint>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace storebridge::demo_store {
namespace {

constexpr long kLifetimeSeconds = 7L * 24 * 3600;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

bool AddExtension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context{};
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

Owned<X509> SelfSign(EVP_PKEY* key) {
  Owned<X509> certificate(X509_new());
  X509* raw = certificate.get();
  std::uint32_t serial = 1;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  X509_set_version(raw, 2);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(raw), serial);
  X509_gmtime_adj(X509_getm_notBefore(raw), -3600);
  X509_gmtime_adj(X509_getm_notAfter(raw), kLifetimeSeconds);
  X509_set_pubkey(raw, key);
  X509_NAME* name = X509_get_subject_name(raw);
  static constexpr unsigned char kName[] = "demo store";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, kName, -1, -1, 0);
  X509_set_issuer_name(raw, name);
  const bool good = AddExtension(raw, NID_basic_constraints, "critical,CA:TRUE") &&
                    AddExtension(raw, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost") &&
                    AddExtension(raw, NID_subject_key_identifier, "hash") &&
                    X509_sign(raw, key, EVP_sha256()) > 0;
  return good ? std::move(certificate) : nullptr;
}

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  return length > 0 ? std::string(data, static_cast<std::size_t>(length)) : std::string();
}

}  // namespace

TlsIdentity MakeTlsIdentity(std::string& error) {
  TlsIdentity identity;
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<X509> certificate = key != nullptr ? SelfSign(key.get()) : nullptr;
  if (certificate == nullptr) {
    error = "cannot make a self-signed certificate; is OpenSSL 3 with elliptic curves present?";
    return identity;
  }
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate.get());
  identity.certificate_pem = TextOf(bio.get());
  auto context = std::make_unique<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
  SSL_CTX* raw = context->native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  if (SSL_CTX_use_certificate(raw, certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(raw, key.get()) != 1) {
    error = "OpenSSL refused the fresh certificate";
    return identity;
  }
  identity.context = std::move(context);
  return identity;
}

}  // namespace storebridge::demo_store
