#include <chrono>
#include <string>
#include <vector>

#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class ChangeTablesTest : public InlineStorageTest {
 protected:
  std::vector<v1::Change> List(std::string_view merchant, std::int64_t after, int limit) {
    return ReadOne<std::vector<v1::Change>>(
        [&](const ports::ReadTx& tx) { return tx.changes().List(merchant, after, limit); });
  }
  std::int64_t Head(std::string_view merchant) {
    return ReadOne<std::int64_t>(
        [&](const ports::ReadTx& tx) { return tx.changes().Head(merchant); });
  }
};

TEST_F(ChangeTablesTest, NumbersChangesPerMerchantFromOne) {
  EXPECT_EQ(Head("acme"), 0);

  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) {
    tx.changes().Add("acme", v1::Change::TYPE_ORDER, "o1");
    tx.changes().Add("other", v1::Change::TYPE_ORDER, "o9");
    tx.changes().Add("acme", v1::Change::TYPE_PRODUCT, "p1");
    return Ok();
  })));

  const std::vector<v1::Change> changes = List("acme", 0, 10);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].sequence(), 1);
  EXPECT_EQ(changes[0].resource(), "o1");
  EXPECT_EQ(changes[0].type(), v1::Change::TYPE_ORDER);
  EXPECT_EQ(changes[0].time().seconds(), clock_.NowMs() / 1000);
  EXPECT_EQ(changes[1].sequence(), 2);
  EXPECT_EQ(Head("acme"), 2);
  EXPECT_EQ(Head("other"), 1);
}

TEST_F(ChangeTablesTest, ListsTheEndsOfTheLogsOfAllMerchantsThatExist) {
  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) -> Status {
    for (const char* merchant : {"acme", "busy", "quiet"}) {
      SB_CHECK(tx.merchants().Put(merchant, v1::Merchant()));
    }
    for (const char* merchant : {"busy", "deleted"}) {
      for (int i = 1; i <= 3; ++i) {
        tx.changes().Add(merchant, v1::Change::TYPE_ORDER, "o" + std::to_string(i));
      }
    }
    tx.changes().Add("quiet", v1::Change::TYPE_ORDER, "o1");
    return Ok();
  })));
  ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) -> Status {
    SB_CHECK(tx.retention().Forget(ports::Kept::kChanges, clock_.NowMs() + 1, "busy", 1));
    SB_CHECK(tx.retention().Forget(ports::Kept::kChanges, clock_.NowMs() + 1, "acme", 2));
    SB_CHECK(tx.retention().Forget(ports::Kept::kChanges, clock_.NowMs() + 1, "deleted", 1));
    return Ok();
  })));
  using Ends = std::vector<ports::ChangeLogEnds>;
  const auto list = [&](std::string_view after, int limit) {
    std::string text;
    for (const ports::ChangeLogEnds& ends : ReadOne<Ends>(
             [&](const ports::ReadTx& tx) { return tx.changes().ListEnds(after, limit); })) {
      text +=
          ends.merchant + " " + std::to_string(ends.floor) + "-" + std::to_string(ends.head) + ";";
    }
    return text;
  };

  EXPECT_EQ(list("", 2), "acme 0-0;busy 2-3;");
  EXPECT_EQ(list("busy", 2), "quiet 1-1;");
}

TEST_F(ChangeTablesTest, NotesOneResourceOncePerTransaction) {
  const auto note = [](ports::Tx& tx) {
    tx.changes().Add("acme", v1::Change::TYPE_PRODUCT, "p1");
    tx.changes().Add("acme", v1::Change::TYPE_PRODUCT, "p1");
    tx.changes().Add("acme", v1::Change::TYPE_STOCK, "p1");
    return Ok();
  };

  ASSERT_TRUE(Worked(Write(note)));
  EXPECT_EQ(Head("acme"), 2);
  ASSERT_TRUE(Worked(Write(note)));
  EXPECT_EQ(Head("acme"), 4);
}

TEST_F(ChangeTablesTest, ListsThoseAfterTheGivenSequence) {
  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) {
    for (int i = 1; i <= 5; ++i) {
      tx.changes().Add("acme", v1::Change::TYPE_ORDER, "o" + std::to_string(i));
    }
    return Ok();
  })));

  const std::vector<v1::Change> changes = List("acme", 2, 2);

  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].resource(), "o3");
  EXPECT_EQ(changes[1].resource(), "o4");
  EXPECT_TRUE(List("acme", 5, 10).empty());
}

TEST_F(ChangeTablesTest, LeavesNoGapWhereWorkFailed) {
  for (int i = 0; i < 50; ++i) {
    const bool fails = i % 3 == 1;
    const Status status = Write([&](ports::Tx& tx) -> Status {
      tx.changes().Add("acme", v1::Change::TYPE_ORDER, "a");
      tx.changes().Add("acme", v1::Change::TYPE_ORDER, "b");
      return fails ? Status(Error{.code = Code::kAborted}) : Ok();
    });
    ASSERT_EQ(status.has_value(), !fails);
  }

  const std::vector<v1::Change> changes = List("acme", 0, 1000);

  ASSERT_EQ(static_cast<std::int64_t>(changes.size()), Head("acme"));
  for (std::size_t i = 0; i < changes.size(); ++i) {
    EXPECT_EQ(changes[i].sequence(), static_cast<std::int64_t>(i) + 1);
  }
}

class RequestTablesTest : public InlineStorageTest {
 protected:
  Status Put(std::string_view id, std::string_view answer) {
    return Write([&](ports::Tx& tx) {
      return tx.requests().Put("acme", id, {.request_hash = ~0ULL, .answer = std::string(answer)});
    });
  }
  std::optional<ports::KeptAnswer> Find(std::string_view merchant, std::string_view id) {
    return ReadOne<std::optional<ports::KeptAnswer>>(
        [&](const ports::ReadTx& tx) { return tx.requests().Find(merchant, id); });
  }
};

TEST_F(RequestTablesTest, GivesBackTheAnswerToTheSameMerchantOnly) {
  ASSERT_TRUE(Worked(Put("r1", std::string("a\0b", 3))));

  const auto found = Find("acme", "r1");

  ASSERT_TRUE(found);
  EXPECT_EQ(found->request_hash, ~0ULL);
  EXPECT_EQ(found->answer, std::string("a\0b", 3));
  EXPECT_FALSE(Find("other", "r1"));
  EXPECT_FALSE(Find("acme", "r2"));
}

TEST_F(RequestTablesTest, ForgetsAnswersThatAreOlderThanADay) {
  ASSERT_TRUE(Worked(Put("r1", "a")));

  clock_.Advance(hours(24));
  EXPECT_TRUE(Find("acme", "r1"));
  clock_.Advance(milliseconds(1));
  EXPECT_FALSE(Find("acme", "r1"));
}

TEST_F(RequestTablesTest, PutsAnAnswerInThePlaceOfAnOldOne) {
  ASSERT_TRUE(Worked(Put("r1", "a")));
  clock_.Advance(hours(25));

  ASSERT_TRUE(Worked(Put("r1", "b")));

  ASSERT_TRUE(Find("acme", "r1"));
  EXPECT_EQ(Find("acme", "r1")->answer, "b");
}

}  // namespace
}  // namespace storebridge::storage
