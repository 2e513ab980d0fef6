#include "engine/interrupted_runs.h"

#include <vector>

#include "domain/names.h"
#include "domain/timestamp.h"

namespace storebridge::engine {
namespace {

constexpr int kRunsPerRead = 500;

}  // namespace

Status EndInterruptedRuns(ports::Tx& tx, std::int64_t now_ms) {
  while (true) {
    SB_TRY(std::vector<v1::SyncRun> runs, tx.sync_runs().Running(kRunsPerRead));
    for (v1::SyncRun& run : runs) {
      SB_TRY(const domain::SyncRunKey key, domain::ParseSyncRunName(run.name()));
      run.set_state(v1::SyncRun::STATE_FAILED);
      *run.mutable_end_time() = domain::TimestampFromMs(now_ms);
      run.set_error(
          "the server ended before this run did; what the run had written is kept, and the flow "
          "runs again by itself");
      run.set_error_reason("SERVER_ENDED");
      SB_CHECK(tx.sync_runs().Put(key.store, run));
    }
    if (runs.size() < kRunsPerRead) {
      return Ok();
    }
  }
}

}  // namespace storebridge::engine
