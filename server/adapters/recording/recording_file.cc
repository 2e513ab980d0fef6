#include "adapters/recording/recording_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace storebridge::recording {
namespace {

namespace cv1 = connector::v1;

// `frames` of Recording: field 1, length-delimited. So the file is one message of that kind.
constexpr char kFrameTag = 0x0A;
// Room for the last frame, beyond the limit.
constexpr std::uint64_t kEndBytesMax = 1024;
constexpr const char* kCutOff = "the file ends in the middle; the recorder was cut off";

Error Bad(const std::string& path, std::string what) {
  return Error{.code = Code::kInvalidArgument,
               .reason = "RECORDING_FILE",
               .message = fmt::format("'{}' {}", path, what),
               .facts = {{"file", path}}};
}

std::string Varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7U) {
    bytes += static_cast<char>(static_cast<unsigned char>((value & 0x7FU) | 0x80U));
  }
  return bytes + static_cast<char>(static_cast<unsigned char>(value));
}

// Takes tag and length of a frame off the front of `rest`, then the frame; false when it is cut
// off.
bool TakeFrame(std::string_view& rest, std::string_view& frame) {
  std::uint64_t size = 0;
  std::size_t at = 1;
  for (unsigned shift = 0;; shift += 7) {
    if (at >= rest.size() || shift > 28) {
      return false;
    }
    const auto byte = static_cast<unsigned char>(rest[at++]);
    size |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80U) == 0) {
      break;
    }
  }
  if (size > rest.size() - at) {
    return false;
  }
  frame = rest.substr(at, size);
  rest.remove_prefix(at + size);
  return true;
}

Result<std::string> ReadFile(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) {
    return Error{.code = Code::kNotFound,
                 .reason = "RECORDING_FILE",
                 .message = fmt::format("'{}' cannot be read: {}", path, error.message()),
                 .facts = {{"file", path}}};
  }
  if (size > kFileBytesMax + kEndBytesMax) {
    return Bad(path, fmt::format("has {} bytes; a recording has at most {}", size, kFileBytesMax));
  }
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

}  // namespace

Result<std::unique_ptr<RecordingWriter>> RecordingWriter::Create(
    const std::string& path, std::uint64_t bytes_max, const cv1::RecordingHeader& header) {
  const int made = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (made < 0) {
    return Error{
        .code = Code::kFailedPrecondition,
        .reason = "RECORDING_FILE",
        .message = fmt::format("the recording '{}' cannot be made: {}", path, std::strerror(errno)),
        .facts = {{"file", path}}};
  }
  close(made);
  std::unique_ptr<RecordingWriter> writer(new RecordingWriter(path, bytes_max));
  writer->file_.open(path, std::ios::binary | std::ios::app);
  cv1::RecordingFrame frame;
  *frame.mutable_header() = header;
  frame.mutable_header()->set_format(kFormat);
  SB_CHECK(writer->Write(frame, bytes_max));
  return writer;
}

Status RecordingWriter::Add(std::string_view event, std::string_view effect) {
  cv1::RecordingFrame frame;
  frame.mutable_step()->set_event(std::string(event));
  frame.mutable_step()->set_effect(std::string(effect));
  return Write(frame, bytes_max_);
}

void RecordingWriter::End(const std::string& cut_reason) {
  cv1::RecordingFrame frame;
  frame.mutable_end()->set_cut_reason(cut_reason.substr(0, kEndBytesMax / 2));
  // Nothing is left to be done when this cannot be written either: the file tells it by its end.
  static_cast<void>(Write(frame, bytes_max_ + kEndBytesMax).has_value());
  file_.close();
}

Status RecordingWriter::Write(const cv1::RecordingFrame& frame, std::uint64_t bytes_max) {
  const std::string bytes = frame.SerializeAsString();
  const std::string head = kFrameTag + Varint(bytes.size());
  if (bytes_ + head.size() + bytes.size() > bytes_max) {
    return Error{.code = Code::kResourceExhausted,
                 .reason = "RECORDING_SIZE",
                 .message = fmt::format("the recording would have more than {} bytes", bytes_max)};
  }
  file_ << head << bytes << std::flush;
  if (!file_) {
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "RECORDING_FILE",
                 .message = fmt::format("'{}' cannot be written any more", path_)};
  }
  bytes_ += head.size() + bytes.size();
  return Ok();
}

Result<RecordingText> ReadRecording(const std::string& path) {
  SB_TRY(const std::string text, ReadFile(path));
  RecordingText recording;
  recording.cut_reason = kCutOff;
  bool has_header = false;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view bytes;
    if (rest.front() != kFrameTag) {
      return Bad(path, "is not a recording of Storebridge");
    }
    if (!TakeFrame(rest, bytes)) {
      break;
    }
    cv1::RecordingFrame frame;
    if (!frame.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
        frame.has_header() == has_header) {
      return Bad(path, "is not a recording of Storebridge, or is damaged");
    }
    if (frame.has_header()) {
      has_header = true;
      recording.header = frame.header();
      if (recording.header.format() != kFormat) {
        return Bad(path,
                   fmt::format("is a recording of format {}; this program reads {}",
                               recording.header.format(),
                               kFormat));
      }
    } else if (frame.has_step()) {
      recording.steps.push_back(std::move(*frame.mutable_step()));
    } else if (frame.has_end()) {
      recording.cut_reason = frame.end().cut_reason();
    }
  }
  if (!has_header) {
    return Bad(path, "has no header; it is not a recording of Storebridge");
  }
  return recording;
}

}  // namespace storebridge::recording
