// kill -9 of the server at many moments of a day; what came true is asked from the store.
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "crash_day.h"
#include "day_kit/json_text.h"
#include "day_kit/medusa_side.h"
#include "day_kit/vendure_side.h"

namespace storebridge::e2e {
namespace {

class CrashTest : public CrashDay {
 protected:
  // A day with a store from npm.
  template <class Side>
  void LiveWithNpmStore(NpmStore store, std::vector<std::string> writes) {
    ASSERT_TRUE(store.side) << "the store could not be installed or started: its first start needs "
                               "npm's registry; see the README of its folder in tools";
    PutProxy(store.place);
    // The same store, by way of the proxy.
    std::ifstream in(store.ready_file);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    boost::json::object ready = Must(day::ParseJson(text)).as_object();
    ready["url"] = "http://" + proxy_->place();
    const std::string ready_by_proxy = folder_.File("by_proxy.json");
    std::ofstream(ready_by_proxy) << boost::json::serialize(ready);
    const auto by_proxy = Must(Side::Open("", ready_by_proxy));
    ASSERT_TRUE(by_proxy);

    Live({.side = store.side.get(), .by_proxy = by_proxy.get(), .writes = std::move(writes)});
  }

  // A day with the demo store, started with further flags.
  void LiveWithDemoStore(const DemoStoreOptions& options) {
    DemoStore store = Must(StartDemoStore(folder_, "store", options));
    ASSERT_TRUE(store.side);
    PutProxy(store.place);
    day::DemoSide by_proxy(day::DemoAccess{.url = "http://" + proxy_->place()});
    Live({.side = store.side.get(),
          .by_proxy = &by_proxy,
          .writes = {"POST /wp-json/wc/v3/orders", "PUT /wp-json/wc/v3/orders", "/batch"}});
  }
};

TEST_F(CrashTest, TheDemoStoreIsToldEverythingOnceByNotes) {
  LiveWithDemoStore({});
}

TEST_F(CrashTest, TheDemoStoreIsToldEverythingOnceByFulfillments) {
  LiveWithDemoStore({.flags = {"--fulfillments", "on"}});
}

TEST_F(CrashTest, VendureIsToldEverythingOnce) {
  LiveWithNpmStore<day::VendureSide>(
      Must(StartVendure(folder_)),
      {"addFulfillmentToOrder", "transitionFulfillmentToState", "updateProductVariants"});
}

TEST_F(CrashTest, MedusaIsToldEverythingOnce) {
  LiveWithNpmStore<day::MedusaSide>(Must(StartMedusa(folder_)),
                                    {"/fulfillments", "/shipments", "/location-levels/batch"});
}

}  // namespace
}  // namespace storebridge::e2e
