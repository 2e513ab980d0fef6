#!/usr/bin/env python3
"""The rules of the house that no compiler checks: who may include whom, what is banned where, what has to be there.

Prints one line per fault and exits with 1. Runs as the test `tidy`.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Room -> rooms whose headers it may include, beside its own. Adapters also see their own folder; only app sees all.
LAYERS = {
    "core": set(),
    "domain": {"core"},
    "ports": {"core", "domain"},
    "engine": {"core", "domain", "ports"},
    "api": {"core", "domain", "ports", "engine"},
    "adapters": {"core", "domain", "ports"},
}

# What may know nothing of the server, and its rooms by the first folder of an include.
APART = ("sdk/include", "sdk/src", "sdk/template", "plugins")
SERVER_ROOMS = {*LAYERS, "app"}

# Where the reasons come from that callers get, the table that has to have them, and those that callers never get: of
# issues, of logs, of the host's own.
REASONS_FROM = ("server/api/", "server/domain/", "server/engine/")
REASONS_TABLE = "server/api/README.md"
INTERNAL_REASONS = {
    "CONNECTOR_BUG", "CONNECTOR_FAILURE", "CURRENCY_MIXED", "MONEY", "MONEY_OVERFLOW", "ORDER_MALFORMED", "ORDER_STATE_UNKNOWN",
    "PAYMENT_STATE_UNKNOWN", "PRODUCT_CODE_DUPLICATE", "PRODUCT_CODE_FORMAT", "PRODUCT_CODE_MISSING", "PRODUCT_ID_MISSING", "PRODUCT_PRICE", "PRODUCT_TEXT",
    "PRODUCT_TITLE_TOO_LONG", "RECORD_UNREADABLE", "SHIPMENT_NOT_UPDATED", "STOCK_BASIS", "STOCK_REFUSED", "STORES_DO_NOT_FIT",
}
REASON = re.compile(r'\.reason = "([A-Z_]+)"|(?:Wrong|Refused|Invalid|BadField)\(\s*(?:\w+,\s*)?"([A-Z_]{3,})"')

# What the simulator runs: nothing here may depend on anything but its ports.
SIMULATED = ("server/domain", "server/engine", "tests/sim")

# Pattern, where it is banned, what to do instead.
BANNED = [
    (r"\busing namespace\b", ("server", "sdk", "plugins", "tests", "tools"), "name what you use"),
    (r"\bsleep_for\b|\bsleep_until\b|\busleep\(", ("tests/unit", "tests/contract", "tests/sim"), "turn a ManualExecutor or wait for a condition"),
    (r"\.detach\(\)", ("server", "sdk", "plugins", "tests", "tools"), "own the thread and join it"),
    (r"\bstd::cout\b|\bprintf\(", ("server/core", "server/domain", "server/engine", "server/api", "server/adapters"), "use ports::Log"),
    (r"\bFIXME\b|\bTODO\b", ("server", "sdk", "plugins", "tests", "tools", "proto"), "do it, or write an issue"),
    (r"\bset_buffer_hint\b", ("server", "tools", "tests"), "leave it away: streams hang (measured)"),
    (r"\b\w+_clock::now\b|\b(system|steady|high_resolution)_clock\b|\bclock_gettime\(|\bgettimeofday\("
     r"|\b(std::)?time\((nullptr|NULL|0|&)|(?<![\w.>])(::|std::)?clock\(\)",
     SIMULATED, "ask ports::Clock: the simulator runs this under a virtual clock"),
    (r"\bstd::(thread|jthread|mutex|recursive_mutex|shared_mutex|condition_variable|async|this_thread|future|promise)\b"
     r"|\bstd::(lock_guard|unique_lock|scoped_lock|shared_lock|call_once|once_flag|latch|barrier|counting_semaphore|binary_semaphore)\b|\bpthread_\w+\(",
     SIMULATED, "post to ports::Executor: the simulator runs this in one thread"),
    (r"\brandom_device\b|\b(s?rand|drand48|random|getrandom|arc4random)\(|\bstd::(mt19937\w*|minstd_rand0?|default_random_engine|\w+_distribution|shuffle)\b",
     SIMULATED, "ask ports::Random: the same seed has to give the same day"),
    (r"\bunordered_(multi)?(map|set)\b|\b(flat|node)_hash_(map|set)\b|\bunordered_(flat|node)_(map|set)\b", SIMULATED, "use an ordered container: order of iteration is behaviour"),
    (r"\bstd::(multi)?(map|set)<\s*(const\s+)?[\w:]+\s*\*", SIMULATED, "do not order by address: it differs from run to run"),
    (r"\bdouble\b|\bfloat\b", ("server/domain/money", "sdk/src/money", "sdk/include/storebridge/sdk/money"), "money is units and nanos"),
    (r"\?[^;\n]*:[^;\n]*\bco_await\b|\bco_await\b[^;\n]*\?[^;\n]*:[^;\n:]*\bco_await\b", ("plugins", "sdk/template"),
     "GCC 12 miscompiles ?: with co_await; use if"),
]

SOURCES = {".h", ".cc", ".c", ".py", ".proto", ".cmake"}


def tracked():
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted(pathlib.PurePosixPath(line) for line in out.stdout.splitlines() if (ROOT / line).is_file())


def without_comments(text):
    text = re.sub(r"//[^\n]*", "", text)
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def check_apart(path, text, faults):
    if not any(str(path).startswith(folder + "/") for folder in APART):
        return
    for line_number, line in enumerate(text.splitlines(), 1):
        found = re.match(r'\s*#include "([a-z_]+)/', line)
        if found and found.group(1) in SERVER_ROOMS:
            faults.append(f"{path}:{line_number}: a connector knows nothing of the server's {found.group(1)}")


def check_reasons(path, text, table, faults):
    if not any(str(path).startswith(folder) for folder in REASONS_FROM):
        return
    for found in REASON.finditer(without_comments(text)):
        reason = found.group(1) or found.group(2)
        if reason not in INTERNAL_REASONS and f"`{reason}`" not in table:
            faults.append(f"{path}: callers get the reason {reason}, which {REASONS_TABLE} does not explain")


def check_layers(path, text, faults):
    parts = path.parts
    if parts[0] != "server" or len(parts) < 3 or parts[1] not in LAYERS:
        return
    room = parts[1]
    for line_number, line in enumerate(text.splitlines(), 1):
        found = re.match(r'\s*#include "([a-z_]+)/([a-z_]+)?', line)
        if not found or found.group(1) not in LAYERS and found.group(1) != "app":
            continue
        other = found.group(1)
        allowed = other == room or other in LAYERS[room]
        if room == "adapters" and other == "adapters":
            allowed = found.group(2) == parts[2]
        if not allowed:
            faults.append(f"{path}:{line_number}: {room} may not include {other}; see server/README.md")


def check_banned(path, text, faults):
    code = without_comments(text)
    for pattern, folders, instead in BANNED:
        if any(str(path).startswith(folder) for folder in folders):
            found = re.search(pattern, code if path.suffix != ".py" else text)
            if found and path.name != "tidy.py":
                faults.append(f"{path}: '{found.group(0).strip()}' is not used here: {instead}")


def check_shape(path, text, faults):
    if path.suffix == ".h" and not re.search(r"#pragma once|#ifndef \w+_H\b", text):
        faults.append(f"{path}: has neither #pragma once nor, for C, an include guard")
    lines = text.count("\n")
    if path.suffix in {".h", ".cc"} and lines > 700:
        faults.append(f"{path}: {lines} lines are more than one idea; 700 are allowed")


def check_built(paths, faults):
    """Every source is named by a CMakeLists.txt of its top-level folder."""
    lists = {p: (ROOT / p).read_text() for p in paths if p.name == "CMakeLists.txt"}
    for path in paths:
        if path.suffix != ".cc":
            continue
        if not any(path.name in text for place, text in lists.items() if place.parts[0] == path.parts[0]):
            faults.append(f"{path}: no CMakeLists.txt builds it")


def check_readmes(paths, faults):
    folders = {p.parent for p in paths if p.suffix in {".cc", ".h"} and p.parts[0] in {"server", "plugins", "tools"}}
    for folder in sorted(folders):
        here = [folder, *folder.parents]
        if not any((ROOT / place / "README.md").is_file() for place in here[:2]):
            faults.append(f"{folder}: has no README.md")


def main():
    faults = []
    paths = tracked()
    table = (ROOT / REASONS_TABLE).read_text()
    for path in paths:
        if path.suffix not in SOURCES:
            continue
        text = (ROOT / path).read_text(errors="replace")
        check_layers(path, text, faults)
        check_apart(path, text, faults)
        check_reasons(path, text, table, faults)
        check_banned(path, text, faults)
        check_shape(path, text, faults)
    check_built(paths, faults)
    check_readmes(paths, faults)
    for fault in faults:
        print(fault)
    print(f"tidy: {len(paths)} files, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
