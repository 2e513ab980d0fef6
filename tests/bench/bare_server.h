#pragma once

#include <memory>
#include <string>

#include "bench/stage.h"
#include "core/result.h"
#include "day_kit/process.h"

namespace storebridge::bench {

// bench_bare_server while it runs.
class BareServer {
 public:
  // `bytes` is its answer.
  static Result<std::unique_ptr<BareServer>> Start(const Tools& tools, const std::string& bytes);

  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  BareServer() = default;

  day::TempFolder folder_;
  std::unique_ptr<day::Process> process_;
  std::string address_;
};

}  // namespace storebridge::bench
