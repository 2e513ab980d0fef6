#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/engine.h"
#include "engine/run_subject.h"
#include "ports/storage.h"
#include "storebridge/v1/store_preview.pb.h"

namespace storebridge::engine {

// What the runs of a preview came to.
struct PreviewRuns {
  // What was looked at before, right and wrong.
  std::vector<StoreCheck> checks = {};
  // Orders that were not taken over, and are not wrong.
  std::size_t passed_over = 0;
  // 13-character ids of the products that the merchant had before.
  std::set<std::string> had = {};
};

// Tells what a preview left in its scratch storage.
Result<v1::StorePreview> DescribePreview(ports::Tx& tx,
                                         const RunSubject& subject,
                                         const PreviewRuns& runs,
                                         std::int64_t now_ms);

}  // namespace storebridge::engine
