#pragma once

#include <map>
#include <memory>

#include "ports/egress.h"
#include "ports/executor.h"

namespace storebridge::engine {

// Lets out what changes nothing in a store by its connector's word, and refuses every other
// request, and every method but GET, HEAD and POST. Lives on the executor.
class ReadOnlyEgress final : public ports::Egress {
 public:
  // Both outlive it, and its requests.
  ReadOnlyEgress(ports::Egress& inner, ports::Executor& executor)
      : inner_(inner), executor_(executor) {}

  RequestId Send(std::shared_ptr<const ports::EgressProfile> profile,
                 connector::v1::HttpRequest request,
                 Done done) override;
  void Cancel(RequestId request) override;

 private:
  ports::Egress& inner_;
  ports::Executor& executor_;
  // Refusals on their way.
  std::map<RequestId, ports::Executor::TimerId> refused_;
  RequestId last_refused_ = 0;
};

}  // namespace storebridge::engine
