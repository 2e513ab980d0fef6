#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "api/watch_stream.h"
#include "storebridge/v1/change_service.pb.h"

namespace storebridge::api {

class ChangeListeners;

// Changes that are read at once.
inline constexpr int kChangesPerRead = 50;

// A reader that has caught up once may not fall behind further than this.
inline constexpr std::int64_t kChangesBehindMax = 10'000;

// One reader of one merchant's change log. Keeps its place; what it sends is always read from
// storage after that place, so that nothing is lost or sent twice, however notices and commits
// cross.
class ChangeStream final : public WatchStream<v1::WatchChangesResponse> {
 public:
  // Where a reader begins.
  struct Start {
    std::string merchant;
    // Sequence of the last change that it knows.
    std::int64_t after = 0;
  };

  ChangeStream(const ApiPorts& ports,
               Watchers& watchers,
               std::shared_ptr<ChangeListeners> listeners,
               Start start);

  // Begins to send, the token of where it begins first. Call it once.
  void Begin();

  // Says that the log has grown.
  void Notice(std::int64_t head);

  // Says that the log may have grown unnoticed.
  void Recheck();

  // Reads and sends the next changes. On the feed's thread only.
  void Fill();

  [[nodiscard]] const std::string& merchant() const { return merchant_; }

 protected:
  void OnEmpty() override;
  void OnEnded() override;

 private:
  std::shared_ptr<ChangeStream> Self();
  // Asks to be filled when there may be more and nothing is queued.
  void AskForMore();

  ports::Storage& storage_;
  const std::shared_ptr<ChangeListeners> listeners_;
  const std::string merchant_;
  std::mutex mutex_;
  std::int64_t position_;      // Last sequence that was queued. Guarded by mutex_.
  bool may_have_more_ = true;  // Something may be after position_. Guarded by mutex_.
  bool is_following_ = false;  // Has caught up once. Guarded by mutex_.
  bool is_asked_ = false;      // Waits to be filled. Guarded by mutex_.
};

// Says that what follows a change was forgotten, so that a reader has to begin anew.
Error ChangesForgotten(const std::string& merchant, std::int64_t after);

}  // namespace storebridge::api
