# Every third-party library, in one place, as imported targets; the reason for each is in
# docs/dependencies.md. All that is missing is told at once, with the command that installs it.

set(_kameo_missing "")
set(_kameo_missing_packages "")

# kameo_need(<what> <Debian package> <found?>)
macro(kameo_need what package found)
  if(NOT ${found})
    string(APPEND _kameo_missing "\n  ${what} (Debian package ${package})")
    list(APPEND _kameo_missing_packages ${package})
  endif()
endmacro()

# kameo_header_library(<name> <header> <Debian package>): target kameo::<name>, headers only.
macro(kameo_header_library name header package)
  string(TOUPPER ${name} _kameo_upper)
  find_path(KAMEO_${_kameo_upper}_INCLUDE_DIR ${header})
  mark_as_advanced(KAMEO_${_kameo_upper}_INCLUDE_DIR)
  kameo_need(${name} ${package} KAMEO_${_kameo_upper}_INCLUDE_DIR)
  add_library(kameo_${name} INTERFACE)
  add_library(kameo::${name} ALIAS kameo_${name})
  set_target_properties(kameo_${name} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(kameo_${name} SYSTEM INTERFACE
    $<BUILD_INTERFACE:${KAMEO_${_kameo_upper}_INCLUDE_DIR}>)
endmacro()

# What a user's program needs.
find_package(Threads REQUIRED)
kameo_header_library(asio asio.hpp libasio-dev)
# Asio 1.22 finds std::aligned_alloc only where a standard header came before it, and frees with
# delete where none did: translation units must not differ in that. It knows GCC's coroutines by
# itself, but not those of clang 16 with libstdc++.
target_compile_definitions(kameo_asio INTERFACE ASIO_STANDALONE ASIO_HAS_STD_ALIGNED_ALLOC=1
  $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_CO_AWAIT;ASIO_HAS_STD_COROUTINE>)
# Its __thread variables are no good in coroutines that go on in another thread: clang keeps their
# address over a suspension (LLVM issue 47179). Decided here and not by the user's compiler: a library
# and its user must not differ in it.
set(_kameo_asio_flags "")
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  target_compile_definitions(kameo_asio INTERFACE ASIO_DISABLE_THREAD_KEYWORD_EXTENSION)
  set(_kameo_asio_flags " -DASIO_DISABLE_THREAD_KEYWORD_EXTENSION")
endif()
target_link_libraries(kameo_asio INTERFACE Threads::Threads)

# What kameo-gen and kameo need.
find_package(yaml-cpp 0.7 QUIET)
kameo_need(yaml-cpp libyaml-cpp-dev yaml-cpp_FOUND)
find_package(CLI11 2.1 QUIET)
kameo_need(CLI11 libcli11-dev CLI11_FOUND)

# What the tests need.
if(KAMEO_BUILD_TESTS)
  find_package(Catch2 2.13 QUIET)
  kameo_need(Catch2 catch2 Catch2_FOUND)
  if(Catch2_FOUND AND Catch2_VERSION VERSION_GREATER_EQUAL 3)
    message(FATAL_ERROR "the tests are written for Catch2 2.13, found ${Catch2_VERSION}")
  endif()
  find_package(nlohmann_json 3.11 QUIET)
  kameo_need(nlohmann_json nlohmann-json3-dev nlohmann_json_FOUND)
  find_package(rapidcheck QUIET)
  kameo_need(rapidcheck librapidcheck-dev rapidcheck_FOUND)
  find_package(cereal 1.3 QUIET)
  kameo_need(cereal libcereal-dev cereal_FOUND)
  find_package(fmt QUIET)
  kameo_need(fmt libfmt-dev fmt_FOUND)
endif()

if(_kameo_missing)
  list(JOIN _kameo_missing_packages " " _kameo_missing_packages)
  message(FATAL_ERROR "kameo lacks:${_kameo_missing}\n"
    "Install them by `apt-get install ${_kameo_missing_packages}` or by cmake/setup.sh.")
endif()
