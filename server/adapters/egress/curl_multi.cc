#include "adapters/egress/curl_multi.h"

#include <algorithm>
#include <utility>

#include <sys/epoll.h>

namespace storebridge::egress {
namespace {

// Connections kept beside one for each origin, where there is room for them.
constexpr std::size_t kConnectionsBeside = 16;

}  // namespace

WireFailure NoMemory() {
  return WireFailure{WireTrouble::kConnect, false, "out of memory"};
}

std::uint64_t CurlMulti::Mark::ToEvent() const {
  return std::uint64_t{multi} << 32U | static_cast<std::uint32_t>(socket);
}

CurlMulti::Mark CurlMulti::Mark::FromEvent(std::uint64_t data) {
  return {.multi = static_cast<std::uint32_t>(data >> 32U),
          .socket = static_cast<std::int32_t>(data & 0xffff'ffffU)};
}

std::unique_ptr<CurlMulti> CurlMulti::Make(Owner owner,
                                           std::size_t number,
                                           std::size_t connections_max,
                                           SteadyTime& due) {
  CURLM* const multi = curl_multi_init();
  if (multi == nullptr) {
    return nullptr;
  }
  return std::unique_ptr<CurlMulti>(new CurlMulti(owner, number, connections_max, due, multi));
}

CurlMulti::CurlMulti(
    Owner owner, std::size_t number, std::size_t connections_max, SteadyTime& due, CURLM* multi)
    : owner_(owner), number_(number), connections_max_(connections_max), due_(due), multi_(multi) {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &OnSocket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &OnTimer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
  FitConnections();
}

CurlMulti::~CurlMulti() {
  for (const auto& [id, transfer] : transfers_) {
    curl_multi_remove_handle(multi_, transfer->easy());
    curl_easy_cleanup(transfer->easy());
  }
  curl_multi_cleanup(multi_);
}

int CurlMulti::OnSocket(CURL* /*easy*/, curl_socket_t socket, int what, void* self, void* known) {
  auto& multi = *static_cast<CurlMulti*>(self);
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(multi.owner_.epoll, EPOLL_CTL_DEL, socket, nullptr);
    return 0;
  }
  epoll_event event{};
  event.data.u64 =
      Mark{.multi = static_cast<std::uint32_t>(multi.number_), .socket = socket}.ToEvent();
  if ((what & CURL_POLL_IN) != 0) {
    event.events |= EPOLLIN;
  }
  if ((what & CURL_POLL_OUT) != 0) {
    event.events |= EPOLLOUT;
  }
  epoll_ctl(multi.owner_.epoll, known == nullptr ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
  curl_multi_assign(multi.multi_, socket, self);
  return 0;
}

int CurlMulti::OnTimer(CURLM* /*multi*/, long timeout_ms, void* self) {
  auto& multi = *static_cast<CurlMulti*>(self);
  multi.due_ = timeout_ms < 0
                   ? kNever
                   : std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  return 0;
}

void CurlMulti::Begin(HttpTransport::Id id, WireRequest request, std::string origin, CURL* easy) {
  FitConnections();
  auto transfer = std::make_unique<CurlTransfer>(
      easy, id, std::move(request), std::move(origin), owner_.settings);
  const CURLMcode code =
      transfer->has_address() ? curl_multi_add_handle(multi_, easy) : CURLM_OUT_OF_MEMORY;
  if (code != CURLM_OK) {
    owner_.pool.Give(transfer->origin(), easy);
    return owner_.ended(id, WireFailure{WireTrouble::kConnect, false, curl_multi_strerror(code)});
  }
  transfers_.emplace(id, std::move(transfer));
}

bool CurlMulti::Cancel(HttpTransport::Id id) {
  const auto found = transfers_.find(id);
  if (found == transfers_.end()) {
    return false;
  }
  const CurlTransfer& transfer = *found->second;
  curl_multi_remove_handle(multi_, transfer.easy());
  owner_.pool.Give(transfer.origin(), transfer.easy());
  transfers_.erase(found);
  return true;
}

void CurlMulti::OnEvents(curl_socket_t socket, std::uint32_t events) {
  const bool in = (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0;
  const bool out = (events & EPOLLOUT) != 0;
  const bool bad = (events & EPOLLERR) != 0;
  Act(socket,
      (in ? CURL_CSELECT_IN : 0) | (out ? CURL_CSELECT_OUT : 0) | (bad ? CURL_CSELECT_ERR : 0));
}

void CurlMulti::OnTime() {
  due_ = kNever;
  Act(CURL_SOCKET_TIMEOUT, 0);
}

void CurlMulti::Act(curl_socket_t socket, int mask) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, mask, &running);
  Reap();
}

void CurlMulti::Reap() {
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
    Cancel(id);
    owner_.ended(id, std::move(outcome));
  }
}

void CurlMulti::FitConnections() {
  const std::size_t wanted =
      std::min(connections_max_, owner_.pool.OriginsOf(number_) + kConnectionsBeside);
  if (wanted > connections_) {
    connections_ = wanted;
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(wanted));
  }
}

}  // namespace storebridge::egress
