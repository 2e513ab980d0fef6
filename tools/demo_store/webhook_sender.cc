#include "webhook_sender.h"

#include <curl/curl.h>

namespace storebridge::demo_store {
namespace {

constexpr long kAnswerTimeoutMs = 5'000;  // The platform waits for a minute.
constexpr int kPollMs = 10'000;           // Stop ends it earlier, and so does the time-out.

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

std::size_t Discard(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

HeaderList ListOf(const WebhookPost& post) {
  curl_slist* list = nullptr;
  for (const auto& [name, value] : post.headers) {
    std::string line = name;
    line.append(": ").append(value);
    list = curl_slist_append(list, line.c_str());
  }
  return HeaderList(list);
}

void Prepare(CURL* easy, const WebhookPost& post, curl_slist* headers) {
  curl_easy_setopt(easy, CURLOPT_URL, post.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_0);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(post.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, post.body.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, Discard);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, kAnswerTimeoutMs);
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // Never waits for a name to resolve.
  // Receivers are on this machine, with certificates of their own making.
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
}

/// The status of the transfer that has ended; 0 when it broke.
int StatusOf(CURLM* multi, CURL* easy) {
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi, &left);
  if (message == nullptr || message->data.result != CURLE_OK) {
    return 0;
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

}  // namespace

void WebhookSender::CloseMulti::operator()(void* multi) const {
  curl_multi_cleanup(multi);
}

WebhookSender::WebhookSender(Shop& shop, std::mutex& lock)
    : shop_(shop), lock_(lock), multi_(curl_multi_init()), thread_([this] { Run(); }) {}

WebhookSender::~WebhookSender() {
  Stop();
}

void WebhookSender::Collect() {
  const Time now = std::chrono::steady_clock::now();
  for (const WebhookTask& task : shop_.TakeWebhookTasks()) {
    due_.emplace(now + task.delay, task);
    more_.notify_one();
  }
}

void WebhookSender::Stop() {
  if (!thread_.joinable()) {
    return;
  }
  {
    const std::lock_guard held(lock_);
    stopping_ = true;
  }
  more_.notify_one();
  curl_multi_wakeup(multi_.get());
  thread_.join();
}

void WebhookSender::Run() {
  std::unique_lock held(lock_);
  while (!stopping_) {
    if (due_.empty()) {
      more_.wait(held);
    } else if (const Time next = due_.begin()->first; next > std::chrono::steady_clock::now()) {
      more_.wait_until(held, next);
    } else {
      const WebhookTask task = due_.begin()->second;
      due_.erase(due_.begin());
      if (const auto post = shop_.MakeWebhookPost(task)) {
        Deliver(*post, held);
      }
    }
  }
}

void WebhookSender::Deliver(const WebhookPost& post, std::unique_lock<std::mutex>& held) {
  for (int copy = 0; copy < post.copies && !stopping_; ++copy) {
    held.unlock();
    const int status = Send(post);
    held.lock();
    if (!stopping_) {
      shop_.SettleWebhookPost(post, status);
      Collect();
    }
  }
}

int WebhookSender::Send(const WebhookPost& post) {
  CURLM* multi = multi_.get();
  const Easy easy(curl_easy_init());
  const HeaderList headers = ListOf(post);
  Prepare(easy.get(), post, headers.get());
  if (curl_multi_add_handle(multi, easy.get()) != CURLM_OK) {
    return 0;
  }
  int running = 1;
  while (curl_multi_perform(multi, &running) == CURLM_OK && running > 0 && !stopping_) {
    curl_multi_poll(multi, nullptr, 0, kPollMs, nullptr);
  }
  const int status = running == 0 ? StatusOf(multi, easy.get()) : 0;
  curl_multi_remove_handle(multi, easy.get());
  return status;
}

}  // namespace storebridge::demo_store
