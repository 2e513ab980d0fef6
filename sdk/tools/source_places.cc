#include "source_places.h"

#include <cstddef>
#include <utility>

#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::run {
namespace {

namespace cv1 = connector::v1;

constexpr std::string_view kMask = "(FILE)";

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsOfFileName(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
         c == '-';
}

// How long the place is with which the text begins: `(NAME.cc:LINE)` or `(NAME.h:LINE)`. 0 when it
// begins with none.
std::size_t PlaceSize(std::string_view text) {
  if (!text.starts_with('(')) {
    return 0;
  }
  std::size_t end = 1;
  while (end < text.size() && IsOfFileName(text[end])) {
    ++end;
  }
  const std::string_view name = text.substr(1, end - 1);
  const bool is_source =
      (name.ends_with(".cc") && name.size() > 3) || (name.ends_with(".h") && name.size() > 2);
  if (!is_source || end == text.size() || text[end] != ':') {
    return 0;
  }
  const std::size_t line = ++end;
  while (end < text.size() && IsDigit(text[end])) {
    ++end;
  }
  return end > line && end < text.size() && text[end] == ')' ? end + 1 : 0;
}

bool Mask(std::string* text) {
  std::string masked = WithoutSourcePlaces(*text);
  const bool is_changed = masked != *text;
  *text = std::move(masked);
  return is_changed;
}

bool Mask(cv1::Failure* failure) {
  const bool is_changed = Mask(failure->mutable_message());
  return Mask(failure->mutable_detail()) || is_changed;
}

bool Mask(cv1::Emit* emit) {
  bool is_changed = false;
  for (cv1::ItemResult& result : *emit->mutable_results()) {
    is_changed = (result.has_failure() && Mask(result.mutable_failure())) || is_changed;
  }
  for (cv1::BadRecord& bad : *emit->mutable_bad()) {
    is_changed = Mask(bad.mutable_message()) || is_changed;
  }
  for (cv1::Check& check : *emit->mutable_checks()) {
    is_changed = Mask(check.mutable_message()) || is_changed;
  }
  return is_changed;
}

}  // namespace

std::string WithoutSourcePlaces(std::string_view text) {
  std::string masked;
  while (!text.empty()) {
    if (const std::size_t size = PlaceSize(text); size > 0) {
      masked += kMask;
      text.remove_prefix(size);
    } else {
      masked += text.front();
      text.remove_prefix(1);
    }
  }
  return masked;
}

std::string EffectWithoutSourcePlaces(std::string_view effect) {
  cv1::Effect read;
  if (!read.ParseFromArray(effect.data(), static_cast<int>(effect.size()))) {
    return std::string(effect);
  }
  bool is_changed = false;
  for (cv1::Call& call : *read.mutable_calls()) {
    is_changed = (call.has_emit() && Mask(call.mutable_emit())) || is_changed;
  }
  for (cv1::Log& log : *read.mutable_logs()) {
    is_changed = Mask(log.mutable_message()) || is_changed;
  }
  if (read.done().has_failure()) {
    is_changed = Mask(read.mutable_done()->mutable_failure()) || is_changed;
  }
  return is_changed ? read.SerializeAsString() : std::string(effect);
}

}  // namespace storebridge::run
