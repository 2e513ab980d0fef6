#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "demo_store.h"

namespace {

using storebridge::demo_store::DemoStore;
using storebridge::demo_store::Options;
using storebridge::demo_store::WooVersion;

/// Blocks SIGTERM and SIGINT in this thread and all later ones, to be awaited by sigwait.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

/// Writes the port under another name first, so that a reader never sees half of it.
bool WritePortFile(const std::string& path, int port) {
  const std::string draft = path + ".new";
  std::ofstream out(draft);
  out << port << "\n";
  out.close();
  return out && std::rename(draft.c_str(), path.c_str()) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::string version = "11.0";
  std::string fulfillments = "off";
  std::string port_file;
  CLI::App app("A made-up shop that speaks the WooCommerce REST API v3 on 127.0.0.1");
  app.add_option("--port", options.port, "Port; 0 picks a free one");
  app.add_flag("--tls", options.tls, "Serve HTTPS with a fresh self-signed certificate");
  app.add_option("--tls-cert-out", options.tls_cert_out, "Where to write that certificate");
  app.add_option("--woo-version", version)->check(CLI::IsMember({"7.9", "11.0"}));
  app.add_option("--fulfillments", fulfillments)->check(CLI::IsMember({"on", "off"}));
  app.add_option("--products", options.products, "Simple products")->check(CLI::Range(0, 1000000));
  app.add_option("--variable-products", options.variable_products, "Products with variations")
      ->check(CLI::Range(0, 100000));
  app.add_option("--consumer-key", options.consumer_key)->capture_default_str();
  app.add_option("--consumer-secret", options.consumer_secret)->capture_default_str();
  app.add_option("--page-max", options.page_max)->check(CLI::Range(1, 1000));
  app.add_option("--currency", options.currency);
  app.add_option("--port-file", port_file, "Where to write the port once it is serving");
  CLI11_PARSE(app, argc, argv);
  options.version = version == "7.9" ? WooVersion::k7_9 : WooVersion::k11_0;
  options.fulfillments = fulfillments == "on";

  const sigset_t signals = BlockStopSignals();
  DemoStore store;
  const int port = store.Start(options);
  if (port == 0) {
    std::cerr << "demo_store: " << store.error() << "\n";
    return 1;
  }
  if (!port_file.empty() && !WritePortFile(port_file, port)) {
    std::cerr << "demo_store: cannot write " << port_file << "; check the folder\n";
    return 1;
  }
  std::cout << "demo store on " << store.url() << " (key " << options.consumer_key
            << ", web page at /)" << std::endl;
  int received = 0;
  sigwait(&signals, &received);
  store.Stop();
  return 0;
}
