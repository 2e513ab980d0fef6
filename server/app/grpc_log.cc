#include "app/grpc_log.h"

#include <mutex>
#include <string>

#include <grpc/support/log.h>

namespace storebridge::app {
namespace {

// gRPC takes a bare function and may call it from its threads at any time.
struct Target {
  std::mutex mutex;
  ports::Log* log = nullptr;  // Guarded by mutex.
};

Target& TheTarget() {
  static Target target;
  return target;
}

// gRPC calls much an error that callers cause, so nothing is more than a warning; verbosity is
// gRPC's own setting.
void Forward(gpr_log_func_args* args) {
  Target& target = TheTarget();
  const std::lock_guard lock(target.mutex);
  if (target.log != nullptr) {
    const bool is_error = args->severity == GPR_LOG_SEVERITY_ERROR;
    target.log->Write(is_error ? ports::LogLevel::kWarning : ports::LogLevel::kDebug,
                      "gRPC says",
                      {{"text", std::string(args->message)}});
  }
}

}  // namespace

GrpcLog::GrpcLog(ports::Log& log) {
  {
    const std::lock_guard lock(TheTarget().mutex);
    TheTarget().log = &log;
  }
  gpr_set_log_function(&Forward);
}

GrpcLog::~GrpcLog() {
  const std::lock_guard lock(TheTarget().mutex);
  TheTarget().log = nullptr;
}

}  // namespace storebridge::app
