#include "adapters/egress/curl_transfer.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <sys/socket.h>

#include "adapters/egress/text.h"

namespace storebridge::egress {
namespace {

// What a store may make us set aside before a byte of its body has come.
constexpr std::uint64_t kRoomBytesMax = std::uint64_t{1} << 20U;
// What is read and written at once: no TLS record holds more, and each request that is on its way
// has two of them.
constexpr long kBufferBytes = 16L * 1024;

template <typename T>
void Set(CURL* easy, CURLoption option, T value) {
  // Fails for options that this libcurl does not have, which a test would show, and without memory.
  static_cast<void>(curl_easy_setopt(easy, option, value));
}

std::string_view Trim(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) {
    return {};
  }
  return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

WireTrouble TroubleOf(CURLcode code) {
  // libcurl's own enumeration is open, so there is a rest.
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return WireTrouble::kBlocked;
    case CURLE_COULDNT_RESOLVE_HOST:
      return WireTrouble::kName;
    case CURLE_COULDNT_CONNECT:
      return WireTrouble::kConnect;
    case CURLE_SSL_CONNECT_ERROR:
      return WireTrouble::kTls;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return WireTrouble::kCertificate;
    case CURLE_OPERATION_TIMEDOUT:
      return WireTrouble::kTimeout;
    case CURLE_FILESIZE_EXCEEDED:
      return WireTrouble::kTooLarge;
    default:
      return WireTrouble::kBroken;
  }
}

// Whether trouble of this kind can come before the first byte of a request.
bool CanBeBeforeSending(WireTrouble trouble) {
  switch (trouble) {
    case WireTrouble::kBlocked:
    case WireTrouble::kName:
    case WireTrouble::kConnect:
    case WireTrouble::kTls:
    case WireTrouble::kCertificate:
    case WireTrouble::kTimeout:
      return true;
    case WireTrouble::kBroken:
    case WireTrouble::kTooLarge:
      return false;
  }
  return false;
}

}  // namespace

CurlTransfer::CurlTransfer(CURL* easy,
                           HttpTransport::Id id,
                           WireRequest request,
                           std::string origin,
                           const CurlSettings& settings)
    : easy_(easy),
      id_(id),
      request_(std::move(request)),
      settings_(settings),
      origin_(std::move(origin)) {
  SetUp();
  SetUpMethod();
  SetUpHeaders();
}

void CurlTransfer::SetUp() {
  // libcurl prints path and query three times for each request, character by character, unless they
  // are a target of their own.
  has_address_ =
      curl_easy_setopt(easy_, CURLOPT_URL, origin_.c_str()) == CURLE_OK &&
      curl_easy_setopt(easy_, CURLOPT_REQUEST_TARGET, request_.url.Target().c_str()) == CURLE_OK;
  Set(easy_, CURLOPT_PRIVATE, this);
  Set(easy_, CURLOPT_ERRORBUFFER, error_.data());
  Set(easy_, CURLOPT_NOSIGNAL, 1L);
  // A name service that does not answer must not hold up the loop when its transfer ends.
  Set(easy_, CURLOPT_QUICK_EXIT, 1L);
  Set(easy_, CURLOPT_BUFFERSIZE, kBufferBytes);
  Set(easy_, CURLOPT_UPLOAD_BUFFERSIZE, kBufferBytes);
  Set(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.timeout.count()));
  Set(easy_,
      CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::min(settings_.connect_timeout, request_.timeout).count()));
  Set(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  Set(easy_, CURLOPT_PROXY, "");
  Set(easy_, CURLOPT_OPENSOCKETFUNCTION, &OnOpenSocket);
  Set(easy_, CURLOPT_OPENSOCKETDATA, this);
  Set(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  Set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  // Ours, instead of what libcurl would read.
  Set(easy_, CURLOPT_CAINFO, static_cast<const char*>(nullptr));
  Set(easy_, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  Set(easy_, CURLOPT_CA_CACHE_TIMEOUT, 0L);
  Set(easy_, CURLOPT_SSL_CTX_FUNCTION, &OnTlsContext);
  Set(easy_, CURLOPT_SSL_CTX_DATA, this);
  Set(easy_, CURLOPT_ACCEPT_ENCODING, "gzip");
  Set(easy_, CURLOPT_USERAGENT, "storebridge/0.1");
  Set(easy_, CURLOPT_WRITEFUNCTION, &OnBody);
  Set(easy_, CURLOPT_WRITEDATA, this);
  Set(easy_, CURLOPT_HEADERFUNCTION, &OnHeader);
  Set(easy_, CURLOPT_HEADERDATA, this);
  if (request_.method != "HEAD") {
    Set(easy_, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.body_max));
  }
  // On a kept connection that dies libcurl sends a request again by itself, also one that the peer
  // has read. Only a fresh connection keeps it from that. It is closed again: kept, it would push
  // out those of other stores.
  Set(easy_, CURLOPT_FRESH_CONNECT, request_.may_repeat ? 0L : 1L);
  Set(easy_, CURLOPT_FORBID_REUSE, request_.may_repeat ? 0L : 1L);
}

void CurlTransfer::SetUpMethod() {
  if (request_.method == "HEAD") {
    Set(easy_, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool has_body = request_.body != nullptr && !request_.body->empty();
  if (has_body || request_.method == "POST" || request_.method == "PUT" ||
      request_.method == "PATCH") {
    Set(easy_, CURLOPT_POST, 1L);
    Set(easy_, CURLOPT_POSTFIELDS, has_body ? request_.body->data() : "");
    Set(easy_,
        CURLOPT_POSTFIELDSIZE_LARGE,
        static_cast<curl_off_t>(has_body ? request_.body->size() : 0));
  }
  Set(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void CurlTransfer::SetUpHeaders() {
  // What libcurl would add by itself.
  std::vector<std::string> lines{"Expect:"};
  bool has_type = false;
  for (const WireHeader& header : request_.headers) {
    has_type |= LowerCase(header.name) == "content-type";
    lines.push_back(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  if (!has_type) {
    lines.emplace_back("Content-Type:");
  }
  for (const std::string& line : lines) {
    curl_slist* const longer = curl_slist_append(headers_.get(), line.c_str());
    if (longer != nullptr) {
      static_cast<void>(headers_.release());
      headers_.reset(longer);
    }
  }
  Set(easy_, CURLOPT_HTTPHEADER, headers_.get());
}

std::size_t CurlTransfer::OnBody(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::size_t bytes = size * count;
  // Counted here, after decompression: a small body can unfold to any size.
  if (bytes > transfer.request_.body_max - transfer.response_.body.size()) {
    transfer.is_too_large_ = true;
    return 0;
  }
  transfer.response_.body.append(data, bytes);
  return bytes;
}

std::size_t CurlTransfer::OnHeader(char* data, std::size_t size, std::size_t count, void* self) {
  const std::size_t bytes = size * count;
  const bool taken = static_cast<CurlTransfer*>(self)->TakeHeaderLine({data, bytes});
  return taken ? bytes : 0;
}

bool CurlTransfer::TakeHeaderLine(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kResponseHeaderBytesMax) {
    is_too_large_ = true;
    return false;
  }
  if (line.starts_with("HTTP/")) {
    // Also after an interim answer, whose headers are not meant for anybody.
    response_.headers.clear();
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && colon > 0) {
    response_.headers.push_back({ValidUtf8(LowerCase(Trim(line.substr(0, colon)))),
                                 ValidUtf8(Trim(line.substr(colon + 1)))});
    MakeRoom(response_.headers.back());
  }
  return true;
}

// A body that says how long it is grows once only. What it says is not believed any further.
void CurlTransfer::MakeRoom(const WireHeader& header) {
  std::uint64_t bytes = 0;
  if (header.name == "content-length" && request_.method != "HEAD") {
    std::from_chars(header.value.data(), header.value.data() + header.value.size(), bytes);
  }
  if (bytes > 0 && bytes <= std::min<std::uint64_t>(request_.body_max, kRoomBytesMax)) {
    response_.body.reserve(bytes);
  }
}

CURLcode CurlTransfer::OnTlsContext(CURL* /*easy*/, void* context, void* self) {
  static_cast<CurlTransfer*>(self)->settings_.certificates.Attach(static_cast<SSL_CTX*>(context));
  return CURLE_OK;
}

curl_socket_t CurlTransfer::OnOpenSocket(void* self, curlsocktype type, curl_sockaddr* address) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (type != CURLSOCKTYPE_IPCXN ||
      !transfer.settings_.rules.Allows(address->addr, transfer.request_.url.host)) {
    transfer.blocked_ = AddressText(address->addr);
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

WireOutcome CurlTransfer::TakeOutcome(CURLcode code) {
  if (code != CURLE_OK) {
    return Failure(code);
  }
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<std::uint32_t>(status);
  DropEncodingHeaders();
  return std::move(response_);
}

WireFailure CurlTransfer::Failure(CURLcode code) const {
  long header_bytes = 0;
  curl_off_t body_bytes = 0;
  curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &header_bytes);
  curl_easy_getinfo(easy_, CURLINFO_SIZE_UPLOAD_T, &body_bytes);
  WireFailure failure;
  failure.trouble = is_too_large_ ? WireTrouble::kTooLarge : TroubleOf(code);
  failure.detail = error_[0] != '\0' ? std::string(error_.data()) : curl_easy_strerror(code);
  if (!blocked_.empty() && failure.trouble == WireTrouble::kConnect) {
    failure.trouble = WireTrouble::kBlocked;
    failure.detail = blocked_;
  }
  const bool nothing_left = header_bytes == 0 && body_bytes == 0;
  if (failure.trouble == WireTrouble::kBlocked && !nothing_left) {
    // Another protocol than HTTP, but in the answer.
    failure.trouble = WireTrouble::kBroken;
  }
  // Anything unusual counts as sent: it is better to look than to send twice.
  failure.sent = !nothing_left || !CanBeBeforeSending(failure.trouble);
  return failure;
}

// The body is decompressed, so they no longer describe it.
void CurlTransfer::DropEncodingHeaders() {
  const auto is = [](std::string_view name) {
    return [name](const WireHeader& header) { return header.name == name; };
  };
  if (std::erase_if(response_.headers, is("content-encoding")) > 0) {
    std::erase_if(response_.headers, is("content-length"));
  }
}

}  // namespace storebridge::egress
