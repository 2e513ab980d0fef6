// The planted store in front of which an event gets lost, or a strange one is taken for impossible.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "storebridge/connector.h"
#include "storebridge/connector/v1/connector.pb.h"

const sb_connector_v1* DEAF_CONNECTOR() noexcept;

namespace {

namespace cv1 = storebridge::connector::v1;

struct DeafSession {
  sb_session* real = nullptr;
  std::uint64_t last_id = 0;
  std::string effect;
};

sb_session* Open() {
  auto* session = new DeafSession{.real = DEAF_CONNECTOR()->open(), .last_id = 0, .effect = {}};
  return reinterpret_cast<sb_session*>(session);
}

sb_status Step(sb_session* opaque, sb_bytes bytes, sb_bytes* effect_bytes) {
  auto* session = reinterpret_cast<DeafSession*>(opaque);
  cv1::Event event;
  const bool is_event = event.ParseFromArray(bytes.data, static_cast<int>(bytes.size));
#ifdef DIES_OF_STRANGERS
  if (!is_event || event.kind_case() == cv1::Event::KIND_NOT_SET) {
    std::abort();
  }
#else
  if (is_event && event.has_cancel() && session->last_id > 0) {
    cv1::Effect effect;
    effect.add_calls()->set_id(session->last_id + 1);
    effect.mutable_calls(0)->mutable_sleep()->set_ms(1);
    session->effect = effect.SerializeAsString();
    *effect_bytes = {reinterpret_cast<const std::uint8_t*>(session->effect.data()),
                     session->effect.size()};
    return SB_OK;
  }
#endif
  const sb_status status = DEAF_CONNECTOR()->step(session->real, bytes, effect_bytes);
  cv1::Effect effect;
  if (status == SB_OK &&
      effect.ParseFromArray(effect_bytes->data, static_cast<int>(effect_bytes->size)) &&
      effect.calls_size() > 0) {
    session->last_id = effect.calls(effect.calls_size() - 1).id();
  }
  return status;
}

void Close(sb_session* opaque) {
  auto* session = reinterpret_cast<DeafSession*>(opaque);
  if (session != nullptr) {
    DEAF_CONNECTOR()->close(session->real);
    delete session;
  }
}

}  // namespace

extern "C" SB_EXPORT const sb_connector_v1* storebridge_connector_v1(void) {
  static const sb_connector_v1 table = {sizeof(sb_connector_v1),
                                        DEAF_CONNECTOR()->proto_minor,
                                        DEAF_CONNECTOR()->manifest,
                                        &Open,
                                        &Step,
                                        &Close};
  return &table;
}
