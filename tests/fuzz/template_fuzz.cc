// The connector that authors copy: each of its operations, fed with what a store may answer.
#include <cstddef>
#include <cstdint>

#include "connector_host.h"

const sb_connector_v1* template_store_connector() noexcept;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static storebridge::fuzz::ConnectorHost host(template_store_connector());
  host.Run(storebridge::fuzz::ReadScript({reinterpret_cast<const char*>(data), size}));
  return 0;
}
