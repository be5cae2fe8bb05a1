#!/usr/bin/env bash
# Installs what is missing for one purpose, and only that:
#
#   cmake/setup.sh run      build kameo and run a pool       Debian packages only
#   cmake/setup.sh test     and every test                   also PyPI packages, into build/venv
#   cmake/setup.sh bench    and the peers of `make bench`
#   cmake/setup.sh ci       and the second compiler, the sanitizers, the formatter
#   cmake/setup.sh go       the same as test, and Go for examples/go-child
#
# Debian packages need root or sudo; without either it says which command to give, and stops.
# PYTHON (default python3) is the interpreter that the extension and build/venv are made for.
set -euo pipefail
cd "$(dirname "$0")/.."
group=${1:-run}
python=${PYTHON:-python3}
log=build/setup.log

say() { echo "setup: $*" >&2; }
die() { say "$*"; exit 1; }

# Prints a package's name unless the command, or the package, is there.
missing_command() { command -v "$1" >/dev/null || echo "$2"; }
missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}
# Debian keeps two parts of Python in packages of their own; an interpreter from elsewhere has both.
missing_python() {
  "$python" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' || echo libpython3-dev
  [ "$1" = run ] || "$python" -c 'import ensurepip' 2>/dev/null || echo python3-venv
}

wanted() {
  missing_command g++ g++
  missing_command cmake cmake
  missing_command ninja ninja-build
  missing_packages libasio-dev libyaml-cpp-dev libcli11-dev nlohmann-json3-dev
  missing_python "$group"
  case $group in test | bench | ci | go)
    missing_command ccache ccache
    missing_command pkg-config pkg-config
    missing_packages catch2 librapidcheck-dev libcereal-dev libfmt-dev ;;
  esac
  case $group in
    go) missing_command go golang-go ;;
    bench) missing_packages libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc python3-grpcio python3-protobuf ;;
    ci)
      missing_command patch patch
      missing_packages clang-16 libclang-rt-16-dev clang-format-16 clang-tidy-16 ;;
  esac
}

install_debian() {
  command -v apt-get >/dev/null || die "no apt-get here; install by hand what Debian calls: $*"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; } ||
      die "needs root once; give this command, then the same again: apt-get update && apt-get install -y --no-install-recommends $*"
    as_root=(sudo)
  fi
  say "installing Debian packages: $*"
  { "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "$@"; } >>"$log" 2>&1 </dev/null ||
    { tail -n 20 "$log" >&2; die "apt-get failed; all it said is in $log"; }
}

# build/venv, from the pinned list; a stamp makes the second time free.
install_pypi() {
  local list=cmake/requirements.txt stamp=build/venv/installed.txt version
  version=$("$python" -c 'import sys; print(sys.version)')
  if [ ! -f "$stamp" ] || ! { cat "$list"; echo "$version"; } | cmp -s - "$stamp"; then
    say "installing PyPI packages into build/venv: $(grep -oE '^[a-z-]+' "$list" | tr '\n' ' ')"
    { "$python" -m venv --clear build/venv &&
      build/venv/bin/python -m pip install -q --disable-pip-version-check -r "$list" &&
      build/venv/bin/pyright --version; } >>"$log" 2>&1 </dev/null ||  # pyright fetches its own part when first run
      { tail -n 20 "$log" >&2; die "pip failed; all it said is in $log"; }
    { cat "$list"; echo "$version"; } >"$stamp"
  fi
}

case $group in run | test | bench | ci | go) ;; *) die "usage: cmake/setup.sh run|test|bench|ci|go" ;; esac
command -v "$python" >/dev/null || die "no $python here"
mkdir -p build
mapfile -t packages < <(wanted)
[ ${#packages[@]} = 0 ] || install_debian "${packages[@]}"
case $group in test | ci | go) install_pypi ;; esac
