# kameo_generate(<target> SCHEMAS a.kameo.yaml … [IMPORT_DIRS …] [PYTHON_OUT <folder>])
#
# Runs kameo-gen on each schema and adds what it writes to <target>: sources, include folder, and
# kameo::kameo to link. A schema of package `a.b` gives `#include <a/b/b.hpp>`. What a schema
# imports is not written along with it: name it too, here or in a target that this one links.
# With PYTHON_OUT the Python package `kameo` for all schemas of the call is written below <folder>;
# several calls may share one.
#
# <target> is an executable or a library of any kind, of this folder or another. The users of an
# INTERFACE library compile the generated sources, those of the others link them.
#
# Works the same after find_package(kameo), after add_subdirectory(kameo) and with FetchContent.
# When building for another machine, set KAMEO_GEN_EXECUTABLE to a kameo-gen of this one.
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

  get_target_property(type ${target} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    set(own INTERFACE)
    set(shared INTERFACE)
  else()
    set(own PRIVATE)
    set(shared PUBLIC)
  endif()

  set(number 0)
  while(TARGET ${target}.kameo${number})
    math(EXPR number "${number} + 1")
  endwhile()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}.kameo)
  set(import_options "")
  foreach(folder IN LISTS arg_IMPORT_DIRS)
    get_filename_component(folder ${folder} ABSOLUTE)
    list(APPEND import_options --import-dir ${folder})
  endforeach()

  set(schemas "")
  set(stamps "")
  foreach(schema IN LISTS arg_SCHEMAS)
    get_filename_component(schema ${schema} ABSOLUTE)
    list(APPEND schemas ${schema})
    _kameo_generated_files(${schema} files)
    list(TRANSFORM files PREPEND ${out}/)
    get_filename_component(name ${schema} NAME)
    # Beside the files: schemas of one name may lie in several folders.
    list(GET files 0 stamp)
    get_filename_component(stamp ${stamp} DIRECTORY)
    string(APPEND stamp /generated.stamp)
    # kameo-gen leaves a file untouched that would not change, so that nothing is compiled again.
    _kameo_generate_command(${stamp} "${files}" "${name} as C++" ${generator} ${schema}
      ${import_options} --cpp-out ${out})
    target_sources(${target} ${own} ${files})
    list(APPEND stamps ${stamp})
  endforeach()

  if(arg_PYTHON_OUT)
    get_filename_component(python_out ${arg_PYTHON_OUT} ABSOLUTE)
    set(stamp ${out}/python${number}.stamp)
    _kameo_generate_command(${stamp} "" "the Python package kameo" ${generator} ${schemas}
      ${import_options} --python-out ${python_out})
    list(APPEND stamps ${stamp})
  endif()

  # A target of its own: <target> may be of another folder, where the commands above are not known,
  # and what compiles the sources of an INTERFACE library is somewhere else too.
  add_custom_target(${target}.kameo${number} DEPENDS ${stamps})
  add_dependencies(${target} ${target}.kameo${number})

  target_include_directories(${target} ${shared} $<BUILD_INTERFACE:${out}>)
  target_link_libraries(${target} ${shared} kameo::kameo)
endfunction()

# _kameo_generate_command(<stamp> <files> <comment> <generator> <arguments of kameo-gen generate…>)
# <files> may be older than the schema: that is why they are no outputs.
function(_kameo_generate_command stamp files comment generator)
  set(byproducts "")
  if(files)
    set(byproducts BYPRODUCTS ${files})
  endif()
  add_custom_command(OUTPUT ${stamp} ${byproducts}
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
    ${folder}/cereal.hpp ${folder}/testing.hpp ${folder}/generators.hpp ${folder}/${last}.hpp
    PARENT_SCOPE)
endfunction()
