#pragma once

#include "npm_store_fixture.h"

namespace storebridge::e2e {

class VendureFixture : public NpmStoreFixture {
 protected:
  void StartAll(int page_size = 100) { ConnectTo(Must(StartVendure(folder_, page_size))); }
};

}  // namespace storebridge::e2e
