#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "store_client.h"

namespace storebridge::demo_store {
namespace {

class TlsTest : public StoreTest {
 protected:
  TlsTest() {
    folder_ = testing::TempDir() + "demo_store_tls_" + std::to_string(::getpid());
    std::filesystem::create_directories(folder_);
    options_.tls = true;
    options_.tls_cert_out = folder_ + "/cert.pem";
  }
  ~TlsTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST_F(TlsTest, ServesAClientThatTrustsTheWrittenCertificate) {
  Start();
  const std::string certificate = ReadFile(options_.tls_cert_out);

  const std::string target = "/wp-json/wc/v3/orders?consumer_key=" + options_.consumer_key +
                             "&consumer_secret=" + options_.consumer_secret;
  const Reply reply = SendOnce(port_, "GET", target, "", {}, certificate);

  EXPECT_EQ(certificate, store_.certificate_pem());
  EXPECT_EQ(reply.status, 200) << reply.error.message();
}

TEST_F(TlsTest, IsNotTrustedWithAnotherCertificate) {
  Start();
  DemoStore other;
  Options options = options_;
  options.tls_cert_out.clear();
  ASSERT_NE(other.Start(options), 0);

  const Reply reply = SendOnce(port_, "GET", "/", "", {}, other.certificate_pem());

  EXPECT_TRUE(reply.error);
  EXPECT_EQ(reply.status, 0);
}

TEST_F(TlsTest, SaysWhereTheCertificateCannotBeWritten) {
  options_.tls_cert_out = folder_ + "/no/such/folder/cert.pem";

  const std::uint16_t port = store_.Start(options_);

  EXPECT_EQ(port, 0);
  EXPECT_NE(store_.error().find(options_.tls_cert_out), std::string::npos);
}

}  // namespace
}  // namespace storebridge::demo_store
