// The price of an ask, as ratios between peers that answer the same question in the same run.
#include "peer.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>

namespace {

using bench::Peer;
using bench::Seconds;

constexpr int rounds = 7;
constexpr Seconds round_time{0.3};

/// How many asks fill one round; also warms up both sides.
int calibrate(Peer& peer, int in_flight) {
  int count = 64;
  for (;;) {
    const auto took = peer.ask(count, in_flight);
    if (took > round_time / 4) {
      return std::max(64, static_cast<int>(static_cast<double>(count) * (round_time / took)));
    }
    count *= 2;
  }
}

/// Asks per second of each peer: the median over rounds in which the peers take turns, so that a
/// busy moment of the machine hits all of them.
std::vector<double> rates(const std::vector<std::unique_ptr<Peer>>& peers, int in_flight) {
  std::vector<int> counts;
  for (const auto& peer : peers) counts.push_back(calibrate(*peer, in_flight));
  std::vector<std::vector<double>> all(peers.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < peers.size(); ++i) {
      all[i].push_back(counts[i] / peers[i]->ask(counts[i], in_flight).count());
    }
  }
  std::vector<double> medians;
  for (auto& values : all) {
    std::nth_element(values.begin(), values.begin() + rounds / 2, values.end());
    medians.push_back(values[rounds / 2]);
  }
  return medians;
}

void report(const std::vector<std::unique_ptr<Peer>>& peers, const char* title, int in_flight) {
  const auto rate = rates(peers, in_flight);
  std::printf("%s\n  %-12s %12s %14s %10s\n", title, "", "asks/s", "of the limit", "of grpc");
  for (std::size_t i = 0; i < peers.size(); ++i) {
    std::printf("  %-12s %12.0f %14.3f %10.2f\n", std::string(peers[i]->name()).c_str(), rate[i],
                rate[i] / rate.front(), rate[i] / rate.back());
  }
  std::fflush(stdout);
}

}  // namespace

int main() try {
  // The socket pair first: its child is forked before anything has made a thread.
  std::vector<std::unique_ptr<Peer>> peers;
  peers.push_back(bench::make_socketpair());
  peers.push_back(bench::make_kameo());
  peers.push_back(bench::make_grpc());
  std::printf(
      "A typed ask to a sync Python handler; socketpair is a child in C++ without types.\n");
  report(peers, "one at a time", 1);
  report(peers, "64 in flight", 64);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench: %s\n", error.what());
  return 1;
}
