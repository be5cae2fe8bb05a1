# kameo_generate(<target> SCHEMAS a.kameo.yaml … [IMPORT_DIRS …] [PYTHON_OUT <folder>])
#
# Runs kameo-gen on each schema and adds what it writes to <target>: sources, include folder, and
# kameo::kameo to link. A schema of package `a.b` gives `#include <a/b/b.hpp>`. What a schema
# imports is not written along with it: name it too, here or in a target that this one links.
# With PYTHON_OUT the Python package `kameo` for all schemas of the call is written below <folder>.
#
# Works the same after find_package(kameo) and after add_subdirectory(kameo). When building for
# another machine, set KAMEO_GEN_EXECUTABLE to a kameo-gen of this one.
function(kameo_generate target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PYTHON_OUT" "SCHEMAS;IMPORT_DIRS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "kameo_generate(${target}): unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_SCHEMAS)
    message(FATAL_ERROR "kameo_generate(${target}): SCHEMAS names no file")
  endif()
  if(NOT TARGET ${target})
    message(FATAL_ERROR "kameo_generate(${target}): there is no such target")
  endif()
  if(KAMEO_GEN_EXECUTABLE)
    set(generator ${KAMEO_GEN_EXECUTABLE})
  elseif(TARGET kameo::kameo-gen)
    set(generator kameo::kameo-gen)
  else()
    set(generator kameo-gen)
  endif()

  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}.kameo)
  set(import_options "")
  foreach(folder IN LISTS arg_IMPORT_DIRS)
    get_filename_component(folder ${folder} ABSOLUTE)
    list(APPEND import_options --import-dir ${folder})
  endforeach()

  set(schemas "")
  foreach(schema IN LISTS arg_SCHEMAS)
    get_filename_component(schema ${schema} ABSOLUTE)
    list(APPEND schemas ${schema})
    _kameo_generated_files(${schema} files)
    list(TRANSFORM files PREPEND ${out}/)
    get_filename_component(name ${schema} NAME)
    set(stamp ${out}/${name}.stamp)
    _kameo_generate_command(${stamp} "${name} as C++" ${generator} ${schema} ${import_options}
      --cpp-out ${out})
    # kameo-gen leaves a file untouched that would not change, so that nothing is compiled again;
    # for the build to see that, the files hang on the stamp by a command that does nothing.
    add_custom_command(OUTPUT ${files} DEPENDS ${stamp} COMMAND ${CMAKE_COMMAND} -E true
      COMMENT "" VERBATIM)
    target_sources(${target} PRIVATE ${files})
  endforeach()

  if(arg_PYTHON_OUT)
    get_filename_component(python_out ${arg_PYTHON_OUT} ABSOLUTE)
    set(stamp ${out}/python.stamp)
    _kameo_generate_command(${stamp} "the Python package kameo" ${generator} ${schemas}
      ${import_options} --python-out ${python_out})
    target_sources(${target} PRIVATE ${stamp})
  endif()

  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${out}>)
  target_link_libraries(${target} PUBLIC kameo::kameo)
endfunction()

# _kameo_generate_command(<stamp> <comment> <generator> <arguments of kameo-gen generate…>)
function(_kameo_generate_command stamp comment generator)
  add_custom_command(OUTPUT ${stamp}
    COMMAND ${generator} generate ${ARGN} --depfile ${stamp}.d --depfile-target ${stamp}
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    DEPENDS ${generator} DEPFILE ${stamp}.d
    COMMENT "Generating ${comment}" VERBATIM)
endfunction()

# The files that kameo-gen writes for the package that the schema declares.
function(_kameo_generated_files schema files)
  if(NOT EXISTS ${schema})
    message(FATAL_ERROR "kameo_generate: there is no ${schema}")
  endif()
  file(STRINGS ${schema} package REGEX "^package:")
  if(NOT package MATCHES "^package:[ \t]*[\"']?([A-Za-z0-9_.]+)")
    message(FATAL_ERROR "kameo_generate: ${schema} has no line `package: <name>`")
  endif()
  string(REPLACE "." "/" folder ${CMAKE_MATCH_1})
  get_filename_component(last ${folder} NAME)
  # The names depend on that one line.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${schema})
  set(${files} ${folder}/types.hpp ${folder}/types.cpp ${folder}/actors.hpp ${folder}/actors.cpp
    ${folder}/cereal.hpp ${folder}/${last}.hpp PARENT_SCOPE)
endfunction()
