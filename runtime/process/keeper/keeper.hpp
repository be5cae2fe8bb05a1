#pragma once

#include "protocol.hpp"

#include <sys/types.h>

#include <deque>
#include <vector>

namespace kameo::keeper {

/// The process under which all children of one runtime hang. Starts what its parent asks for,
/// reaps, reports; kills what a dead child leaves behind; when the parent is gone or closes the
/// socket, kills everything below itself and returns.
/// One thread; never waits for anything but its poll.
class Keeper {
 public:
  /// `control`: its end of the socket pair; `parent`: a pidfd of the parent, -1 for none.
  Keeper(int control, int parent);

  /// Until the parent has gone; then nothing is left below this process. The exit code.
  int run();

 private:
  struct Child {
    std::uint64_t id = 0;
    pid_t pid = 0;
    int errors = -1;  ///< its launch pipe; -1 once the parent knows of it
  };
  struct Outgoing {
    Report report;
    int pidfd = -1;
  };

  void receive_request();
  void spawn(const SpawnRequest& request, const std::vector<int>& sources);
  /// Reads the launch pipe, once it can be read: the program runs, or why not.
  void finish_launch(Child& child);
  void reap();
  void kill_orphans();
  void send(const Report& report, int pidfd);
  void flush();
  void end_everything();

  int control_;
  int parent_;
  int signals_ = -1;
  bool parent_gone_ = false;
  std::vector<Child> children_;
  std::deque<Outgoing> outgoing_;
};

}  // namespace kameo::keeper
