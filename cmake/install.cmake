# kameo::kameo, what a user's program links; and what `cmake --install` lays down:
#
#     include/kameo/                headers
#     lib/libkameo_*.a              one archive per layer
#     lib/cmake/kameo/              find_package(kameo): kameo::kameo, kameo_generate()
#     lib/pkgconfig/kameo.pc
#     bin/kameo, bin/kameo-gen
#     share/kameo/wheels/           the Python runtime, built for the interpreter of this build
add_library(kameo_umbrella INTERFACE)
add_library(kameo::kameo ALIAS kameo_umbrella)
set_target_properties(kameo_umbrella PROPERTIES EXPORT_NAME kameo)

# The layers of a user's program, highest first: that is the order in which they are linked.
set(_kameo_public_layers process actor wire schema base)
list(TRANSFORM _kameo_public_layers PREPEND kameo_ OUTPUT_VARIABLE _kameo_public_targets)
# kameo_testing is headers only, for the user's tests.
target_link_libraries(kameo_umbrella INTERFACE ${_kameo_public_targets} kameo_testing)

if(NOT KAMEO_INSTALL)
  return()
endif()
include(CMakePackageConfigHelpers)
set(_kameo_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/kameo)

install(TARGETS kameo_umbrella ${_kameo_public_targets} kameo_testing kameo_asio EXPORT kameoTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(layer IN LISTS _kameo_public_layers ITEMS testing)
  install(DIRECTORY runtime/${layer}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.hpp")
endforeach()
install(TARGETS kameo kameo-gen DESTINATION ${CMAKE_INSTALL_BINDIR})

install(EXPORT kameoTargets NAMESPACE kameo:: DESTINATION ${_kameo_cmake_dir})
configure_package_config_file(cmake/kameoConfig.cmake.in ${PROJECT_BINARY_DIR}/kameoConfig.cmake
  INSTALL_DESTINATION ${_kameo_cmake_dir} PATH_VARS CMAKE_INSTALL_BINDIR CMAKE_INSTALL_DATADIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/kameoConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/kameoConfig.cmake ${PROJECT_BINARY_DIR}/kameoConfigVersion.cmake
              cmake/kameo_generate.cmake
  DESTINATION ${_kameo_cmake_dir})

# Relative to the file itself, so that an installed tree can be moved.
file(RELATIVE_PATH _kameo_pc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" _kameo_pc_prefix ${_kameo_pc_prefix})
list(TRANSFORM _kameo_public_targets PREPEND "-l" OUTPUT_VARIABLE _kameo_pc_libs)
list(JOIN _kameo_pc_libs " " _kameo_pc_libs)
configure_file(cmake/kameo.pc.in ${PROJECT_BINARY_DIR}/kameo.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/kameo.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
# The wheel is packed whenever what it holds has changed.
if(KAMEO_BUILD_PYTHON)
  set(_kameo_wheels ${PROJECT_BINARY_DIR}/wheels)
  get_directory_property(_kameo_staged DIRECTORY runtime/python DEFINITION staged_files)
  get_directory_property(_kameo_python DIRECTORY runtime/python DEFINITION Python3_EXECUTABLE)
  add_custom_command(OUTPUT ${_kameo_wheels}/stamp
    COMMAND ${_kameo_python} ${PROJECT_SOURCE_DIR}/cmake/make_wheel.py
            ${PROJECT_BINARY_DIR}/python ${_kameo_wheels} ${PROJECT_VERSION}
    COMMAND ${CMAKE_COMMAND} -E touch ${_kameo_wheels}/stamp
    DEPENDS kameo_core ${_kameo_staged} cmake/make_wheel.py
    COMMENT "Packing the Python runtime" VERBATIM)
  add_custom_target(kameo_wheel ALL DEPENDS ${_kameo_wheels}/stamp)
  install(DIRECTORY ${_kameo_wheels}/ DESTINATION ${CMAKE_INSTALL_DATADIR}/kameo/wheels
    FILES_MATCHING PATTERN "*.whl")
endif()

install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
