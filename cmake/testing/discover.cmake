# Read by ctest (not by cmake) for each test executable: registers its test cases, after listing
# them again if the executable or its description is newer than the list. Takes the variables set in
# <target>_include.cmake. (Debian's Catch.cmake can only list them in the build.)

# A test that was not built is a failing test, not a silent hole.
if(NOT EXISTS "${test_executable}")
  add_test("${test_label} is not built" "${test_executable}")
  set_tests_properties("${test_label} is not built" PROPERTIES LABELS "${test_label}")
  return()
endif()

if(NOT EXISTS "${test_list}" OR "${test_executable}" IS_NEWER_THAN "${test_list}"
   OR "${test_description}" IS_NEWER_THAN "${test_list}")
  # Without hidden cases ([.]): those are run by name only. The exit code is the number of cases.
  execute_process(COMMAND "${test_executable}" --list-test-names-only "~[.]"
    WORKING_DIRECTORY "${test_directory}" OUTPUT_VARIABLE names ERROR_VARIABLE problem
    RESULT_VARIABLE count)
  if(names STREQUAL "" OR NOT count MATCHES "^[0-9]+$")
    message(WARNING "${test_executable} lists no tests (${count}): ${problem}")
    add_test("${test_label} lists its tests" "${test_executable}" --list-test-names-only)
    return()
  endif()
  # CMake's lists are cut at semicolons and joined by brackets; names may have both.
  string(REGEX REPLACE "\n+$" "" names "${names}")
  string(REPLACE "[" "<kameo-open>" names "${names}")
  string(REPLACE "]" "<kameo-close>" names "${names}")
  string(REPLACE ";" "<kameo-semicolon>" names "${names}")
  string(REPLACE "\n" ";" names "${names}")
  set(script "")
  foreach(name IN LISTS names)
    string(REPLACE "<kameo-open>" "[" name "${name}")
    string(REPLACE "<kameo-close>" "]" name "${name}")
    string(REPLACE "<kameo-semicolon>" ";" name "${name}")
    # What Catch2 would take for its own syntax when it is given the name as a filter.
    string(REPLACE "\\" "\\\\" filter "${name}")
    string(REPLACE "," "\\," filter "${filter}")
    string(REPLACE "[" "\\[" filter "${filter}")
    string(APPEND script
      "add_test([==[${name}]==] [==[${test_executable}]==] [==[${filter}]==])\n"
      "set_tests_properties([==[${name}]==] PROPERTIES\n"
      "  WORKING_DIRECTORY [==[${test_directory}]==] LABELS [==[${test_label}]==]\n"
      "  TIMEOUT [==[${test_timeout}]==] ENVIRONMENT [==[${test_environment}]==])\n")
  endforeach()
  file(WRITE "${test_list}" "${script}")
endif()
include("${test_list}")
