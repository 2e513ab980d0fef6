#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <grpcpp/client_context.h>
#include <unistd.h>

#include "day_kit/call.h"
#include "day_kit/platform.h"
#include "day_kit/warehouse.h"
#include "storebridge/v1/change_service.grpc.pb.h"

namespace {

namespace day = storebridge::day;
namespace v1 = storebridge::v1;
using storebridge::Ok;
using storebridge::Status;

// A watch ends after this and begins again where it ended, so that nothing is waited for without a
// limit.
constexpr std::chrono::seconds kWatchMost{5};

struct Options {
  std::string server = "127.0.0.1:7420";
  std::string merchant = "demo";
  std::string carrier = "posti";
  bool once = false;
};

// Ends the watch that is going on when somebody wants the program to end.
class Stopper {
 public:
  bool Begin(grpc::ClientContext* context) {
    const std::lock_guard lock(mutex_);
    watch_ = context;
    return !is_stopped_;
  }

  void Stop() {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    if (watch_ != nullptr) {
      watch_->TryCancel();
    }
  }

  bool IsStopped() {
    const std::lock_guard lock(mutex_);
    return is_stopped_;
  }

 private:
  std::mutex mutex_;
  bool is_stopped_ = false;
  grpc::ClientContext* watch_ = nullptr;
};

Status WorkOnce(day::Warehouse& warehouse) {
  SB_TRY(const auto sent, warehouse.WorkThroughNew());
  for (const day::SentOrder& order : sent) {
    fmt::print("order {:<18} {:>3} pieces to {:<24} {}\n",
               order.number,
               order.pieces,
               order.recipient,
               fmt::join(order.tracking_codes, " "));
  }
  std::fflush(stdout);
  return Ok();
}

// Works when the watch stands, and at every change of an order, for one watch.
Status WorkWhileWatching(day::Platform& platform,
                         day::Warehouse& warehouse,
                         Stopper& stopper,
                         std::string& resume_token) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kWatchMost);
  v1::WatchChangesRequest request;
  request.set_parent(platform.parent());
  request.set_resume_token(resume_token);
  const auto stub = v1::ChangeService::NewStub(platform.channel());
  const auto reader = stub->WatchChanges(&context, request);
  if (!stopper.Begin(&context)) {
    context.TryCancel();
  }
  Status worked = Ok();
  v1::WatchChangesResponse event;
  while (worked && reader->Read(&event)) {
    resume_token = event.resume_token();
    if (!event.has_change() || event.change().type() == v1::Change::TYPE_ORDER) {
      worked = WorkOnce(warehouse);
    }
  }
  context.TryCancel();
  const grpc::Status ended = reader->Finish();
  stopper.Begin(nullptr);
  SB_CHECK(worked);
  const bool is_expected = ended.ok() ||
                           ended.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED ||
                           ended.error_code() == grpc::StatusCode::CANCELLED ||
                           ended.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
  return is_expected ? Ok() : Status(day::ToError(ended));
}

Status Work(const Options& options, Stopper& stopper) {
  day::Platform platform(options.server, options.merchant);
  SB_CHECK(platform.WaitForServer());
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto first = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  day::Warehouse warehouse(platform, options.carrier, static_cast<std::uint64_t>(first));
  if (options.once) {
    return WorkOnce(warehouse);
  }
  std::string resume_token;
  while (!stopper.IsStopped()) {
    SB_CHECK(WorkWhileWatching(platform, warehouse, stopper, resume_token));
  }
  return Ok();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Collects and ships the NEW orders of a merchant, as a warehouse system would");
  app.add_option("--server", options.server, "Address of storebridged")->capture_default_str();
  app.add_option("--merchant", options.merchant, "Id of the merchant")->capture_default_str();
  app.add_option("--carrier", options.carrier, "Carrier of the parcels")->capture_default_str();
  app.add_flag("--once", options.once, "Do what is there now, then end");
  CLI11_PARSE(app, argc, argv);

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  Stopper stopper;
  std::atomic<bool> has_failed = false;
  std::thread worker([&] {
    if (const Status status = Work(options, stopper); !status) {
      has_failed = true;
      fmt::print(stderr, "warehouse_simulator: {}\n", status.error().message);
    }
    kill(getpid(), SIGTERM);  // Wakes the thread that waits for a signal.
  });
  int received = 0;
  sigwait(&signals, &received);
  stopper.Stop();
  worker.join();
  return has_failed ? 1 : 0;
}
