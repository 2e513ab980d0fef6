#include "http2_front.h"

#include <fstream>

#include "servers.h"

namespace storebridge::e2e {
namespace {

Status MakeCertificate(const std::string& certificate, const std::string& key) {
  SB_TRY(const day::CommandResult made,
         day::RunCommand({"openssl",
                          "req",
                          "-x509",
                          "-newkey",
                          "ec",
                          "-pkeyopt",
                          "ec_paramgen_curve:prime256v1",
                          "-nodes",
                          "-days",
                          "2",
                          "-subj",
                          "/CN=127.0.0.1",
                          "-addext",
                          "subjectAltName=IP:127.0.0.1",
                          "-keyout",
                          key,
                          "-out",
                          certificate},
                         "",
                         kStartMost));
  if (made.exit_code == 0) {
    return Ok();
  }
  return Error{.code = Code::kUnavailable,
               .reason = "NO_CERTIFICATE",
               .message = "openssl made no certificate: " + made.errors};
}

}  // namespace

Result<std::unique_ptr<Http2Front>> Http2Front::Start(const day::TempFolder& folder,
                                                      const std::string& place,
                                                      const std::vector<std::string>& faults) {
  std::unique_ptr<Http2Front> front(new Http2Front());
  const std::string key = folder.File("front.key");
  const std::string port_file = folder.File("front.port");
  front->certificate_ = folder.File("front.pem");
  front->log_ = folder.File("front.requests");
  SB_CHECK(MakeCertificate(front->certificate_, key));
  std::vector<std::string> command{std::string(E2E_SOURCE_DIR) + "/tools/vendure_store/node",
                                   std::string(E2E_SOURCE_DIR) + "/tests/e2e/http2_front.cjs",
                                   "--store",
                                   place,
                                   "--certificate",
                                   front->certificate_,
                                   "--key",
                                   key,
                                   "--port-file",
                                   port_file,
                                   "--log",
                                   front->log_};
  command.insert(command.end(), faults.begin(), faults.end());
  SB_TRY(front->process_,
         day::Process::Start({.arguments = command, .output_file = folder.File("front.log")}));
  SB_TRY(const std::string port, front->process_->WaitForFile(port_file, kNpmStoreStartMost));
  front->place_ = "127.0.0.1:" + port.substr(0, port.find('\n'));
  return front;
}

std::vector<Http2Front::Request> Http2Front::Requests() const {
  std::vector<Request> requests;
  std::ifstream in(log_);
  Request request;
  while (in >> request.session && std::getline(in >> std::ws, request.asked)) {
    requests.push_back(request);
  }
  return requests;
}

}  // namespace storebridge::e2e
