#include "recording.h"

#include <filesystem>
#include <utility>

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

constexpr std::size_t kShownRequestMax = 120;

Error Unusable(const std::string& name, const std::string& what) {
  return Error{
      .code = Code::kInvalidArgument, .reason = "RECORDING_FILE", .message = name + " " + what};
}

void TakeCompare(const cv1::Compare& asked, const cv1::Completion& answer, Recording* recording) {
  for (const cv1::OrderMark& mark : asked.records()) {
    recording->compared.emplace(mark.external_id(), false);
  }
  for (const std::uint32_t index : answer.compare().wanted()) {
    if (index < static_cast<std::uint32_t>(asked.records_size())) {
      recording->compared[asked.records(static_cast<int>(index)).external_id()] = true;
    }
  }
  recording->missing.insert(recording->missing.end(),
                            answer.compare().missing().begin(),
                            answer.compare().missing().end());
}

void TakeAnswers(const cv1::Effect& asked, const cv1::Completions& answers, Recording* recording) {
  for (int i = 0; i < asked.calls_size() && i < answers.items_size(); ++i) {
    const cv1::Call& call = asked.calls(i);
    if (call.has_http()) {
      recording->exchanges.push_back({.request = call.http(), .answer = answers.items(i)});
    } else if (call.has_compare()) {
      TakeCompare(call.compare(), answers.items(i), recording);
    }
  }
}

}  // namespace

Result<Recording> TakeApart(std::string name, recording::RecordingText text) {
  Recording recording{.name = std::move(name), .text = std::move(text)};
  cv1::Effect asked;
  for (const cv1::RecordingStep& step : recording.text.steps) {
    cv1::Event event;
    if (!event.ParseFromString(step.event())) {
      return Unusable(recording.name, "has an event that cannot be read; record it again");
    }
    if (recording.now_ms.empty()) {
      recording.begin = event.begin();
    }
    recording.now_ms.push_back(event.now_ms());
    TakeAnswers(asked, event.completions(), &recording);
    if (!asked.ParseFromString(step.effect())) {
      return Unusable(recording.name, "has an effect that cannot be read; record it again");
    }
  }
  if (recording.now_ms.empty() || recording.operation().empty()) {
    return Unusable(recording.name, "does not begin with the begin of a session; record it again");
  }
  return recording;
}

Result<Recording> ReadEvidence(const std::string& path, const std::string& connector) {
  SB_TRY(recording::RecordingText text, recording::ReadRecording(path));
  if (text.header.connector() != connector) {
    return Unusable(path,
                    "is a recording of the connector '" + text.header.connector() + "', not of '" +
                        connector + "'");
  }
  return TakeApart(std::filesystem::path(path).filename().string(), std::move(text));
}

bool IsWrite(const cv1::HttpRequest& request) {
  return request.safety() != cv1::HttpRequest::SAFETY_SAFE;
}

std::string_view PathOf(const cv1::HttpRequest& request) {
  const std::string_view url = request.url();
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) {
    return url;
  }
  const std::size_t slash = url.find('/', scheme + 3);
  return slash == std::string_view::npos ? "/" : url.substr(slash);
}

std::string ShownRequest(const cv1::HttpRequest& request) {
  std::string shown = request.method() + " " + std::string(PathOf(request));
  if (shown.size() > kShownRequestMax) {
    shown.resize(kShownRequestMax);
    shown += "...";
  }
  return shown;
}

}  // namespace storebridge::conformance
