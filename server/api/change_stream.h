#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/change_places.h"
#include "api/watch_stream.h"
#include "storebridge/v1/change_service.pb.h"

namespace storebridge::api {

class ChangeListeners;

// Changes that are read at once.
inline constexpr int kChangesPerRead = 50;

// Turns that are taken at once, so that a stream with little to say does not hold up the others.
inline constexpr int kTurnsPerFill = 50;

// One reader of the change logs of one merchant, or of all. Keeps its places; what it sends is
// always read from storage after them, so that nothing is lost or sent twice, however notices and
// commits cross.
class ChangeStream final : public WatchStream<v1::WatchChangesResponse> {
 public:
  ChangeStream(const ApiPorts& ports,
               Watchers& watchers,
               std::shared_ptr<ChangeListeners> listeners,
               ChangePlaces places);

  // Begins to send; to the reader of one merchant the token of where it begins first. Call it once.
  void Begin();

  // Says that the log of a merchant that is followed has grown.
  void Notice(const std::string& merchant, std::int64_t head);

  // Says that any log may have grown unnoticed.
  void Recheck();

  // Reads and sends what comes next. On the feed's thread only.
  void Fill();

  [[nodiscard]] bool Follows(const std::string& merchant) const {
    return merchant_.empty() || merchant_ == merchant;
  }

 protected:
  void OnEmpty() override;
  void OnEnded() override;

 private:
  using Messages = std::vector<v1::WatchChangesResponse>;

  std::shared_ptr<ChangeStream> Self();
  // Asks to be filled when there may be more and nothing is queued.
  void AskForMore();
  // Each reads what a turn is about, as much as fits beside `messages`.
  Status Read(const ChangePlaces::Turn& turn, Messages& messages);
  Status ReadMerchants(const std::string& after, Messages& messages);
  Status ReadEnds(const std::string& merchant, Messages& messages);
  Status ReadChanges(const std::string& merchant, std::int64_t after, Messages& messages);

  ports::Storage& storage_;
  const std::shared_ptr<ChangeListeners> listeners_;
  const std::string merchant_;  // Empty for all.
  std::mutex mutex_;
  ChangePlaces places_;    // Guarded by mutex_.
  bool is_asked_ = false;  // Waits to be filled. Guarded by mutex_.
};

// The ends of a merchant's log, whether the merchant is there or not.
Result<ports::ChangeLogEnds> EndsOf(const ports::ReadTx& tx, const std::string& merchant);

// Says that what follows a change was forgotten, so that a reader has to begin anew.
Error ChangesForgotten(const std::string& merchant, std::int64_t after);

}  // namespace storebridge::api
