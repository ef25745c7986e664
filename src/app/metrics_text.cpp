#include "app/metrics_text.h"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>

namespace slipway::app {
namespace {

void append_escaped(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

void MetricsText::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  fmt::format_to(std::back_inserter(text_), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void MetricsText::write(std::string_view suffix, const Labels& labels, std::string_view value, std::string_view bound) {
  text_ += name_;
  text_ += suffix;
  char before = '{';
  const auto add = [&](std::string_view key, std::string_view text) {
    text_ += std::exchange(before, ',');
    text_ += key;
    text_ += "=\"";
    append_escaped(text_, text);
    text_ += '"';
  };
  for (const auto& [key, text] : labels) {
    if (!key.empty()) add(key, text);
  }
  if (!bound.empty()) add("le", bound);
  if (before == ',') text_ += '}';
  text_ += ' ';
  text_ += value;
  text_ += '\n';
}

void MetricsText::sample(const Labels& labels, std::uint64_t value) { write("", labels, std::to_string(value)); }
void MetricsText::sample(const Labels& labels, double value) { write("", labels, fmt::format("{}", value)); }

void MetricsText::histogram(const Labels& labels, std::span<const double> bounds, std::span<const std::uint64_t> counts,
                            double sum) {
  std::uint64_t total = 0;
  for (std::size_t at = 0; at < counts.size(); ++at) {
    total += counts[at];
    const std::string bound = at < bounds.size() ? fmt::format("{}", bounds[at]) : "+Inf";
    write("_bucket", labels, std::to_string(total), bound);
  }
  write("_sum", labels, fmt::format("{}", sum));
  write("_count", labels, std::to_string(total));
}

void add_process_metrics(MetricsText& text) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  text.family("process_cpu_seconds_total", "counter", "CPU time of this process, in user and system mode.");
  text.sample({}, seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  text.family("process_resident_memory_bytes", "gauge", "Memory of this process that is resident.");
  text.sample({}, resident * page);
  text.family("process_virtual_memory_bytes", "gauge", "Memory that this process has mapped.");
  text.sample({}, size * page);
  std::error_code code;
  std::uint64_t open = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", code), end; !code && at != end; at.increment(code))
    ++open;
  text.family("process_open_fds", "gauge", "File descriptors that are open.");
  text.sample({}, open);
}

}  // namespace slipway::app
