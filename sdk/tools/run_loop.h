#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "domain/effect_check.h"
#include "ports/connector_host.h"
#include "ports/egress.h"
#include "store_caller.h"
#include "unfit_records.h"

namespace storebridge::run {

struct RunOptions {
  // Prints so many orders and products, and stops; 0: all.
  std::uint64_t limit = 0;
};

// Runs one operation from Begin to Done, without keeping anything: records go to standard output,
// requests, logs and the outcome to standard error. True when it ended well, nothing was
// refused and the server would take all of it.
class RunLoop {
 public:
  // `session` is a new one.
  RunLoop(std::unique_ptr<ports::ConnectorSession> session,
          StoreCaller& caller,
          std::shared_ptr<const ports::EgressProfile> profile,
          RunOptions options);

  Result<bool> Run(connector::v1::Begin begin);

 private:
  Result<connector::v1::Effect> Step(const connector::v1::Event& event);
  Status CheckResults(const connector::v1::Effect& effect);
  connector::v1::Completions Answer(const connector::v1::Effect& effect);
  void AnswerEmit(const connector::v1::Emit& emit, connector::v1::Completion* answer);
  void AnswerHttp(const connector::v1::Effect& effect, connector::v1::Completions* completions);
  void Report(const StoreCaller::Answered& answered);
  void ShowLogs(const connector::v1::Effect& effect) const;
  void Judge(bool is_order, const std::string& external_id, const std::optional<Unfit>& unfit);
  [[nodiscard]] bool IsAtLimit() const { return options_.limit > 0 && pulled_ >= options_.limit; }
  void ShowUntold();
  bool Conclude(const connector::v1::Done& done);

  std::unique_ptr<ports::ConnectorSession> session_;
  StoreCaller& caller_;
  std::shared_ptr<const ports::EgressProfile> profile_;
  RunOptions options_;
  std::string operation_;
  domain::ResultCheck results_{connector::v1::Begin()};
  std::uint64_t last_call_id_ = 0;
  // Orders and products that were printed.
  std::uint64_t pulled_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t bad_ = 0;
  // Pushed records that are not right.
  std::uint64_t refused_ = 0;
  std::uint64_t checks_failed_ = 0;
  // Records that the server would refuse.
  std::uint64_t unfit_ = 0;
  std::uint64_t requests_ = 0;
  // Of what is pushed, in its order: those of which no outcome was told yet.
  std::vector<std::string> untold_;
};

}  // namespace storebridge::run
