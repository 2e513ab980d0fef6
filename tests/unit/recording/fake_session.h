#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "adapters/recording/recording_file.h"
#include "ports/connector_host.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::recording::testing {

// Answers with what a function makes of the event.
class FakeSession final : public ports::ConnectorSession {
 public:
  using Answer = std::function<Result<std::string>(const std::string& event)>;

  explicit FakeSession(Answer answer) : answer_(std::move(answer)) {}

  void Step(std::string event, StepDone done) override {
    const Result<std::string> effect = answer_(event);
    done(effect ? Result<std::string_view>(*effect) : Result<std::string_view>(effect.error()));
  }

 private:
  Answer answer_;
};

// A connector that asks once, and repeats the body of the answer in its end.
inline Result<std::string> Echo(const std::string& bytes) {
  connector::v1::Event event;
  event.ParseFromString(bytes);
  connector::v1::Effect effect;
  if (event.has_begin()) {
    connector::v1::Call* call = effect.add_calls();
    call->set_id(1);
    call->mutable_http()->set_url("https://shop.example/orders");
  } else {
    effect.mutable_done()->mutable_output()->set_cursor(event.completions().items(0).http().body());
  }
  return effect.SerializeAsString();
}

inline std::string BeginBytes() {
  connector::v1::Event event;
  event.set_now_ms(1);
  event.mutable_begin()->set_operation("orders.pull");
  event.mutable_begin()->set_config_json(R"({"base_url":"https://shop.example"})");
  return event.SerializeAsString();
}

inline std::string AnswerBytes(const std::string& body) {
  connector::v1::Event event;
  event.set_now_ms(2);
  connector::v1::Completion* item = event.mutable_completions()->add_items();
  item->set_id(1);
  item->mutable_http()->set_status(200);
  item->mutable_http()->set_body(body);
  return event.SerializeAsString();
}

// A folder of its own, deleted with its owner.
class Folder {
 public:
  Folder() {
    std::string path = (std::filesystem::temp_directory_path() / "recording_XXXXXX").string();
    path_ = mkdtemp(path.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string File(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      files.push_back(entry.path().string());
    }
    return files;
  }

 private:
  std::string path_;
};

}  // namespace storebridge::recording::testing
