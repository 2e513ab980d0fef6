#include "adapters/egress/curl_loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "adapters/egress/url.h"

namespace storebridge::egress {
namespace {

constexpr std::size_t kEventsMax = 256;
// Connections kept beside one for each origin.
constexpr std::size_t kConnectionsBeside = 64;

Error CannotOpen(std::string_view what) {
  const std::string why = std::strerror(errno);
  return {.code = Code::kInternal,
          .reason = "EGRESS_LOOP",
          .message = "The HTTP client cannot start: " + std::string(what) + ": " + why +
                     ". Check the limits on open files and memory.",
          .facts = {{"what", std::string(what)}, {"why", why}}};
}

}  // namespace

EasyPool::~EasyPool() {
  for (const Rest& rest : order_) {
    curl_easy_cleanup(rest.easy);
  }
}

CURL* EasyPool::Take(const std::string& origin) {
  const auto found = by_origin_.find(origin);
  if (found == by_origin_.end()) {
    return curl_easy_init();
  }
  CURL* const easy = found->second->easy;
  Forget(found->second);
  return easy;
}

void EasyPool::Give(const std::string& origin, CURL* easy) {
  if (by_origin_.contains(origin)) {
    curl_easy_cleanup(easy);
    return;
  }
  // Keeps the TLS sessions, drops all else.
  curl_easy_reset(easy);
  order_.push_back({origin, easy});
  by_origin_[origin] = std::prev(order_.end());
  if (order_.size() > most_) {
    curl_easy_cleanup(order_.front().easy);
    Forget(order_.begin());
  }
}

void EasyPool::Forget(Order::iterator rest) {
  by_origin_.erase(rest->origin);
  order_.erase(rest);
}

CurlLoop::CurlLoop(CurlSettings settings, Sizes sizes, Ended ended)
    : settings_(std::move(settings)),
      sizes_(sizes),
      ended_(std::move(ended)),
      pool_(sizes.handles) {}

CurlLoop::~CurlLoop() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    static_cast<void>(eventfd_write(wake_, 1));
    thread_.join();
  }
  for (const auto& [id, transfer] : transfers_) {
    curl_multi_remove_handle(multi_, transfer->easy());
    curl_easy_cleanup(transfer->easy());
  }
  curl_multi_cleanup(multi_);
  for (const int fd : {epoll_, wake_}) {
    if (fd >= 0) {
      close(fd);
    }
  }
}

Status CurlLoop::Open() {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_ALL);
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (epoll_ < 0 || wake_ < 0) {
    return CannotOpen("epoll and eventfd");
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_;
  multi_ = global == CURLE_OK ? curl_multi_init() : nullptr;
  if (multi_ == nullptr || epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) != 0) {
    return CannotOpen("libcurl");
  }
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &OnSocket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &OnTimer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
  FitConnections();
  thread_ = std::thread([this] { Run(); });
  return Ok();
}

void CurlLoop::Start(HttpTransport::Id id, WireRequest request) {
  Submit({id, std::move(request)});
}

void CurlLoop::Cancel(HttpTransport::Id id) {
  Submit({id, std::nullopt});
}

void CurlLoop::Submit(Command command) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = commands_.empty();
    commands_.push_back(std::move(command));
  }
  if (was_empty) {
    static_cast<void>(eventfd_write(wake_, 1));
  }
}

int CurlLoop::OnSocket(CURL* /*easy*/, curl_socket_t socket, int what, void* self, void* known) {
  auto& loop = *static_cast<CurlLoop*>(self);
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(loop.epoll_, EPOLL_CTL_DEL, socket, nullptr);
    return 0;
  }
  epoll_event event{};
  event.data.fd = socket;
  if ((what & CURL_POLL_IN) != 0) {
    event.events |= EPOLLIN;
  }
  if ((what & CURL_POLL_OUT) != 0) {
    event.events |= EPOLLOUT;
  }
  epoll_ctl(loop.epoll_, known == nullptr ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
  curl_multi_assign(loop.multi_, socket, self);
  return 0;
}

int CurlLoop::OnTimer(CURLM* /*multi*/, long timeout_ms, void* self) {
  auto& loop = *static_cast<CurlLoop*>(self);
  loop.timer_.reset();
  if (timeout_ms >= 0) {
    loop.timer_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  }
  return 0;
}

void CurlLoop::Run() {
  std::array<epoll_event, kEventsMax> events{};
  while (true) {
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), WaitMs());
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.fd == wake_) {
        eventfd_t ignored = 0;
        static_cast<void>(eventfd_read(wake_, &ignored));
        continue;
      }
      const bool in = (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0;
      const bool out = (event.events & EPOLLOUT) != 0;
      const bool bad = (event.events & EPOLLERR) != 0;
      Act(event.data.fd,
          (in ? CURL_CSELECT_IN : 0) | (out ? CURL_CSELECT_OUT : 0) | (bad ? CURL_CSELECT_ERR : 0));
    }
    if (timer_ && std::chrono::steady_clock::now() >= *timer_) {
      timer_.reset();
      Act(CURL_SOCKET_TIMEOUT, 0);
    }
    {
      const std::lock_guard lock(mutex_);
      if (stop_) {
        return;
      }
    }
    RunCommands();
    Reap();
  }
}

void CurlLoop::RunCommands() {
  std::vector<Command> commands;
  {
    const std::lock_guard lock(mutex_);
    commands.swap(commands_);
  }
  for (Command& command : commands) {
    if (command.request) {
      Begin(std::move(command));
    } else {
      Remove(command.id);
    }
  }
}

void CurlLoop::Begin(Command command) {
  std::string origin;
  if (const auto url = ParseUrl(command.request->url)) {
    origin = url->Origin();
  }
  CURL* const easy = pool_.Take(origin);
  if (easy == nullptr) {
    ended_(command.id, WireFailure{WireTrouble::kConnect, false, "out of memory"});
    return;
  }
  auto transfer =
      std::make_unique<CurlTransfer>(easy, command.id, std::move(*command.request), settings_);
  const CURLMcode code = curl_multi_add_handle(multi_, easy);
  if (code != CURLM_OK) {
    curl_easy_cleanup(easy);
    ended_(command.id, WireFailure{WireTrouble::kConnect, false, curl_multi_strerror(code)});
    return;
  }
  transfers_.emplace(command.id, std::move(transfer));
}

void CurlLoop::Remove(HttpTransport::Id id) {
  const auto found = transfers_.find(id);
  if (found == transfers_.end()) {
    return;
  }
  CurlTransfer& transfer = *found->second;
  curl_multi_remove_handle(multi_, transfer.easy());
  pool_.Give(transfer.origin(), transfer.easy());
  transfers_.erase(found);
  FitConnections();
}

void CurlLoop::FitConnections() {
  const std::size_t wanted = std::min(sizes_.connections, pool_.origins() + kConnectionsBeside);
  if (wanted > connections_) {
    connections_ = wanted;
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(wanted));
  }
}

void CurlLoop::Reap() {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) {
      continue;
    }
    // The message dies with the handle's removal.
    const CURLcode code = message->data.result;
    char* pointer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &pointer);
    auto* const transfer = reinterpret_cast<CurlTransfer*>(pointer);
    const HttpTransport::Id id = transfer->id();
    WireOutcome outcome = transfer->TakeOutcome(code);
    Remove(id);
    ended_(id, std::move(outcome));
  }
}

int CurlLoop::WaitMs() const {
  if (!timer_) {
    return -1;
  }
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*timer_ - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

void CurlLoop::Act(curl_socket_t socket, int mask) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, mask, &running);
}

}  // namespace storebridge::egress
