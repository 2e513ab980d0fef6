#pragma once

#include <memory>

#include "domain/flow.h"
#include "engine/flow_run.h"
#include "engine/flows/pull_options.h"

namespace storebridge::engine {

// A run of `flow`, not yet started. What is pushed heeds only `options.is_full`.
std::shared_ptr<FlowRun> MakeRun(domain::Flow flow,
                                 FlowPorts ports,
                                 RunSubject subject,
                                 PullOptions options);

}  // namespace storebridge::engine
