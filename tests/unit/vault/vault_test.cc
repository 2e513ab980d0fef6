#include "adapters/vault/vault.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/null_log.h"

namespace storebridge::vault {
namespace {

const domain::StoreKey kStore{"m1", "s1"};
const std::string kHeader = "# storebridge master key, version 1.\n";
const std::string kKeyA = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const std::string kKeyB = "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

// "hush" for `token` of kStore under kKeyA, made with another implementation of the format.
const char* const kFirstVersion =
    "01f98d026fafe1ba2f000102030405060708090a0b0c0d0e0f1011121314"
    "151617f06c3fbee0d3bf7ce5dbd031c5118c8b8eb6f73e";

class VaultTest : public ::testing::Test {
 protected:
  VaultTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vault-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ / "master.key";
  }
  ~VaultTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<ports::Vault> Open(bool secrets_exist = false) {
    auto vault = OpenVault(path_, secrets_exist, log_);
    EXPECT_TRUE(vault) << vault.error().message;
    return vault ? std::move(*vault) : nullptr;
  }

  Error ErrorOfOpen(bool secrets_exist) {
    const auto vault = OpenVault(path_, secrets_exist, log_);
    EXPECT_FALSE(vault);
    return vault ? Error() : vault.error();
  }

  void WriteKeyFile(const std::string& text, mode_t mode = 0400) {
    std::filesystem::remove(path_);
    std::ofstream(path_, std::ios::binary) << text;
    chmod(path_.c_str(), mode);
  }

  [[nodiscard]] std::string KeyFileText() const {
    std::ostringstream out;
    out << std::ifstream(path_, std::ios::binary).rdbuf();
    return out.str();
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
  testing::NullLog log_;
};

std::string Opened(ports::Vault& vault,
                   const domain::StoreKey& store,
                   std::string_view name,
                   std::string_view sealed) {
  const auto secret = vault.Open(store, name, sealed);
  return secret ? std::string(secret->Reveal()) : "error: " + secret.error().reason;
}

// ------------------------------------------------------------------------------------ sealing

TEST_F(VaultTest, OpensWhatItSealed) {
  const auto vault = Open();
  for (const std::string& text :
       {std::string(), std::string("a"), std::string("cs_\0\xFF\n", 6), std::string(65536, 'x')}) {
    const auto sealed = vault->Seal(kStore, "token", Secret(text));
    ASSERT_TRUE(sealed);

    EXPECT_EQ(Opened(*vault, kStore, "token", *sealed), text);
  }
}

TEST_F(VaultTest, OpensAfterARestart) {
  const auto sealed = Open()->Seal(kStore, "token", Secret("hush"));
  ASSERT_TRUE(sealed);

  EXPECT_EQ(Opened(*Open(true), kStore, "token", *sealed), "hush");
}

TEST_F(VaultTest, NeverSealsTheSameBytesTwice) {
  const auto vault = Open();
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    seen.insert(vault->Seal(kStore, "token", Secret("hush")).value());
  }

  EXPECT_EQ(seen.size(), 100U);
  EXPECT_EQ(seen.begin()->find("hush"), std::string::npos);
}

TEST_F(VaultTest, OpensForNoOtherMerchantStoreOrName) {
  const auto vault = Open();
  const std::string sealed = vault->Seal({"ab", "cd"}, "ef", Secret("hush")).value();

  EXPECT_EQ(Opened(*vault, {"ab", "cd"}, "ef", sealed), "hush");
  EXPECT_EQ(Opened(*vault, {"xx", "cd"}, "ef", sealed), "error: SECRET_DAMAGED");
  EXPECT_EQ(Opened(*vault, {"ab", "xx"}, "ef", sealed), "error: SECRET_DAMAGED");
  EXPECT_EQ(Opened(*vault, {"ab", "cd"}, "xx", sealed), "error: SECRET_DAMAGED");
  EXPECT_EQ(Opened(*vault, {"ab", "cde"}, "f", sealed), "error: SECRET_DAMAGED");
  EXPECT_EQ(Opened(*vault, {"ab", "c"}, "def", sealed), "error: SECRET_DAMAGED");
  EXPECT_EQ(Opened(*vault, {"ab", ""}, "cdef", sealed), "error: SECRET_DAMAGED");
}

TEST_F(VaultTest, NoticesEveryChangedBit) {
  const auto vault = Open();
  const std::string sealed = vault->Seal(kStore, "token", Secret("hush")).value();
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));

    const auto opened = vault->Open(kStore, "token", changed);

    ASSERT_FALSE(opened) << bit;
    EXPECT_EQ(opened.error().code, Code::kFailedPrecondition);
  }
}

TEST_F(VaultTest, NoticesEveryMissingOrAddedByte) {
  const auto vault = Open();
  const std::string sealed = vault->Seal(kStore, "token", Secret("hush")).value();
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(vault->Open(kStore, "token", sealed.substr(0, size))) << size;
  }
  EXPECT_FALSE(vault->Open(kStore, "token", sealed + '\0'));
}

TEST_F(VaultTest, RefusesASecretLargerThanItsMaximum) {
  const auto sealed = Open()->Seal(kStore, "token", Secret(std::string(65537, 'x')));

  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().code, Code::kInvalidArgument);
}

TEST_F(VaultTest, WorksFromManyThreads) {
  const auto vault = Open();
  std::vector<std::thread> threads;
  std::vector<int> good(4);
  for (std::size_t i = 0; i < good.size(); ++i) {
    threads.emplace_back([&, i] {
      const domain::StoreKey store{"m" + std::to_string(i), "s"};
      for (int round = 0; round < 200; ++round) {
        const std::string text = std::to_string(round);
        const std::string sealed = vault->Seal(store, "x", Secret(text)).value();
        good[i] += Opened(*vault, store, "x", sealed) == text ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(good, std::vector<int>(4, 200));
}

// --------------------------------------------------------------------------------------- keys

TEST_F(VaultTest, SaysThatAnotherKeySealedIt) {
  WriteKeyFile(kHeader + kKeyA + "\n");
  const std::string sealed = Open()->Seal(kStore, "token", Secret("hush")).value();
  WriteKeyFile(kHeader + kKeyB + "\n");

  const auto opened = Open(true)->Open(kStore, "token", sealed);

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, "VAULT_OTHER_KEY");
  EXPECT_EQ(opened.error().code, Code::kFailedPrecondition);
  EXPECT_NE(opened.error().message.find("'token' of merchants/m1/stores/s1"), std::string::npos);
}

TEST_F(VaultTest, OpensWithOlderKeysAndSealsWithTheFirst) {
  WriteKeyFile(kHeader + kKeyA + "\n");
  const std::string old = Open()->Seal(kStore, "token", Secret("hush")).value();
  WriteKeyFile(kHeader + kKeyB + "\n" + kKeyA + "\n");
  const auto both = Open(true);

  EXPECT_EQ(Opened(*both, kStore, "token", old), "hush");
  const std::string renewed = both->Seal(kStore, "token", Secret("hush")).value();

  WriteKeyFile(kHeader + kKeyB + "\n");
  EXPECT_EQ(Opened(*Open(true), kStore, "token", renewed), "hush");
}

// What was sealed by an earlier version has to open for ever.
TEST_F(VaultTest, OpensBytesOfTheFirstVersion) {
  WriteKeyFile(kHeader + kKeyA + "\n");
  const auto vault = Open();
  std::string sealed;
  for (const char* hex = kFirstVersion; *hex != '\0'; hex += 2) {
    sealed += static_cast<char>(std::stoi(std::string(hex, 2), nullptr, 16));
  }

  EXPECT_EQ(Opened(*vault, kStore, "token", sealed), "hush");
}

// ----------------------------------------------------------------------------------- key file

TEST_F(VaultTest, MakesAKeyThatOnlyItsOwnerCanRead) {
  Open();

  struct stat about {};
  ASSERT_EQ(stat(path_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0400U);
  EXPECT_EQ(KeyFileText().find("# storebridge master key, version 1"), 0U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(VaultTest, MakesADifferentKeyForEveryFile) {
  Open();
  const std::string first = KeyFileText();
  std::filesystem::remove(path_);
  Open();

  EXPECT_NE(KeyFileText(), first);
}

TEST_F(VaultTest, MakesNoSecondKeyWhenOneIsThere) {
  Open();
  const std::string first = KeyFileText();
  Open(false);
  Open(true);

  EXPECT_EQ(KeyFileText(), first);
}

TEST_F(VaultTest, MakesNoKeyWhenSecretsExist) {
  const Error error = ErrorOfOpen(true);

  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_NE(error.message.find(path_.string()), std::string::npos);
  EXPECT_NE(error.message.find("Restore"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(VaultTest, MakesNoKeyBehindALinkThatLeadsNowhere) {
  std::filesystem::create_symlink(folder_ / "elsewhere", path_);

  ErrorOfOpen(false);

  EXPECT_FALSE(std::filesystem::exists(folder_ / "elsewhere"));
}

TEST_F(VaultTest, SurvivesWhatACrashWhileMakingAKeyLeaves) {
  std::ofstream(path_.string() + ".new") << "half of a k";

  Open();

  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(VaultTest, SaysWhyItCannotMakeAKey) {
  path_ = folder_ / "no-such-folder" / "master.key";

  const Error error = ErrorOfOpen(false);

  EXPECT_NE(error.message.find("no-such-folder"), std::string::npos);
}

TEST_F(VaultTest, RefusesAFileThatOthersCanRead) {
  for (const mode_t mode : {0440U, 0404U, 0644U, 0420U, 0402U, 0410U, 0666U}) {
    WriteKeyFile(kHeader + kKeyA + "\n", mode);

    const Error error = ErrorOfOpen(true);

    EXPECT_EQ(error.code, Code::kFailedPrecondition);
    EXPECT_NE(error.message.find("chmod 0400 '" + path_.string() + "'"), std::string::npos);
  }
}

TEST_F(VaultTest, RefusesFilesThatHoldNoKey) {
  std::string nine;
  for (int i = 0; i < 9; ++i) {
    nine += kKeyA + "\n";
  }
  for (const std::string& text : {std::string(),
                                  std::string("\n"),
                                  kKeyA + "\n",
                                  kHeader,
                                  kHeader + "\n",
                                  kHeader + kKeyA.substr(2) + "\n",
                                  kHeader + kKeyA + "00\n",
                                  kHeader + "zz" + kKeyA.substr(2) + "\n",
                                  kHeader + std::string(64, '0') + "\n",
                                  kHeader + kKeyA + "\n\n",
                                  kHeader + kKeyA + "\r\n",
                                  kHeader + kKeyA + "\ngarbage",
                                  kHeader + nine,
                                  std::string(5000, 'a')}) {
    WriteKeyFile(text);

    const Error error = ErrorOfOpen(true);

    EXPECT_EQ(error.reason, "KEY_FILE_BAD") << text.substr(0, 200);
    EXPECT_EQ(error.message.find(kKeyA.substr(0, 16)), std::string::npos);
    EXPECT_EQ(KeyFileText(), text);
  }
}

TEST_F(VaultTest, RefusesWhatIsNotAFile) {
  std::filesystem::create_directory(path_);
  std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
  EXPECT_EQ(ErrorOfOpen(true).code, Code::kFailedPrecondition);

  std::filesystem::remove(path_);
  ASSERT_EQ(mkfifo(path_.c_str(), 0400), 0);
  EXPECT_EQ(ErrorOfOpen(true).code, Code::kFailedPrecondition);
}

TEST_F(VaultTest, ReadsAKeyWithoutALineEndAtTheEnd) {
  WriteKeyFile(kHeader + kKeyA);

  EXPECT_NE(Open(true), nullptr);
}

}  // namespace
}  // namespace storebridge::vault
