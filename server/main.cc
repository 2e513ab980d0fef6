#include <cstdio>
#include <memory>
#include <string>
#include <variant>

#include "app/app.h"
#include "app/command_line.h"
#include "app/process.h"

namespace {

constexpr int kStopped = 0;
constexpr int kNotStarted = 1;

int Refuse(const storebridge::Error& error) {
  std::fprintf(stderr, "storebridged: %s\n", error.message.c_str());
  return kNotStarted;
}

}  // namespace

int main(int argc, char** argv) {
  namespace app = storebridge::app;
  app::ForbidCoreDumps();
  app::AllowManyFiles();
  app::SkipLockOrderChecks();
  app::HoldSignals();
  const auto asked = app::ReadCommandLine(argc, argv);
  if (!asked) {
    return Refuse(asked.error());
  }
  if (const auto* print = std::get_if<app::PrintAndExit>(&*asked)) {
    std::fputs(print->text.c_str(), stdout);
    return kStopped;
  }
  const auto started = app::App::Start(std::get<storebridge::config::ServerConfig>(*asked));
  if (!started) {
    return Refuse(started.error());
  }
  std::printf("%s\n", (*started)->ReadyLine().c_str());
  std::fflush(stdout);
  app::WaitForStop([&] { (*started)->ReportHungStep(); });
  (*started)->Stop();
  return kStopped;
}
