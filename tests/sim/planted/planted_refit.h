#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/planted/planted_bug.h"
#include "sim/refit.h"

namespace storebridge::sim {

// What a planted bug remembers, over all lives of the server.
struct PlantedMemory {
  // By the store's id of an order: the newest modified time that was passed on.
  std::map<std::string, std::int64_t> modified_ms;
  std::vector<std::string> cursors;
  std::uint64_t calls = 0;

  // True once in `times` calls, always at the same ones.
  bool Sometimes(std::uint64_t times) { return ++calls % times == 0; }
};

// A server with one planted bug in it.
class PlantedRefit final : public Refit {
 public:
  explicit PlantedRefit(PlantedBug bug) : bug_(bug) {}

  std::unique_ptr<ports::Storage> WrapStorage(ports::Storage& inner) override;
  std::unique_ptr<ports::ConnectorSession> WrapSession(
      std::unique_ptr<ports::ConnectorSession> inner) override;
  std::unique_ptr<egress::HttpTransport> WrapTransport(
      std::unique_ptr<egress::HttpTransport> inner) override;

 private:
  PlantedBug bug_;
  PlantedMemory memory_;
};

}  // namespace storebridge::sim
