#include "day_kit/http.h"

#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

namespace storebridge::day {
namespace {

constexpr long kTimeoutMs = 30'000;
constexpr std::size_t kBodyMax = 64U << 20U;

std::size_t Keep(char* data, std::size_t size, std::size_t count, void* target) {
  auto* body = static_cast<std::string*>(target);
  if (body->size() + size * count > kBodyMax) {
    return 0;
  }
  body->append(data, size * count);
  return size * count;
}

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

Result<HttpAnswer> CallHttp(const HttpRequest& request) {
  const std::unique_ptr<CURL, FreeEasy> easy(curl_easy_init());
  std::unique_ptr<curl_slist, FreeList> headers;
  for (const std::string& header : request.headers) {
    headers.reset(curl_slist_append(headers.release(), header.c_str()));
  }
  HttpAnswer answer;
  CURL* const call = easy.get();
  curl_easy_setopt(call, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(call, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(call, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(call, CURLOPT_TIMEOUT_MS, kTimeoutMs);
  curl_easy_setopt(call, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(call, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(call, CURLOPT_WRITEFUNCTION, Keep);
  curl_easy_setopt(call, CURLOPT_WRITEDATA, &answer.body);
  if (request.method != "GET") {
    curl_easy_setopt(call, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
    curl_easy_setopt(call, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (!request.credentials.empty()) {
    curl_easy_setopt(call, CURLOPT_USERPWD, request.credentials.c_str());
  }
  if (!request.ca_file.empty()) {
    curl_easy_setopt(call, CURLOPT_CAINFO, request.ca_file.c_str());
  }
  const CURLcode code = curl_easy_perform(call);
  if (code != CURLE_OK) {
    return Error{
        .code = Code::kUnavailable,
        .reason = "HTTP",
        .message = fmt::format("{} {}: {}", request.method, request.url, curl_easy_strerror(code))};
  }
  curl_easy_getinfo(call, CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

}  // namespace storebridge::day
