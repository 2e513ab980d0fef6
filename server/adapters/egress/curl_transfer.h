#pragma once

#include <array>
#include <memory>
#include <string>

#include <curl/curl.h>

#include "adapters/egress/address_rules.h"
#include "adapters/egress/http_transport.h"
#include "adapters/egress/trusted_certificates.h"

namespace storebridge::egress {

inline constexpr std::size_t kResponseHeaderBytesMax = 128U << 10;

// What all transfers have in common.
struct CurlSettings {
  AddressRules rules;
  TrustedCertificates certificates;
  std::chrono::milliseconds connect_timeout{10000};
};

// One request on one easy handle, and what comes of it. Does not move: the handle points to it.
class CurlTransfer {
 public:
  // Takes the handle as it comes from curl_easy_reset. `settings` outlives this.
  // `origin` is that of the request.
  CurlTransfer(CURL* easy,
               HttpTransport::Id id,
               WireRequest request,
               std::string origin,
               const CurlSettings& settings);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  [[nodiscard]] CURL* easy() const { return easy_; }
  [[nodiscard]] HttpTransport::Id id() const { return id_; }
  // Scheme, host and port.
  [[nodiscard]] const std::string& origin() const { return origin_; }

  // False when there was no memory for it: it must not be begun.
  [[nodiscard]] bool has_address() const { return has_address_; }
  // Once, when libcurl is done with it.
  WireOutcome TakeOutcome(CURLcode code);

 private:
  struct SlistDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self);
  static CURLcode OnTlsContext(CURL* easy, void* context, void* self);
  static curl_socket_t OnOpenSocket(void* self, curlsocktype type, curl_sockaddr* address);

  void SetUp();
  void SetUpMethod();
  void SetUpHeaders();
  bool TakeHeaderLine(std::string_view line);
  void MakeRoom(const WireHeader& header);
  [[nodiscard]] WireFailure Failure(CURLcode code) const;
  void DropEncodingHeaders();

  CURL* easy_;
  HttpTransport::Id id_;
  WireRequest request_;
  const CurlSettings& settings_;
  std::string origin_;
  std::unique_ptr<curl_slist, SlistDeleter> headers_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  WireResponse response_;
  std::size_t header_bytes_ = 0;
  bool has_address_ = false;
  bool is_too_large_ = false;
  std::string blocked_;
};

}  // namespace storebridge::egress
