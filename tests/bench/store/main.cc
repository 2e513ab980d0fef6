// A store that answers at once, for the benchmarks: see README.md.
#include <cstdio>
#include <fstream>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/store/answers.h"
#include "bench/store/goods.h"
#include "bench/store/tls_loop.h"
#include "tls_cert.h"

int main(int argc, char** argv) {
  using storebridge::bench::GoodsOptions;
  CLI::App flags{"A store with prepared answers, over TLS on 127.0.0.1"};
  GoodsOptions goods;
  std::size_t ports = 1;
  std::size_t visible = 0;
  std::string port_file;
  std::string certificate_file;
  flags.add_option(
      "--orders", goods.orders, "how many orders it has; /bench/show lets them be seen");
  flags.add_option("--show", visible, "how many orders can be seen from the start");
  flags.add_option("--products", goods.products, "how many products");
  flags.add_option("--variations", goods.variations, "how many variations of each product");
  flags.add_option("--first-order", goods.first_order_s, "when the first order was paid, seconds");
  flags.add_option("--ports", ports, "how many ports, each a store of its own");
  flags.add_option("--port-file", port_file, "takes the ports, one a line")->required();
  flags.add_option("--cert-out", certificate_file, "takes the certificate")->required();
  CLI11_PARSE(flags, argc, argv);

  std::string error;
  storebridge::demo_store::TlsIdentity identity = storebridge::demo_store::MakeTlsIdentity(error);
  if (identity.context == nullptr) {
    fmt::print(stderr, "bench_store: {}\n", error);
    return 1;
  }
  storebridge::bench::Answers answers(storebridge::bench::MakeGoods(goods), goods.first_order_s);
  std::string ignored;
  answers.Answer({.method = "POST",
                  .path = "/bench/show",
                  .query = fmt::format("orders={}", visible),
                  .body = {}},
                 ignored);
  storebridge::bench::TlsLoop loop(identity.context->native_handle(), answers);
  const auto numbers = loop.Listen(ports);
  if (!numbers) {
    fmt::print(stderr, "bench_store: {}\n", numbers.error().message);
    return 1;
  }
  std::ofstream(certificate_file) << identity.certificate_pem;
  const std::string half = port_file + ".half";
  std::ofstream(half) << fmt::format("{}\n", fmt::join(*numbers, "\n"));
  std::rename(half.c_str(), port_file.c_str());
  loop.Run();
  return 1;
}
