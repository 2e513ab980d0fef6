// A connector as it is, but for its patience: a store's answer and its settling are waited for
// seconds instead of half a minute each. Everything else is the connector's own. QUICK_TIMEOUT_MS
// says how long an answer may take.
#include <algorithm>
#include <cstdint>
#include <string>

#include "storebridge/connector.h"
#include "storebridge/connector/v1/connector.pb.h"

const sb_connector_v1* QUICK_CONNECTOR() noexcept;

namespace {

namespace cv1 = storebridge::connector::v1;

constexpr std::int64_t kSettleMs = 1'000;
constexpr std::uint32_t kTimeoutMs = QUICK_TIMEOUT_MS;

struct QuickSession {
  sb_session* real = nullptr;
  std::string effect;
};

sb_bytes BytesOf(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string QuickManifest() {
  const sb_bytes real = QUICK_CONNECTOR()->manifest;
  cv1::Manifest manifest;
  manifest.ParseFromArray(real.data, static_cast<int>(real.size));
  manifest.set_settle_ms(kSettleMs);
  return manifest.SerializeAsString();
}

sb_session* Open() {
  auto* session = new QuickSession{.real = QUICK_CONNECTOR()->open(), .effect = {}};
  return reinterpret_cast<sb_session*>(session);
}

sb_status Step(sb_session* opaque, sb_bytes event, sb_bytes* effect_bytes) {
  auto* session = reinterpret_cast<QuickSession*>(opaque);
  sb_bytes real = {nullptr, 0};
  const sb_status status = QUICK_CONNECTOR()->step(session->real, event, &real);
  if (status != SB_OK) {
    return status;
  }
  cv1::Effect effect;
  effect.ParseFromArray(real.data, static_cast<int>(real.size));
  for (cv1::Call& call : *effect.mutable_calls()) {
    if (call.has_http()) {
      const std::uint32_t wanted = call.http().timeout_ms();
      call.mutable_http()->set_timeout_ms(wanted == 0 ? kTimeoutMs : std::min(wanted, kTimeoutMs));
    }
  }
  session->effect = effect.SerializeAsString();
  *effect_bytes = BytesOf(session->effect);
  return SB_OK;
}

void Close(sb_session* opaque) {
  auto* session = reinterpret_cast<QuickSession*>(opaque);
  if (session != nullptr) {
    QUICK_CONNECTOR()->close(session->real);
    delete session;
  }
}

}  // namespace

extern "C" SB_EXPORT const sb_connector_v1* storebridge_connector_v1(void) {
  static const std::string manifest = QuickManifest();
  static const sb_connector_v1 table = {sizeof(sb_connector_v1),
                                        QUICK_CONNECTOR()->proto_minor,
                                        BytesOf(manifest),
                                        &Open,
                                        &Step,
                                        &Close};
  return &table;
}
