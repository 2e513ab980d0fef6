#include <string>
#include <vector>

#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

using Ids = std::vector<std::string>;
using ports::IssueKey;

IssueKey MakeKey(std::string_view merchant, std::string_view record) {
  return IssueKey{.store = {std::string(merchant), "web"},
                  .record_type = v1::Issue::RECORD_TYPE_ORDER,
                  .record_key = std::string(record)};
}

class IssueTablesTest : public InlineStorageTest {
 protected:
  Status Put(const IssueKey& key,
             std::string_view id,
             std::string_view reason,
             v1::Issue::State state = v1::Issue::STATE_OPEN) {
    v1::Issue issue;
    issue.set_name(domain::IssueName(key.store.merchant, id));
    issue.set_reason(std::string(reason));
    issue.set_state(state);
    return Write([&](ports::Tx& tx) { return tx.issues().Put(key, issue); });
  }
  Ids OpenOf(const IssueKey& key) {
    return IdsOf(ReadOne<std::vector<v1::Issue>>(
        [&](const ports::ReadTx& tx) { return tx.issues().OpenOf(key); }));
  }
  Ids List(std::string_view merchant,
           bool with_resolved,
           const domain::MerchantChild& after,
           int limit) {
    return IdsOf(ReadOne<std::vector<v1::Issue>>([&](const ports::ReadTx& tx) {
      return tx.issues().List(merchant, with_resolved, after, limit);
    }));
  }
  bool AnyOpen(v1::Issue::RecordType type) {
    return ReadOne<bool>([&](const ports::ReadTx& tx) {
      return tx.issues().AnyOpen({"acme", "web"}, type);
    });
  }
};

TEST_F(IssueTablesTest, GivesBackTheIssueAndItsKey) {
  ASSERT_TRUE(Worked(Put(MakeKey("acme", "17"), "i1", "R")));

  const auto issue =
      ReadOne<v1::Issue>([](const ports::ReadTx& tx) { return tx.issues().Get("acme", "i1"); });
  const auto key =
      ReadOne<IssueKey>([](const ports::ReadTx& tx) { return tx.issues().KeyOf("acme", "i1"); });

  EXPECT_EQ(issue.reason(), "R");
  EXPECT_EQ(key.store, (ports::StoreKey{"acme", "web"}));
  EXPECT_EQ(key.record_type, v1::Issue::RECORD_TYPE_ORDER);
  EXPECT_EQ(key.record_key, "17");
}

TEST_F(IssueTablesTest, NamesTheIssueThatDoesNotExist) {
  const auto issue = ErrorOf([](const ports::ReadTx& tx) { return tx.issues().Get("acme", "i1"); });
  const auto key = ErrorOf([](const ports::ReadTx& tx) { return tx.issues().KeyOf("acme", "i1"); });

  ASSERT_TRUE(issue && key);
  EXPECT_EQ(issue->code, Code::kNotFound);
  EXPECT_NE(issue->message.find("merchants/acme/issues/i1"), std::string::npos);
  EXPECT_EQ(key->code, Code::kNotFound);
}

TEST_F(IssueTablesTest, FindsTheOpenIssuesOfOneRecordOnly) {
  ASSERT_TRUE(Worked(Put(MakeKey("acme", "17"), "i1", "B")));
  ASSERT_TRUE(Worked(Put(MakeKey("acme", "17"), "i2", "A")));
  ASSERT_TRUE(Worked(Put(MakeKey("acme", "17"), "i3", "C", v1::Issue::STATE_RESOLVED)));
  ASSERT_TRUE(Worked(Put(MakeKey("acme", "18"), "i4", "A")));

  EXPECT_EQ(OpenOf(MakeKey("acme", "17")), (Ids{"i2", "i1"}));
  EXPECT_EQ(OpenOf(MakeKey("acme", "19")), Ids{});
}

TEST_F(IssueTablesTest, KnowsWhetherAStoreHasAnyOpenIssueOfAType) {
  EXPECT_FALSE(AnyOpen(v1::Issue::RECORD_TYPE_ORDER));
  ASSERT_TRUE(Worked(Put(MakeKey("acme", "17"), "i1", "A")));

  EXPECT_TRUE(AnyOpen(v1::Issue::RECORD_TYPE_ORDER));
  EXPECT_FALSE(AnyOpen(v1::Issue::RECORD_TYPE_PRODUCT));

  ASSERT_TRUE(Worked(Put(MakeKey("acme", "17"), "i1", "A", v1::Issue::STATE_RESOLVED)));
  EXPECT_FALSE(AnyOpen(v1::Issue::RECORD_TYPE_ORDER));
}

TEST_F(IssueTablesTest, HoldsOneOpenIssueOfAReasonPerRecord) {
  ASSERT_TRUE(Worked(Put(MakeKey("acme", "17"), "i1", "A")));

  const Status second = Put(MakeKey("acme", "17"), "i2", "A");

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kAlreadyExists);
  ASSERT_TRUE(Worked(Put(MakeKey("acme", "17"), "i1", "A", v1::Issue::STATE_RESOLVED)));
  EXPECT_TRUE(Worked(Put(MakeKey("acme", "17"), "i2", "A")));
}

TEST_F(IssueTablesTest, ListsNewestFirstForOneMerchantOrForAll) {
  ASSERT_TRUE(Worked(Put(MakeKey("acme", "1"), "i1", "A")));
  ASSERT_TRUE(Worked(Put(MakeKey("other", "1"), "i2", "A")));
  ASSERT_TRUE(Worked(Put(MakeKey("acme", "2"), "i3", "A", v1::Issue::STATE_RESOLVED)));
  ASSERT_TRUE(Worked(Put(MakeKey("acme", "3"), "i4", "A")));

  EXPECT_EQ(List("acme", true, {}, 10), (Ids{"i4", "i3", "i1"}));
  EXPECT_EQ(List("acme", false, {}, 10), (Ids{"i4", "i1"}));
  EXPECT_EQ(List("acme", false, {"acme", "i4"}, 10), (Ids{"i1"}));
  EXPECT_EQ(List("", true, {}, 2), (Ids{"i4", "i3"}));
  EXPECT_EQ(List("", true, {"acme", "i3"}, 2), (Ids{"i2", "i1"}));
  EXPECT_EQ(List("", false, {}, 10), (Ids{"i4", "i2", "i1"}));
  EXPECT_EQ(List("", false, {"other", "i2"}, 10), (Ids{"i1"}));
}

}  // namespace
}  // namespace storebridge::storage
