#!/usr/bin/env python3
"""Plants lines that tidy.py has to find, and lines that it has to leave alone. Runs as the test `tidy_finds`."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import tidy  # noqa: E402

SIMULATED = ["server/engine/planted.cc", "server/engine/flows/planted.h", "server/domain/planted.cc", "tests/sim/planted.cc"]

NONDETERMINISM = {
    "clock": [
        "const auto now = std::chrono::system_clock::now();",
        "auto t = std::chrono::steady_clock::now();",
        "using Clock = std::chrono::high_resolution_clock;",
        "auto t = file_clock::now();",
        "const std::time_t t = std::time(nullptr);",
        "time(&t);",
        "clock_gettime(CLOCK_REALTIME, &spec);",
        "gettimeofday(&value, nullptr);",
        "const auto t = std::clock();",
        "const auto t = clock();",
        "const auto t = ::clock();",
    ],
    "thread": [
        "std::thread worker([] {});",
        "std::jthread worker([] {});",
        "std::mutex mutex_;",
        "const auto done = std::async([] {});",
        "std::this_thread::yield();",
        "std::condition_variable changed_;",
        "pthread_create(&thread, nullptr, run, nullptr);",
        "const std::lock_guard lock(mutex_);",
        "std::unique_lock<Mutex> lock(mutex_);",
        "std::call_once(once, run);",
        "std::latch done(1);",
        "std::counting_semaphore<8> places(8);",
    ],
    "chance": [
        "std::random_device device;",
        "std::mt19937 generator(1);",
        "std::mt19937_64 generator(1);",
        "const int die = rand() % 6;",
        "srand(1);",
        "std::uniform_int_distribution<int> die(1, 6);",
        "std::shuffle(orders.begin(), orders.end(), generator);",
    ],
    "order of iteration": [
        "std::unordered_map<std::string, int> counts;",
        "std::unordered_set<std::string> seen;",
        "absl::flat_hash_map<int, int> counts;",
        "absl::node_hash_set<int> seen;",
        "boost::unordered_flat_map<int, int> counts;",
        "std::map<const Order*, int> counts;",
        "std::set<engine::FlowRun *> runs;",
    ],
}

HARMLESS = [
    "const std::int64_t now = ports_.clock.NowMs();",
    "ports_.executor.Post([] {});",
    "const std::int64_t now = parts.clock().NowMs();",
    "const std::uint64_t draw = ports_.random.Next();",
    "std::map<std::string, int> counts;",
    "// std::thread is not used here, nor is rand().",
    "const std::int64_t time = ShipTime(order);",
    "std::map<std::string, const Order*> orders;",
]


def faults_of(path, line):
    faults = []
    tidy.check_banned(pathlib.PurePosixPath(path), f"namespace planted {{\n{line}\n}}\n", faults)
    return faults


class TidyFinds(unittest.TestCase):
    def test_finds_each_planted_line_wherever_the_simulator_runs(self):
        for kind, lines in NONDETERMINISM.items():
            for line in lines:
                for path in SIMULATED:
                    with self.subTest(kind=kind, line=line, path=path):
                        self.assertTrue(faults_of(path, line))

    def test_leaves_adapters_alone(self):
        for line in ("std::mutex mutex_;", "std::unordered_map<int, int> counts;"):
            self.assertEqual(faults_of("server/adapters/storage/planted.cc", line), [])

    def test_leaves_harmless_lines_alone(self):
        for line in HARMLESS:
            with self.subTest(line=line):
                self.assertEqual(faults_of("server/engine/planted.cc", line), [])

    def test_finds_an_include_of_the_server_in_a_connector(self):
        faults = []
        tidy.check_apart(pathlib.PurePosixPath("plugins/planted/orders.cc"), '#include "domain/money.h"\n', faults)
        tidy.check_apart(pathlib.PurePosixPath("sdk/src/planted.cc"), '#include "core/result.h"\n', faults)
        self.assertEqual(len(faults), 2)

    def test_leaves_the_includes_of_connectors_alone(self):
        faults = []
        tidy.check_apart(pathlib.PurePosixPath("plugins/planted/orders.cc"), '#include "storebridge/sdk.h"\n#include "orders.h"\n', faults)
        tidy.check_apart(pathlib.PurePosixPath("sdk/tools/planted.cc"), '#include "domain/money.h"\n', faults)
        self.assertEqual(faults, [])

    def test_finds_a_reason_that_the_table_lacks(self):
        path = pathlib.PurePosixPath("server/engine/planted.cc")
        for line in ('.reason = "PLANTED",', 'return Wrong("PLANTED", text);', 'return Refused(\n  order, "PLANTED", text);'):
            faults = []
            tidy.check_reasons(path, line, "| `KNOWN` |", faults)
            self.assertEqual(len(faults), 1, line)
            faults = []
            tidy.check_reasons(path, line.replace("PLANTED", "KNOWN"), "| `KNOWN` |", faults)
            self.assertEqual(faults, [])


if __name__ == "__main__":
    unittest.main()
