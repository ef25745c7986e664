"""How the benchmarks print what they measured."""

import os
import pathlib
import platform
import re
import statistics


def milliseconds(samples):
    return f"{min(samples) * 1000:.0f} / {statistics.median(samples) * 1000:.0f} / {max(samples) * 1000:.0f} ms"


def machine():
    cpu = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    total = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1)) / 1024**2
    name = cpu.group(1) if cpu else platform.machine()
    return f"{name}, {os.cpu_count()} cores, {total:.0f} GiB, Linux {platform.release()}, load {os.getloadavg()[0]:.1f}"


def print_table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
