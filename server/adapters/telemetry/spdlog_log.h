#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "ports/clock.h"
#include "ports/log.h"

namespace storebridge::telemetry {

enum class LogFormat { kText, kJson };

struct LogOptions {
  LogFormat format = LogFormat::kText;
  // What is less important is not written.
  ports::LogLevel level = ports::LogLevel::kInfo;
  // Appended to; standard error when empty. Made with mode 0640 when there is none.
  std::string file;
};

// Writes whole lines, each as soon as it is there. What cannot be written is lost, and spdlog says
// so on standard error; the server goes on.
class SpdlogLog : public ports::Log {
 public:
  // Opens the file. kFailedPrecondition says why it cannot. `clock` outlives the log.
  static Result<std::unique_ptr<SpdlogLog>> Open(LogOptions options, ports::Clock& clock);

  ~SpdlogLog() override;
  SpdlogLog(const SpdlogLog&) = delete;
  SpdlogLog& operator=(const SpdlogLog&) = delete;

  void Write(ports::LogLevel level,
             std::string_view message,
             std::initializer_list<Field> fields) override;

 private:
  struct Logger;

  SpdlogLog(LogOptions options, ports::Clock& clock, std::unique_ptr<Logger> logger);

  const LogOptions options_;
  ports::Clock& clock_;
  std::unique_ptr<Logger> logger_;
};

}  // namespace storebridge::telemetry
