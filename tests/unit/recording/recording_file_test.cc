#include "adapters/recording/recording_file.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "adapters/recording/replay.h"
#include "fake_session.h"

namespace storebridge::recording {
namespace {

connector::v1::RecordingHeader Header() {
  connector::v1::RecordingHeader header;
  header.set_connector("woocommerce");
  header.set_operation("orders.pull");
  return header;
}

class RecordingFileTest : public ::testing::Test {
 protected:
  std::unique_ptr<RecordingWriter> Create(std::uint64_t bytes_max = 10'000) {
    auto writer = RecordingWriter::Create(path_, bytes_max, Header());
    EXPECT_TRUE(writer.has_value()) << writer.error().message;
    return std::move(*writer);
  }
  [[nodiscard]] std::string Bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  void Put(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

  testing::Folder folder_;
  std::string path_ = folder_.File("a.sbrec");
};

TEST_F(RecordingFileTest, ReadsWhatItWrote) {
  const auto writer = Create();
  ASSERT_TRUE(writer->Add("event", std::string("eff\0ect", 7)).has_value());
  writer->End("");

  const auto read = ReadRecording(path_);

  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->header.connector(), "woocommerce");
  ASSERT_EQ(read->steps.size(), 1U);
  EXPECT_EQ(read->steps[0].effect(), std::string("eff\0ect", 7));
  EXPECT_EQ(read->cut_reason, "");
}

TEST_F(RecordingFileTest, IsOneMessageForOtherPrograms) {
  const auto writer = Create();
  ASSERT_TRUE(writer->Add("event", "effect").has_value());
  writer->End("why");

  connector::v1::Recording whole;

  ASSERT_TRUE(whole.ParseFromString(Bytes()));
  ASSERT_EQ(whole.frames_size(), 3);
  EXPECT_EQ(whole.frames(2).end().cut_reason(), "why");
}

TEST_F(RecordingFileTest, IsForItsOwnerOnly) {
  Create();
  struct stat about {};
  ASSERT_EQ(stat(path_.c_str(), &about), 0);

  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(RecordingFileTest, NeverWritesOverAFile) {
  Put("somebody's");

  EXPECT_FALSE(RecordingWriter::Create(path_, 10'000, Header()).has_value());
  EXPECT_EQ(Bytes(), "somebody's");
}

TEST_F(RecordingFileTest, HoldsItsLimitToTheByte) {
  const std::size_t header = [&] {
    Create();
    const std::size_t size = Bytes().size();
    std::filesystem::remove(path_);
    return size;
  }();
  // Tags and lengths of frame, step, event and effect.
  const std::size_t frame = 2 + 2 + 2 + 1 + 2 + 1;
  auto writer = Create(header + frame);
  EXPECT_TRUE(writer->Add("a", "b").has_value());
  std::filesystem::remove(path_);

  writer = Create(header + frame - 1);
  const Status status = writer->Add("a", "b");

  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, Code::kResourceExhausted);
  EXPECT_EQ(Bytes().size(), header) << "nothing of it was written";
  writer->End(status.error().message);
  EXPECT_NE(ReadRecording(path_)->cut_reason.find("more than"), std::string::npos);
}

TEST_F(RecordingFileTest, IsGoodUpToItsLastWholeFrame) {
  auto writer = Create();
  ASSERT_TRUE(writer->Add("one", "1").has_value());
  const std::size_t whole = Bytes().size();
  ASSERT_TRUE(writer->Add("two", "2").has_value());
  writer.reset();
  const std::string all = Bytes();
  for (std::size_t size = whole; size < all.size(); ++size) {
    Put(all.substr(0, size));

    const auto read = ReadRecording(path_);

    ASSERT_TRUE(read.has_value()) << size;
    EXPECT_EQ(read->steps.size(), 1U);
    EXPECT_NE(read->cut_reason, "");
  }
}

struct BadFile {
  const char* name;
  std::string bytes;
  const char* complaint;
};

class BadRecordingTest : public ::testing::TestWithParam<BadFile> {};

TEST_P(BadRecordingTest, IsRefusedWithAReason) {
  const testing::Folder folder;
  std::ofstream(folder.File("x"), std::ios::binary) << GetParam().bytes;

  const auto read = ReadRecording(folder.File("x"));

  ASSERT_FALSE(read.has_value());
  EXPECT_NE(read.error().message.find(GetParam().complaint), std::string::npos)
      << read.error().message;
}

std::string FrameOfFormat(std::uint32_t format) {
  connector::v1::Recording whole;
  whole.add_frames()->mutable_header()->set_format(format);
  return whole.SerializeAsString();
}

INSTANTIATE_TEST_SUITE_P(
    Files,
    BadRecordingTest,
    ::testing::Values(BadFile{"Empty", "", "has no header"},
                      BadFile{"Text", "hello", "is not a recording"},
                      BadFile{"NewerFormat", FrameOfFormat(2), "format 2; this program reads 1"},
                      BadFile{"TwoHeaders", FrameOfFormat(1) + FrameOfFormat(1), "damaged"},
                      BadFile{"NoFrame", "\x0A\x02\xFF\xFF", "damaged"},
                      BadFile{"EndlessLength", "\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF", "no header"}),
    [](const auto& one) { return one.param.name; });

TEST(ReadRecordingTest, SaysWhenThereIsNoFile) {
  EXPECT_EQ(ReadRecording("/nowhere/a.sbrec").error().code, Code::kNotFound);
}

TEST(ReplayTest, FindsTheFirstStepThatDiffers) {
  RecordingText recording;
  for (const std::string text : {"a", "b", "c"}) {
    recording.steps.emplace_back().set_event(text);
    recording.steps.back().set_effect(text);
  }
  testing::FakeSession same([](const std::string& event) -> Result<std::string> { return event; });
  testing::FakeSession other([](const std::string& event) -> Result<std::string> {
    return event == "b" ? std::string("B") : event;
  });
  testing::FakeSession broken([](const std::string&) -> Result<std::string> {
    return Error{.code = Code::kInternal, .message = "it broke"};
  });

  EXPECT_FALSE(Replay(recording, same).has_value());
  const auto difference = Replay(recording, other);
  ASSERT_TRUE(difference.has_value());
  EXPECT_EQ(difference->step, 2U);
  EXPECT_EQ(difference->recorded, "b");
  EXPECT_EQ(difference->now, "B");
  EXPECT_EQ(Replay(recording, broken)->problem, "it broke");
}

}  // namespace
}  // namespace storebridge::recording
