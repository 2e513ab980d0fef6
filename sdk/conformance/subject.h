#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/result.h"
#include "loaded_connector.h"
#include "ports/connector_host.h"
#include "ports/log.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::conformance {

// What a session answered to one event.
struct Stepped {
  // The serialized Effect.
  std::string effect = {};
  // Why there is none; empty when there is.
  std::string problem = {};
  // The process crashed, hung or wrote where it may not.
  bool is_dead = false;
  std::int64_t microseconds = 0;
};

// The connector that is looked at. Where it runs in the sandbox it may crash and hang: the next
// session gets a new process at once, which the server would not do.
class Subject {
 public:
  // Waits for one session; is gone before its Subject is.
  class Session {
   public:
    Stepped Step(const std::string& event);

   private:
    friend class Subject;
    explicit Session(Subject* subject) : subject_(subject) {}

    Subject* subject_;
    std::unique_ptr<ports::ConnectorSession> session_;
    std::string problem_;
  };

  static Result<std::unique_ptr<Subject>> Load(const std::string& file,
                                               run::LoadedConnector::Place place);

  [[nodiscard]] const connector::v1::Manifest& manifest() const { return manifest_; }
  [[nodiscard]] const std::string& file() const { return file_; }

  // A new session. After one that died, only when all others are gone.
  Session Open();

 private:
  class NoLog : public ports::Log {
   public:
    void Write(ports::LogLevel /*level*/,
               std::string_view /*message*/,
               std::initializer_list<Field> /*fields*/) override {}
  };

  Subject(std::string file, run::LoadedConnector::Place place)
      : file_(std::move(file)), place_(place) {}

  std::string file_;
  run::LoadedConnector::Place place_;
  NoLog log_;
  connector::v1::Manifest manifest_;
  std::unique_ptr<run::LoadedConnector> connector_;
  bool is_dead_ = false;
};

}  // namespace storebridge::conformance
