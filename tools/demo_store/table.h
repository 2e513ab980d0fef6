#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "model.h"

namespace storebridge::demo_store {

/// Things by id, and in the order of their modified and created times (ties by id). Pointers stay
/// good until Erase. Change `modified` only through Modify.
template <class Thing>
class Table {
 public:
  using Pointers = std::vector<Thing*>;

  Thing* Insert(Thing thing) {
    const Id id = thing.id;
    auto& slot = by_id_[id];
    slot = std::make_unique<Thing>(std::move(thing));
    Place(by_modified_, slot.get(), &Thing::modified);
    Place(by_created_, slot.get(), &Thing::created);
    return slot.get();
  }

  Thing* Find(Id id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second.get();
  }

  void Modify(Thing& thing, Seconds now) {
    std::erase(by_modified_, &thing);
    thing.modified = now;
    thing.cache.Clear();
    Place(by_modified_, &thing, &Thing::modified);
  }

  void Erase(Id id) {
    Thing* thing = Find(id);
    std::erase(by_modified_, thing);
    std::erase(by_created_, thing);
    by_id_.erase(id);
  }

  std::size_t size() const { return by_id_.size(); }
  const Pointers& by_modified() const { return by_modified_; }
  const Pointers& by_created() const { return by_created_; }

  /// Calls `visit(Thing&)` in the order of the ids.
  template <class Visit>
  void Each(Visit visit) const {
    for (const auto& [id, thing] : by_id_) {
      visit(*thing);
    }
  }

 private:
  static void Place(Pointers& list, Thing* thing, Seconds Thing::*time) {
    const auto before = [time](const Thing* a, const Thing* b) {
      return a->*time != b->*time ? a->*time < b->*time : a->id < b->id;
    };
    list.insert(std::upper_bound(list.begin(), list.end(), thing, before), thing);
  }

  std::map<Id, std::unique_ptr<Thing>> by_id_;
  Pointers by_modified_;
  Pointers by_created_;
};

}  // namespace storebridge::demo_store
