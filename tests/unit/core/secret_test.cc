#include "core/secret.h"

#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

namespace storebridge {
namespace {

template <typename T, typename = void>
struct IsPrintable : std::false_type {};
template <typename T>
struct IsPrintable<T,
                   std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
    : std::true_type {};

TEST(SecretTest, IsShownOnlyByReveal) {
  EXPECT_EQ(Secret("key").Reveal(), "key");
  EXPECT_TRUE(Secret().empty());
  EXPECT_FALSE(Secret("key").empty());
  EXPECT_FALSE(IsPrintable<Secret>::value);
  EXPECT_FALSE((std::is_convertible_v<Secret, std::string>));
  EXPECT_FALSE((std::is_convertible_v<Secret, std::string_view>));
}

TEST(SecretTest, CopiesAndMoves) {
  const Secret first("a key that is too long for the inside of a string");
  Secret copy = first;
  Secret moved = std::move(copy);
  Secret assigned("other");
  assigned = first;

  EXPECT_EQ(moved.Reveal(), first.Reveal());
  EXPECT_EQ(assigned.Reveal(), first.Reveal());
  EXPECT_TRUE(copy.empty());  // NOLINT(bugprone-use-after-move): what is left behind is the point.
  assigned = std::move(moved);
  EXPECT_EQ(assigned.Reveal(), first.Reveal());
  EXPECT_TRUE(moved.empty());  // NOLINT(bugprone-use-after-move)
}

TEST(SecretTest, SurvivesAssignmentToItself) {
  Secret secret("key");
  Secret& same = secret;

  secret = same;
  EXPECT_EQ(secret.Reveal(), "key");
  secret = std::move(same);
  EXPECT_EQ(secret.Reveal(), "key");
}

TEST(SecretTest, LeavesNothingOfAShortTextBehind) {
  alignas(Secret) unsigned char memory[sizeof(Secret)];
  auto* const secret = new (memory) Secret("hunter2");
  secret->~Secret();

  const std::string_view left(reinterpret_cast<const char*>(memory), sizeof(memory));

  EXPECT_EQ(left.find("hunter"), std::string_view::npos);
}

}  // namespace
}  // namespace storebridge
