// Polls stores with libcurl and does nothing with the answers, for the benchmarks: see README.md.
#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/resource.h>

namespace storebridge::bench {
namespace {

struct Course {
  std::string url_file;
  std::string ca_file;
  std::string target;
  std::size_t polls = 0;
  std::size_t in_a_row = 1;
  int pause_ms = 0;
};

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

std::size_t Drop(char* /*data*/, std::size_t size, std::size_t count, void* /*self*/) {
  return size * count;
}

std::vector<std::string> LinesOf(const std::string& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
}

Easy Prepare(const Course& course, const std::string& url) {
  Easy easy(curl_easy_init());
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_REQUEST_TARGET, course.target.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_CAINFO, course.ca_file.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_USERPWD, "ck_bench:cs_bench");
  curl_easy_setopt(easy.get(), CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &Drop);
  // As the server has it: else there are two more system calls for signals, and larger buffers.
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_UPLOAD_BUFFERSIZE, 16'384L);
  return easy;
}

bool Poll(const Easy& easy) {
  long status = 0;
  const CURLcode code = curl_easy_perform(easy.get());
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK && status == 200) {
    return true;
  }
  fmt::print(stderr, "bench_bare_poller: {}, status {}\n", curl_easy_strerror(code), status);
  return false;
}

double CpuMicroseconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(used.ru_utime) + us(used.ru_stime);
}

int Run(const Course& course) {
  std::vector<Easy> stores;
  for (const std::string& url : LinesOf(course.url_file)) {
    stores.push_back(Prepare(course, url));
    if (!Poll(stores.back())) {  // Connects.
      return 1;
    }
  }
  if (stores.empty()) {
    fmt::print(stderr, "bench_bare_poller: there is no URL in '{}'\n", course.url_file);
    return 1;
  }
  const double before = CpuMicroseconds();
  for (std::size_t done = 0; done < course.polls; ++done) {
    if (done % course.in_a_row == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(course.pause_ms));
    }
    if (!Poll(stores.at(done % stores.size()))) {
      return 1;
    }
  }
  fmt::print("{}\n", CpuMicroseconds() - before);
  return 0;
}

}  // namespace
}  // namespace storebridge::bench

int main(int argc, char** argv) {
  CLI::App flags{
      "Polls stores, some in a row and then a pause, and prints its microseconds of CPU"};
  storebridge::bench::Course course;
  flags.add_option("--url-file", course.url_file, "scheme, host and port of a store a line")
      ->required();
  flags.add_option("--ca-file", course.ca_file, "their certificate")->required();
  flags.add_option("--target", course.target, "what is asked for")->required();
  flags.add_option("--polls", course.polls, "how many in all");
  flags.add_option("--in-a-row", course.in_a_row, "how many before each pause")
      ->check(CLI::PositiveNumber);
  flags.add_option("--pause-ms", course.pause_ms);
  CLI11_PARSE(flags, argc, argv);
  return storebridge::bench::Run(course);
}
