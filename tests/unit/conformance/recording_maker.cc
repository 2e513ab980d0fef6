#include "unit/conformance/recording_maker.h"

#include <cstdint>
#include <memory>

#include <gtest/gtest.h>

#include "adapters/recording/recording_file.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

constexpr int kStepsMax = 100;
constexpr std::uint64_t kBytesMax = 1'000'000;
constexpr std::int64_t kNowMs = 1'795'000'000'000;

cv1::Completion AnswerTo(const cv1::Call& call, const Store& store) {
  cv1::Completion completion;
  if (call.has_http()) {
    completion = store(call.http());
  } else if (call.has_emit()) {
    completion.mutable_emit();
  } else if (call.has_compare()) {
    for (int i = 0; i < call.compare().records_size(); ++i) {
      completion.mutable_compare()->add_wanted(static_cast<std::uint32_t>(i));
    }
    completion.mutable_compare();
  } else {
    completion.mutable_slept();
  }
  completion.set_id(call.id());
  return completion;
}

}  // namespace

void MakeRecording(const std::string& path,
                   const sb_connector_v1& connector,
                   const cv1::Begin& begin,
                   const Store& store) {
  cv1::Manifest manifest;
  ASSERT_TRUE(
      manifest.ParseFromArray(connector.manifest.data, static_cast<int>(connector.manifest.size)));
  cv1::RecordingHeader header;
  header.set_connector(manifest.id());
  header.set_connector_version(manifest.version());
  header.set_operation(begin.operation());
  auto file = recording::RecordingWriter::Create(path, kBytesMax, header);
  ASSERT_TRUE(file) << file.error().message;
  const std::unique_ptr<sb_session, void (*)(sb_session*)> session(connector.open(),
                                                                   connector.close);
  cv1::Event event;
  *event.mutable_begin() = begin;
  for (int step = 0; step < kStepsMax; ++step) {
    event.set_now_ms(kNowMs + step);
    const std::string bytes = event.SerializeAsString();
    sb_bytes out{};
    const sb_bytes in{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
    ASSERT_EQ(connector.step(session.get(), in, &out), SB_OK);
    const std::string effect_bytes(reinterpret_cast<const char*>(out.data), out.size);
    ASSERT_TRUE((*file)->Add(bytes, effect_bytes));
    cv1::Effect effect;
    ASSERT_TRUE(effect.ParseFromString(effect_bytes));
    if (effect.has_done()) {
      (*file)->End("");
      return;
    }
    event.Clear();
    for (const cv1::Call& call : effect.calls()) {
      *event.mutable_completions()->add_items() = AnswerTo(call, store);
    }
  }
  ADD_FAILURE() << "the session does not end";
}

cv1::Completion Answered(std::uint32_t status, const std::string& body) {
  cv1::Completion completion;
  completion.mutable_http()->set_status(status);
  completion.mutable_http()->set_body(body);
  return completion;
}

}  // namespace storebridge::conformance
