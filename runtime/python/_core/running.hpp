#pragma once

#include "worker.hpp"

namespace kameo::python {

class Worker::Running {
 public:
  Running(Worker& worker, const Job& job) noexcept
      : job_(job), worker_(worker), outer_(worker.innermost_) {
    worker_.innermost_ = this;
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { worker_.innermost_ = outer_; }

  [[nodiscard]] const Job& job() const noexcept { return job_; }
  [[nodiscard]] Running* outer() const noexcept { return outer_; }

  /// Its asker no longer wants the answer: its next call into kameo says so.
  bool cancelled = false;

 private:
  const Job& job_;
  Worker& worker_;
  Running* outer_;
};

class Worker::Reading {
 public:
  explicit Reading(Worker& worker) noexcept : worker_(worker) { ++worker.reading_; }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  ~Reading() {
    if (--worker_.reading_ == 0) worker_.wake_threads();
  }

 private:
  Worker& worker_;
};

}  // namespace kameo::python
