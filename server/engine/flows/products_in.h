#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/flows/pull_options.h"
#include "engine/flows/pull_run.h"
#include "engine/product_book.h"

namespace storebridge::engine {

// Products come in: the store overwrites what we have. A full run also notices what is gone. The
// stock that a store shows is only compared with what it should show.
class ProductsIn : public PullRun {
 public:
  ProductsIn(FlowPorts ports, RunSubject subject, PullOptions options);

  void OnEmit(Emit emit, Done<connector::v1::EmitResult> done) override;

 protected:
  void Begin() override;
  void OnPullEnd(SessionEnd session) override;

 private:
  // What is known of a product of a page besides what it says.
  struct Sight {
    std::uint64_t content_hash = 0;
    // It was shown in another way at the same time.
    bool is_twin = false;
    // It has no listing yet, for sure.
    bool is_new = false;
  };

  // A product whose code the store has for another one, too.
  struct Rival {
    // The store's id of the other one; empty when it is not known.
    std::string other = {};
    // The store's id of the product that it belongs to, empty when it is no variant; none when this
    // run has not seen it.
    std::optional<std::string> parent = {};
  };

  // What one page came to; filled by the writer but for the first two.
  struct Page {
    Emit emit;
    // Of each of its products.
    std::vector<Sight> sights;
    int changed = 0;
    int failed = 0;
    // Of the failed ones, those that nobody was told of before.
    int news = 0;
    // By the store's id.
    std::map<std::string, Rival> rivals;
    // Whether the store has any open issue of a product.
    bool any_issue = false;
    bool has_nameless = false;
  };

  // Notes what a full run met, and takes out of the page what does not count, because it is shown
  // in another way too.
  void Sort(Page& page);
  Status Commit(ports::Tx& tx, Page& page) const;
  Status CommitProduct(ProductBook& book,
                       ports::Tx& tx,
                       const connector::v1::Product& seen,
                       const Sight& sight,
                       Page& page) const;
  void Committed(const Page& page);
  // What the session of a run is for.
  enum class Look {
    // All that is asked for.
    kList,
    // Products with the code of another one, and those others.
    kRivals,
    // What a full run did not meet.
    kUnmet,
  };

  // Whether only some products are asked for.
  [[nodiscard]] bool IsLimited() const { return look_ != Look::kList || !options_.only.empty(); }
  // Finds out whether it is the store's first run.
  Status LookForListings();
  // Names the products that are asked for, and what they belong to.
  Status Name(const std::vector<std::string>& ids, connector::v1::Pull& pull) const;
  // Asks for products with the code of another one, and for those others: the other may be gone,
  // and the product be what was made in its place.
  void AskAgain();
  // Adds those of earlier runs whose second look failed, or was cut off by a crash.
  Status AddOwedRivals(const ports::ReadTx& tx);
  // Notes of whom the second look was answered.
  void NoteAsked();
  void EndPull();
  // Ends a full run.
  void EndFull();
  // Asks for what a full run did not meet, by its ids, before it counts as gone: while others were
  // deleted, it may have changed its place in the list.
  void LookForUnmet(const std::string& after);
  void AskForUnmet();
  // Notes one that came.
  void MeetAgain(const std::string& id);
  // Marks what was not met then either as gone, some at a time.
  void RemoveGone(std::size_t from);
  // Ends a full run that does not know what is gone: all is looked at again.
  void EndUnsure(std::optional<connector::v1::Failure> failure);

  PullOptions options_;
  std::optional<std::string> cursor_;
  // The store had no listing when the full run began: each that it meets is new.
  bool is_first_ = false;
  Look look_ = Look::kList;
  // The store's ids that a full run met.
  std::set<std::string> met_;
  // One that it met twice: pages have moved or came again, so that others may not have been met.
  std::string met_twice_;
  // Two in a row were met before. What a store has twice for good comes alone, or as the variations
  // of one product.
  bool page_came_again_ = false;
  bool met_nameless_ = false;
  std::map<std::string, Rival> rivals_;
  // Listings that were not met, by the store's id, sorted, and how many of them were asked for.
  std::vector<std::string> unmet_;
  std::size_t unmet_asked_ = 0;
  // Others came than were asked for.
  bool met_others_ = false;
  // What the look at the rivals gave, and what of it could not be read, by the store's id.
  std::set<std::string> read_again_;
  std::set<std::string> unread_again_;
};

}  // namespace storebridge::engine
