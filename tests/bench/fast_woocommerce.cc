// WooCommerce's connector under a second name, for a manifest that does not limit its requests.
#include "storebridge/sdk/registration.h"

extern const ::storebridge::sdk::Registration woocommerce_registration;
extern const ::storebridge::sdk::Registration bench_woocommerce_registration;
// A copy of a constant: it is there before anything can ask for it.
const ::storebridge::sdk::Registration bench_woocommerce_registration = woocommerce_registration;
