#pragma once

#include "python.hpp"

#include <utility>

namespace kameo::python {

/// One owned reference; dropped on every way out. Empty where a call failed: then an exception is
/// set, as everywhere in Python's API.
class Ref {
 public:
  Ref() = default;
  /// Takes a new reference, such as most of Python's functions give.
  explicit Ref(PyObject* owned) noexcept : object_(owned) {}
  /// Makes a reference of a borrowed one.
  static Ref share(PyObject* borrowed) noexcept { return Ref(Py_XNewRef(borrowed)); }

  Ref(const Ref& other) noexcept : object_(Py_XNewRef(other.object_)) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() { Py_XDECREF(object_); }

  [[nodiscard]] PyObject* get() const noexcept { return object_; }
  [[nodiscard]] PyObject* release() noexcept { return std::exchange(object_, nullptr); }
  explicit operator bool() const noexcept { return object_ != nullptr; }

  void reset() noexcept { Ref().swap(*this); }
  void swap(Ref& other) noexcept { std::swap(object_, other.object_); }
  /// For the `tp_traverse` of the object that holds it.
  int visit(visitproc visitor, void* arg) const {
    return object_ == nullptr ? 0 : visitor(object_, arg);
  }

 private:
  PyObject* object_ = nullptr;
};

/// The `tp_dealloc` of a collected object, given its `tp_clear`.
inline void dealloc_collected(PyObject* self, inquiry clear) {
  auto* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

/// Lets other threads run Python while this one waits; `errno` stays as the wait left it.
class GilReleased {
 public:
  GilReleased() noexcept : thread_(PyEval_SaveThread()) {}
  GilReleased(const GilReleased&) = delete;
  GilReleased& operator=(const GilReleased&) = delete;
  ~GilReleased() { PyEval_RestoreThread(thread_); }

 private:
  PyThreadState* thread_;
};

/// Puts a raised exception aside while other code runs, and raises it again.
class RaisedAside {
 public:
  RaisedAside() noexcept : exception_(take_raised()) {}
  RaisedAside(const RaisedAside&) = delete;
  RaisedAside& operator=(const RaisedAside&) = delete;
  ~RaisedAside() {
    if (exception_ != nullptr) raise_taken(exception_);
  }

 private:
  PyObject* exception_;
};

}  // namespace kameo::python
