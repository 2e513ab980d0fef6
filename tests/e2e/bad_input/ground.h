#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "day_kit/platform.h"
#include "expect.h"
#include "servers.h"

namespace storebridge::e2e {

// Texts that an error has to hold: what was wrong, where, and what to do.
using Words = std::vector<std::string>;

// Whether `text` holds all of them, and no credential of kSecretKey and kSecretSecret.
testing::AssertionResult Says(const std::string& text, const Words& words);

// Credentials of the stores of these tests; the demo store accepts them.
inline constexpr const char* kSecretKey = "ck_bad000000000000000000000000000000000input";
inline constexpr const char* kSecretSecret = "cs_bad000000000000000000000000000000000input";

// Settings under which flows run only when they are started or something changed.
v1::StoreSettings QuietSettings();

// A demo store that takes those credentials.
Result<DemoStore> StartSecretStore(const day::TempFolder& folder,
                                   const std::string& name,
                                   int page_size = 100);

// Everything that a merchant has, but for how its flows are doing: equal texts mean that nothing
// changed.
Result<std::string> StateOf(day::Platform& platform);

// Runs a flow of a store that fails. Gives the run as ListSyncRuns shows it, once GetSyncRun and
// the flow's health say the same. A failed test and an empty run when it ends well.
v1::SyncRun RunInVain(day::Platform& platform,
                      const std::string& store,
                      v1::Flow flow,
                      bool full = false);

// Whether a server answers that it serves.
Status IsServing(const std::string& address);

// What the rows of a group have in common: a server, and a store of another merchant that is well.
class Ground {
 public:
  // `options.places` are those of the rows.
  static Result<std::unique_ptr<Ground>> Start(ServerOptions options);

  [[nodiscard]] const std::string& address() const { return server_.address; }
  [[nodiscard]] const day::TempFolder& folder() const { return folder_; }
  [[nodiscard]] const Server& server() const { return server_; }

  // Whether the server is up: it says so, and a run of the other store ends well.
  Status IsUp();

 private:
  day::TempFolder folder_;
  DemoStore well_;
  Server server_;
  std::unique_ptr<day::Platform> platform_;
};

// A group whose rows share one Ground. `Options` of the group says how its server is started.
template <typename Group>
class GroundTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ground_ = Must(Ground::Start(Group::Options())); }
  static void TearDownTestSuite() { ground_.reset(); }

  void SetUp() override { ASSERT_TRUE(ground_); }

  // A merchant of its own for the row.
  std::unique_ptr<day::Platform> NewMerchant() {
    static int last = 0;
    auto platform =
        std::make_unique<day::Platform>(ground_->address(), "row-" + std::to_string(++last));
    EXPECT_TRUE(Came(platform->CreateMerchant("A row of the table")));
    return platform;
  }

  static std::unique_ptr<Ground> ground_;
};

template <typename Group>
std::unique_ptr<Ground> GroundTest<Group>::ground_;

}  // namespace storebridge::e2e
