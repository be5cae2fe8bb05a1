# kameo_test(<name> SOURCES … [LIBS …] [ENVIRONMENT …] [OWN_MAIN])
#
# One Catch2 executable `test_<name>`; each of its test cases is a test of ctest with the label
# <name>. The cases are listed when ctest starts, not by the build: a build that only wants an
# object file runs nothing. OWN_MAIN: one of the sources has a main() (a test binary that also
# serves as a child process); it includes <run_tests.hpp> and ends in
# `return run_tests(argc, argv);`.

set(KAMEO_TEST_TIMEOUT 60 CACHE STRING "Seconds after which a test counts as hung")
set(_KAMEO_TESTING ${CMAKE_CURRENT_LIST_DIR}/testing)

# Catch2's own code is the slow part of a Catch2 test; it is compiled once, as quickly as can be.
add_library(kameo_catch OBJECT EXCLUDE_FROM_ALL ${_KAMEO_TESTING}/catch.cpp)
target_compile_options(kameo_catch PRIVATE -O0 -fno-sanitize=all)
target_link_libraries(kameo_catch PUBLIC Catch2::Catch2)
target_include_directories(kameo_catch PUBLIC ${_KAMEO_TESTING})
target_compile_features(kameo_catch PUBLIC cxx_std_20)
add_library(kameo_test_main OBJECT EXCLUDE_FROM_ALL ${_KAMEO_TESTING}/main.cpp)
target_compile_features(kameo_test_main PUBLIC cxx_std_20)

# The interpreter of the tests' Python children: this build's own, where it makes the extension, or
# one that is given (of another build). A sanitized extension loads only into a process that has the
# sanitizer's runtime from its start; CPython's own leaks at exit are not ours; and a child that is to
# die by a signal must die by it, not by the sanitizer's report.
set(KAMEO_TEST_PYTHON "" CACHE FILEPATH "Interpreter of the tests' Python children")
set(KAMEO_CHILD_PYTHON ${KAMEO_TEST_PYTHON})
if(NOT KAMEO_CHILD_PYTHON AND KAMEO_BUILD_PYTHON)
  set(KAMEO_CHILD_PYTHON ${PROJECT_BINARY_DIR}/venv/bin/python)
  if(KAMEO_SANITIZE MATCHES "address")
    execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=libasan.so
      OUTPUT_VARIABLE _kameo_runtime OUTPUT_STRIP_TRAILING_WHITESPACE)
    file(WRITE ${PROJECT_BINARY_DIR}/sanitized-python "#!/bin/sh
export LD_PRELOAD=${_kameo_runtime}
export ASAN_OPTIONS=detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigfpe=0:handle_sigill=0:$ASAN_OPTIONS
exec ${KAMEO_CHILD_PYTHON} \"$@\"
")
    file(CHMOD ${PROJECT_BINARY_DIR}/sanitized-python
      PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
    set(KAMEO_CHILD_PYTHON ${PROJECT_BINARY_DIR}/sanitized-python)
  endif()
endif()

# What every test finds in its environment. The sanitizers stop at the first finding and say where.
set(_KAMEO_TEST_ENVIRONMENT
  "KAMEO_BUILD_DIR=${PROJECT_BINARY_DIR}"
  "KAMEO_PYTHON=${KAMEO_CHILD_PYTHON}"
  "ASAN_OPTIONS=abort_on_error=0:detect_stack_use_after_return=1:strict_string_checks=1"
  "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1"
  "TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1")

function(kameo_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "OWN_MAIN" "" "SOURCES;LIBS;ENVIRONMENT")
  set(target test_${name})
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE kameo_catch ${arg_LIBS})
  if(NOT arg_OWN_MAIN)
    target_link_libraries(${target} PRIVATE kameo_test_main)
  endif()
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  kameo_warnings(${target})

  # The tests file is written by ctest itself; what it must know is laid down beside it.
  set(stem ${CMAKE_CURRENT_BINARY_DIR}/${target})
  set(environment ${_KAMEO_TEST_ENVIRONMENT} ${arg_ENVIRONMENT})
  file(GENERATE OUTPUT ${stem}_include.cmake CONTENT
"set(test_description [==[${stem}_include.cmake]==])
set(test_executable [==[$<TARGET_FILE:${target}>]==])
set(test_list [==[${stem}_list.cmake]==])
set(test_directory [==[${CMAKE_CURRENT_BINARY_DIR}]==])
set(test_label [==[${name}]==])
set(test_timeout [==[${KAMEO_TEST_TIMEOUT}]==])
set(test_environment [==[${environment}]==])
include([==[${_KAMEO_TESTING}/discover.cmake]==])
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${stem}_include.cmake)
endfunction()

# kameo_fuzz(<name> SOURCES … [LIBS …])
#
# A fuzzer `fuzz_<name>`: sources with LLVMFuzzerTestOneInput(). With KAMEO_FUZZ (preset `fuzz`) it is
# a libFuzzer program, which tests/fuzz/run starts; else it is a test that feeds it every file of its
# corpus, tests/fuzz/corpus/<name>/, so that what was once found stays mended.
add_custom_target(fuzzers)
function(kameo_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS")
  set(target fuzz_${name})
  set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE ${arg_LIBS})
  target_compile_features(${target} PRIVATE cxx_std_20)
  kameo_warnings(${target})
  add_dependencies(fuzzers ${target})
  if(KAMEO_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${target} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
  else()
    target_sources(${target} PRIVATE ${_KAMEO_TESTING}/replay.cpp)
    add_test(NAME "the fuzzer ${name} finds nothing in its corpus" COMMAND ${target} ${corpus})
    set_tests_properties("the fuzzer ${name} finds nothing in its corpus" PROPERTIES
      LABELS fuzz TIMEOUT ${KAMEO_TEST_TIMEOUT} ENVIRONMENT "${_KAMEO_TEST_ENVIRONMENT}")
  endif()
endfunction()
