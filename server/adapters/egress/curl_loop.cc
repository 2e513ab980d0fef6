#include "adapters/egress/curl_loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace storebridge::egress {
namespace {

constexpr std::size_t kEventsMax = 256;
constexpr std::int64_t kWaitMsMax = 60'000;
constexpr std::size_t kMultisMax = 1'024;
constexpr std::size_t kOriginsPerMulti = 32;
// Marks what is no multi's.
constexpr std::uint32_t kWakeMark = kMultisMax;

// Each may keep one connection for each of its origins, and one beside.
std::size_t MultisFor(std::size_t connections) {
  return std::clamp<std::size_t>(connections / (kOriginsPerMulti + 1), 1, kMultisMax);
}

Error CannotOpen(std::string_view what) {
  const std::string why = std::error_code(errno, std::generic_category()).message();
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
      pool_({.handles = sizes.handles,
             .multis = MultisFor(sizes.connections),
             .origins_per_multi = kOriginsPerMulti}),
      dues_(MultisFor(sizes.connections), CurlMulti::kNever),
      multis_(dues_.size()) {}

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
  // libcurl sends it as it is.
  if (!command.request->url.CanBeSent()) {
    return ended_(command.id,
                  WireFailure{WireTrouble::kBlocked, false, "a path that cannot be sent"});
  }
  std::string origin = command.request->url.Origin();
  const EasyPool::Taken taken = pool_.Take(origin);
  if (taken.easy == nullptr) {
    return ended_(command.id, NoMemory());
  }
  CurlMulti* const multi = MultiAt(taken.multi);
  if (multi == nullptr) {
    pool_.Give(origin, taken.easy);
    return ended_(command.id, NoMemory());
  }
  multi->Begin(command.id, std::move(*command.request), std::move(origin), taken.easy);
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
  for (std::size_t i = 0; i < dues_.size(); ++i) {
    if (now >= dues_[i]) {
      multis_[i]->OnTime();
    }
  }
}

CurlMulti* CurlLoop::MultiAt(std::size_t number) {
  std::unique_ptr<CurlMulti>& multi = multis_[number];
  if (multi == nullptr) {
    multi =
        CurlMulti::Make({.settings = settings_, .pool = pool_, .epoll = epoll_, .ended = ended_},
                        number,
                        sizes_.connections / multis_.size(),
                        dues_[number]);
  }
  return multi.get();
}

int CurlLoop::WaitMs() const {
  const auto first = *std::min_element(dues_.begin(), dues_.end());
  if (first == CurlMulti::kNever) {
    return -1;
  }
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(first - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, kWaitMsMax));
}

}  // namespace storebridge::egress
