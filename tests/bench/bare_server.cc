#include "bench/bare_server.h"

#include <chrono>
#include <fstream>

namespace storebridge::bench {
namespace {

constexpr std::chrono::seconds kBareStartMost{30};

}  // namespace

Result<std::unique_ptr<BareServer>> BareServer::Start(const Tools& tools,
                                                      const std::string& bytes) {
  std::unique_ptr<BareServer> server(new BareServer);
  const std::string answer = server->folder_.File("answer");
  const std::string port_file = server->folder_.File("port");
  std::ofstream(answer, std::ios::binary) << bytes;
  SB_TRY(server->process_,
         day::Process::Start(
             {.arguments = {tools.bare_server, "--answer", answer, "--port-file", port_file},
              .output_file = server->folder_.File("log")}));
  SB_TRY(const std::string port, server->process_->WaitForFile(port_file, kBareStartMost));
  server->address_ = "127.0.0.1:" + port.substr(0, port.find('\n'));
  return server;
}

}  // namespace storebridge::bench
