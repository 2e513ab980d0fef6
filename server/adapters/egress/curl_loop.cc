#include "adapters/egress/curl_loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <string>
#include <utility>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "adapters/egress/url.h"

namespace storebridge::egress {
namespace {

constexpr std::size_t kEventsMax = 256;
constexpr std::int64_t kWaitMsMax = 60'000;
constexpr std::size_t kMultisMax = 16;
constexpr std::size_t kConnectionsPerMulti = 1'024;
// Marks what is no multi's.
constexpr std::uint32_t kWakeMark = kMultisMax;

Error CannotOpen(std::string_view what) {
  const std::string why = std::strerror(errno);
  return {.code = Code::kInternal,
          .reason = "EGRESS_LOOP",
          .message = "The HTTP client cannot start: " + std::string(what) + ": " + why +
                     ". Check the limits on open files and memory.",
          .facts = {{"what", std::string(what)}, {"why", why}}};
}

}  // namespace

CurlLoop::CurlLoop(CurlSettings settings, Sizes sizes, Ended ended)
    : settings_(std::move(settings)),
      sizes_(sizes),
      ended_(std::move(ended)),
      multis_(std::clamp<std::size_t>(sizes.connections / kConnectionsPerMulti, 1, kMultisMax)) {}

CurlLoop::~CurlLoop() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    static_cast<void>(eventfd_write(wake_, 1));
    thread_.join();
  }
  // They leave the epoll.
  multis_.clear();
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
  event.data.u64 = CurlMulti::Mark{.multi = kWakeMark, .socket = wake_}.ToEvent();
  if (global != CURLE_OK || epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) != 0) {
    return CannotOpen("libcurl");
  }
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

void CurlLoop::Run() {
  std::array<epoll_event, kEventsMax> events{};
  while (true) {
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), WaitMs());
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const auto mark = CurlMulti::Mark::FromEvent(event.data.u64);
      if (mark.multi == kWakeMark) {
        eventfd_t ignored = 0;
        static_cast<void>(eventfd_read(wake_, &ignored));
        continue;
      }
      multis_[mark.multi]->OnEvents(mark.socket, event.events);
    }
    {
      const std::lock_guard lock(mutex_);
      if (stop_) {
        return;
      }
    }
    // A request that begins is due at once.
    RunCommands();
    RunTimers();
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
      GiveUp(command.id);
    }
  }
}

void CurlLoop::Begin(Command command) {
  Url url;
  if (Result<Url> parsed = ParseUrl(command.request->url)) {
    url = std::move(*parsed);
  }
  CurlMulti* const multi = MultiOf(url.Origin());
  if (multi == nullptr) {
    return ended_(command.id, NoMemory());
  }
  multi->Begin(command.id, std::move(*command.request), url);
}

void CurlLoop::GiveUp(HttpTransport::Id id) {
  for (const auto& multi : multis_) {
    if (multi != nullptr && multi->Cancel(id)) {
      return;
    }
  }
}

void CurlLoop::RunTimers() {
  const auto now = std::chrono::steady_clock::now();
  for (const auto& multi : multis_) {
    if (multi != nullptr) {
      multi->OnTime(now);
    }
  }
}

CurlMulti* CurlLoop::MultiOf(const std::string& origin) {
  const std::size_t number = std::hash<std::string>()(origin) % multis_.size();
  std::unique_ptr<CurlMulti>& multi = multis_[number];
  if (multi == nullptr) {
    multi = CurlMulti::Make(settings_,
                            {.connections = sizes_.connections / multis_.size(),
                             .handles = sizes_.handles / multis_.size()},
                            epoll_,
                            static_cast<std::uint32_t>(number),
                            ended_);
  }
  return multi.get();
}

int CurlLoop::WaitMs() const {
  std::optional<CurlMulti::SteadyTime> first;
  for (const auto& multi : multis_) {
    if (multi != nullptr && multi->due()) {
      first = std::min(first.value_or(*multi->due()), *multi->due());
    }
  }
  if (!first) {
    return -1;
  }
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*first - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, kWaitMsMax));
}

}  // namespace storebridge::egress
