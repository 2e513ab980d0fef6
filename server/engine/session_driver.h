#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "domain/record_hash.h"
#include "ports/clock.h"
#include "ports/connector_host.h"
#include "ports/egress.h"
#include "ports/executor.h"
#include "ports/log.h"

namespace storebridge::engine {

// What a session gives to the flow that runs it.
class SessionSink {
 public:
  template <typename T>
  using Done = std::function<void(Result<T>)>;

  // The messages of an effect lie together, and go with the last of them that somebody holds: a
  // page of records is not copied, and only its longer texts are freed one by one.
  struct Emit {
    std::shared_ptr<connector::v1::Emit> message;
    // In the places in which the connector put the records.
    domain::ContentHashes hashes;
    connector::v1::Emit* operator->() const { return message.get(); }
    connector::v1::Emit& operator*() const { return *message; }
  };
  using Compare = std::shared_ptr<const connector::v1::Compare>;

  virtual ~SessionSink() = default;

  // Commits the records and the cursor in one transaction; `done` lets the connector go on: in a
  // push when they are durable, in a pull when those before them are.
  virtual void OnEmit(Emit emit, Done<connector::v1::EmitResult> done) = 0;

  // Says which records are worth fetching.
  virtual void OnCompare(Compare compare, Done<connector::v1::CompareResult> done) = 0;
};

// How a session ended.
struct SessionEnd {
  std::optional<connector::v1::Failure> failure = {};
  // Output.cursor; empty when unchanged.
  std::string cursor = {};
};

// Drives one session of a connector from Begin to Done: makes the calls that each effect asks for,
// all together, and answers them in call order. Lives on the executor; keeps itself alive until the
// end.
class SessionDriver : public std::enable_shared_from_this<SessionDriver> {
 public:
  struct Ports {
    ports::Clock& clock;
    ports::Executor& executor;
    ports::Egress& egress;
    ports::Log& log;
  };
  using Done = std::function<void(SessionEnd)>;

  // `sink` outlives the session.
  SessionDriver(Ports ports,
                std::unique_ptr<ports::ConnectorSession> session,
                std::shared_ptr<const ports::EgressProfile> profile,
                SessionSink& sink);

  // Begins. `done` is called once, never inside Start.
  void Start(connector::v1::Begin begin, Done done);

  // Gives the session a Cancel at its next step; requests on their way are given up.
  void Cancel(std::string reason);

  // The server ends and nothing is answered any more: lets go of what waits for the end.
  void Abandon();

  // Requests that left, repetitions included.
  [[nodiscard]] std::uint64_t requests() const { return requests_; }
  // Whether the last request that ended got no answer, or one that says that the store is in
  // trouble or wants a pause.
  [[nodiscard]] bool last_request_failed() const { return last_request_failed_; }

 private:
  void Step(connector::v1::Event event);
  void OnEffect(Result<std::string_view> effect);
  // The calls of `effect`, which has these bytes.
  void MakeCalls(const std::shared_ptr<connector::v1::Effect>& effect, std::string_view bytes);
  // `effect` holds the call.
  void MakeCall(std::size_t slot,
                connector::v1::Call& call,
                const std::shared_ptr<connector::v1::Effect>& effect,
                std::string_view bytes);
  void Complete(std::size_t slot, connector::v1::Completion completion);
  void Refuse(std::size_t slot, const Error& error);
  void Answered();
  void Finish(SessionEnd end);
  void Break(std::string message,
             connector::v1::Failure::Code code = connector::v1::Failure::CODE_CONNECTOR_BUG);

  Ports ports_;
  std::unique_ptr<ports::ConnectorSession> session_;
  std::shared_ptr<const ports::EgressProfile> profile_;
  SessionSink& sink_;
  Done done_;
  std::vector<connector::v1::Completion> completions_;
  // What a Cancel gives up, by slot.
  std::map<std::size_t, ports::Egress::RequestId> requests_in_flight_;
  std::map<std::size_t, ports::Executor::TimerId> sleeping_;
  std::size_t waiting_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t requests_ = 0;
  bool last_request_failed_ = false;
  std::uint64_t last_call_id_ = 0;
  std::optional<std::string> cancel_reason_;
  bool cancel_sent_ = false;
  bool finished_ = false;
};

// Tells an engine's error as a failure that a connector understands, and the other way round.
connector::v1::Failure ToFailure(const Error& error);
Error ToError(const connector::v1::Failure& failure);

}  // namespace storebridge::engine
