#pragma once

#include "ports/log.h"

namespace storebridge::app {

// Has gRPC's own messages written to `log` for as long as this lives. At most one at a time.
class GrpcLog {
 public:
  // `log` outlives it.
  explicit GrpcLog(ports::Log& log);
  ~GrpcLog();
  GrpcLog(const GrpcLog&) = delete;
  GrpcLog& operator=(const GrpcLog&) = delete;
};

}  // namespace storebridge::app
