#include "adapters/telemetry/spdlog_log.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/manual_clock.h"

namespace storebridge::telemetry {
namespace {

class SpdlogLogTest : public ::testing::Test {
 protected:
  SpdlogLogTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "log_test_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~SpdlogLogTest() override { std::filesystem::remove_all(folder_); }

  std::string File() const { return (folder_ / "server.log").string(); }

  std::string Written() const {
    std::ostringstream text;
    text << std::ifstream(File()).rdbuf();
    return text.str();
  }

  std::unique_ptr<SpdlogLog> Open(LogFormat format, ports::LogLevel level) {
    auto log = SpdlogLog::Open({.format = format, .level = level, .file = File()}, clock_);
    EXPECT_TRUE(log.has_value());
    return std::move(log).value();
  }

  testing::ManualClock clock_{0};
  std::filesystem::path folder_;
};

TEST_F(SpdlogLogTest, WritesEachLineAtOnce) {
  const auto log = Open(LogFormat::kText, ports::LogLevel::kInfo);

  log->Write(ports::LogLevel::kInfo, "first", {{"a", "{} %v"}});

  EXPECT_EQ(Written(), "1970-01-01T00:00:00.000Z info  first a=\"{} %v\"\n");
}

TEST_F(SpdlogLogTest, WritesJsonLines) {
  const auto log = Open(LogFormat::kJson, ports::LogLevel::kInfo);

  log->Write(ports::LogLevel::kError, "first", {});

  EXPECT_EQ(Written(),
            "{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"error\",\"message\":\"first\"}\n");
}

TEST_F(SpdlogLogTest, LeavesOutWhatIsLessImportant) {
  const auto log = Open(LogFormat::kText, ports::LogLevel::kWarning);

  log->Write(ports::LogLevel::kDebug, "debug", {});
  log->Write(ports::LogLevel::kInfo, "info", {});
  log->Write(ports::LogLevel::kWarning, "warning", {});
  log->Write(ports::LogLevel::kError, "error", {});

  EXPECT_EQ(Written(),
            "1970-01-01T00:00:00.000Z warn  warning\n1970-01-01T00:00:00.000Z error error\n");
}

TEST_F(SpdlogLogTest, AppendsToAFileThatIsThere) {
  Open(LogFormat::kText, ports::LogLevel::kInfo)->Write(ports::LogLevel::kInfo, "first", {});

  Open(LogFormat::kText, ports::LogLevel::kInfo)->Write(ports::LogLevel::kInfo, "second", {});

  EXPECT_EQ(Written(),
            "1970-01-01T00:00:00.000Z info  first\n1970-01-01T00:00:00.000Z info  second\n");
}

TEST_F(SpdlogLogTest, MakesAFileThatNotEverybodyReads) {
  const auto log = Open(LogFormat::kText, ports::LogLevel::kInfo);

  struct stat status = {};
  ASSERT_EQ(stat(File().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0007U, 0U);
}

TEST_F(SpdlogLogTest, SaysWhyAFileCannotBeOpened) {
  const std::string file = (folder_ / "missing" / "server.log").string();

  const auto log = SpdlogLog::Open({.file = file}, clock_);

  ASSERT_FALSE(log.has_value());
  EXPECT_EQ(log.error().code, Code::kFailedPrecondition);
  EXPECT_NE(log.error().message.find(file + "': No such file or directory"), std::string::npos);
}

TEST_F(SpdlogLogTest, KeepsLinesOfManyThreadsWhole) {
  const auto log = Open(LogFormat::kText, ports::LogLevel::kInfo);
  std::vector<std::thread> threads;

  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&log] {
      for (int i = 0; i < 100; ++i) {
        log->Write(ports::LogLevel::kInfo, "same", {});
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  std::istringstream lines(Written());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    ASSERT_EQ(line, "1970-01-01T00:00:00.000Z info  same");
  }
  EXPECT_EQ(count, 400);
}

}  // namespace
}  // namespace storebridge::telemetry
