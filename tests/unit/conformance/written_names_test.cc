#include "written_names.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace storebridge::conformance {
namespace {

connector::v1::Begin Push(const std::vector<std::string>& ids) {
  connector::v1::Begin begin;
  for (const std::string& id : ids) {
    connector::v1::StockLevel* level = begin.mutable_stock()->add_levels();
    level->set_ref("level-" + id);
    level->set_external_id(id);
    level->set_quantity(9);
  }
  return begin;
}

Outcome Written(const std::vector<std::string>& paths, const std::string& body = "") {
  Outcome outcome;
  for (const std::string& path : paths) {
    MadeRequest made;
    made.request.set_method("POST");
    made.request.set_url("https://1.store.example" + path);
    made.request.set_body(body);
    outcome.requests.push_back(made);
  }
  return outcome;
}

const MadeRequest* AboutIn(const connector::v1::Begin& begin,
                           const Outcome& outcome,
                           const std::string& ref) {
  const WrittenNames names(begin, outcome);
  return names.WriteAbout(outcome, ref);
}

TEST(WrittenNamesTest, FindTheWriteOfARecord) {
  const Outcome outcome = Written({"/stock/7", "/stock/8"});

  EXPECT_EQ(AboutIn(Push({"7", "8"}), outcome, "level-8"), &outcome.requests[1]);
  EXPECT_EQ(AboutIn(Push({"7", "8"}), outcome, "level-5"), nullptr);
}

TEST(WrittenNamesTest, FindEachRecordOfABatch) {
  const Outcome outcome = Written({"/batch"}, R"([{"id":7},{"id":8}])");

  EXPECT_EQ(AboutIn(Push({"7", "8"}), outcome, "level-7"), outcome.requests.data());
  EXPECT_EQ(AboutIn(Push({"7", "8"}), outcome, "level-8"), outcome.requests.data());
}

TEST(WrittenNamesTest, AreNoQuantityNoHostAndNoPlaceOfAllWrites) {
  const Outcome other = Written({"/stock/8"}, R"({"available":9})");
  EXPECT_EQ(AboutIn(Push({"8", "9"}), other, "level-9"), nullptr);
  EXPECT_EQ(AboutIn(Push({"1", "8"}), other, "level-1"), nullptr);

  const Outcome placed = Written({"/location/1/items/8", "/location/1/items/7"});
  EXPECT_EQ(AboutIn(Push({"1", "8"}), placed, "level-1"), nullptr);
  EXPECT_EQ(AboutIn(Push({"1", "8"}), placed, "level-8"), placed.requests.data());
}

}  // namespace
}  // namespace storebridge::conformance
