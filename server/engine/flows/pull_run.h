#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "engine/flow_run.h"

namespace storebridge::engine {

// A flow that reads from a store. A page is written while the connector reads the next one: an Emit
// is answered when the page before it is durable, so that at most two pages are here, and none is
// written after one that could not be.
class PullRun : public FlowRun {
 public:
  using FlowRun::FlowRun;

 protected:
  struct Page {
    // Runs as a transaction; may be run again.
    std::function<Status(ports::Tx&)> write;
    // Called on the executor when it is durable.
    std::function<void()> committed;
  };

  // Writes a page after the one before it; `done` is the answer to its Emit, an error when one
  // before it could not be written.
  void WritePage(Page page, Done<connector::v1::EmitResult> done);

  // Calls `then` when no page is being written, at once where that is so; with the error of one of
  // the session that could not be.
  void AfterPages(std::function<void(Status)> then);

  // What a connector tells the store about a page must not come before the page is durable.
  void BeforeWrite(const connector::v1::HttpRequest& request,
                   std::function<void(Status)> go) override;

  void OnSessionEnd(SessionEnd session) final;
  // As OnSessionEnd, after the session's pages are durable; a session of which one could not be
  // written has failed.
  virtual void OnPullEnd(SessionEnd session) = 0;

 private:
  struct WaitingPage {
    Page page;
    Done<connector::v1::EmitResult> done;
  };

  void WriteNow(Page page);
  void Written(const Page& page, const Status& status);

  bool is_writing_ = false;
  std::optional<WaitingPage> next_;
  // Why a page of the session could not be written.
  std::optional<Error> failed_;
  // At most one for each call of an effect, and the end of the session.
  std::vector<std::function<void(Status)>> waiting_;
};

}  // namespace storebridge::engine
