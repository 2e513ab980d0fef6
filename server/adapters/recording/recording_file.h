#pragma once

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "storebridge/connector/v1/recording.pb.h"

namespace storebridge::recording {

inline constexpr std::uint32_t kFormat = 1;
// A recording that would grow past this ends, with the reason in it; chosen smaller by
// configuration.
inline constexpr std::uint64_t kFileBytesMax = 1024ULL * 1024 * 1024;

// Writes a recording, frame by frame. What was written survives a crash of the process.
class RecordingWriter {
 public:
  // Makes the file, mode 0600; there must be none of that name. kFailedPrecondition says why it
  // cannot be made.
  static Result<std::unique_ptr<RecordingWriter>> Create(
      const std::string& path,
      std::uint64_t bytes_max,
      const connector::v1::RecordingHeader& header);

  // kResourceExhausted when it would become too large; kFailedPrecondition when the disk refuses.
  // After either, only End is left.
  Status Add(std::string_view event, std::string_view effect);
  // Writes the last frame; `cut_reason` is empty when all steps are there.
  void End(const std::string& cut_reason);

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  RecordingWriter(std::string path, std::uint64_t bytes_max)
      : path_(std::move(path)), bytes_max_(bytes_max) {}

  Status Write(const connector::v1::RecordingFrame& frame, std::uint64_t bytes_max);

  std::string path_;
  std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
  std::ofstream file_;
};

// A recording as it was read.
struct RecordingText {
  connector::v1::RecordingHeader header;
  std::vector<connector::v1::RecordingStep> steps;
  // Why it has fewer steps than the session had; empty when it has all of them.
  std::string cut_reason;
};

// Reads a recording. kInvalidArgument when the file is none, is of another format or is larger than
// kFileBytesMax; kNotFound when it is not there. A file that was cut off is read up to its last
// whole frame.
Result<RecordingText> ReadRecording(const std::string& path);

}  // namespace storebridge::recording
