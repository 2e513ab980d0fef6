#pragma once

#include "engine/engine.h"
#include "engine/flow_run.h"

namespace storebridge::engine {

// Asks a store, through `auth.check`, whether address, credentials and rights are right, and what
// it can do.
class CheckRun : public FlowRun {
 public:
  using FlowRun::FlowRun;

  void OnEmit(Emit emit, Done<connector::v1::EmitResult> done) override;
  [[nodiscard]] const StoreCheckReport& report() const { return report_; }

 protected:
  void Begin() override;
  void OnSessionEnd(SessionEnd session) override;

 private:
  StoreCheckReport report_;
};

}  // namespace storebridge::engine
