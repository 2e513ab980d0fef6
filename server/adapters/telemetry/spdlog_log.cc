#include "adapters/telemetry/spdlog_log.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include "adapters/telemetry/log_line.h"

namespace storebridge::telemetry {
namespace {

spdlog::level::level_enum SpdlogLevel(ports::LogLevel level) {
  switch (level) {
    case ports::LogLevel::kDebug:
      return spdlog::level::debug;
    case ports::LogLevel::kInfo:
      return spdlog::level::info;
    case ports::LogLevel::kWarning:
      return spdlog::level::warn;
    case ports::LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

Error CannotOpen(const std::string& file, std::string_view why) {
  return Error{
      .code = Code::kFailedPrecondition,
      .reason = "LOG_FILE",
      .message = fmt::format("cannot open the log file '{}': {}; check log.file and who may "
                             "write to its folder",
                             file,
                             why),
      .facts = {{"file", file}}};
}

// Makes the file before spdlog does, which would let everybody read it.
Status MakeFile(const std::string& file) {
  const int fd = open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
  if (fd < 0) {
    return CannotOpen(file, std::strerror(errno));
  }
  close(fd);
  return Ok();
}

Result<spdlog::sink_ptr> MakeSink(const std::string& file) {
  if (file.empty()) {
    return spdlog::sink_ptr(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  }
  SB_CHECK(MakeFile(file));
  try {
    return spdlog::sink_ptr(std::make_shared<spdlog::sinks::basic_file_sink_mt>(file));
  } catch (const spdlog::spdlog_ex& e) {
    return CannotOpen(file, e.what());
  }
}

}  // namespace

struct SpdlogLog::Logger {
  spdlog::logger logger;
};

Result<std::unique_ptr<SpdlogLog>> SpdlogLog::Open(LogOptions options, ports::Clock& clock) {
  SB_TRY(spdlog::sink_ptr sink, MakeSink(options.file));
  auto logger = std::make_unique<Logger>(Logger{spdlog::logger("storebridge", std::move(sink))});
  logger->logger.set_pattern("%v");
  logger->logger.set_level(spdlog::level::debug);
  logger->logger.flush_on(spdlog::level::debug);
  return std::unique_ptr<SpdlogLog>(new SpdlogLog(std::move(options), clock, std::move(logger)));
}

SpdlogLog::SpdlogLog(LogOptions options, ports::Clock& clock, std::unique_ptr<Logger> logger)
    : options_(std::move(options)), clock_(clock), logger_(std::move(logger)) {}

SpdlogLog::~SpdlogLog() = default;

void SpdlogLog::Write(ports::LogLevel level,
                      std::string_view message,
                      std::initializer_list<Field> fields) {
  if (level < options_.level) {
    return;
  }
  const LogEvent event{
      .time_ms = clock_.NowMs(), .level = level, .message = message, .fields = fields};
  const std::string line = options_.format == LogFormat::kJson ? JsonLine(event) : TextLine(event);
  logger_->logger.log(SpdlogLevel(level), spdlog::string_view_t(line));
}

}  // namespace storebridge::telemetry
