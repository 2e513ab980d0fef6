// Each operation of the connector, fed with what a store may answer.
#include <cstddef>
#include <cstdint>

#include "connector_host.h"

const sb_connector_v1* medusa_connector() noexcept;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static storebridge::fuzz::ConnectorHost host(medusa_connector());
  host.Run(storebridge::fuzz::ReadScript({reinterpret_cast<const char*>(data), size}));
  return 0;
}
