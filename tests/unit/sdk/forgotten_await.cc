// Does not compile where warnings are errors: each of its requests is built and never made.
#include "storebridge/sdk.h"

namespace storebridge::sdk {

void Forgets(Context& cx) {
  cx.Put("/x").Auth("t").Idempotent().JsonBody("{}");
  cx.Get("/x").Query("page", 2);
  cx.Post("/x").Unsafe().About("ref").Try();
}

}  // namespace storebridge::sdk
