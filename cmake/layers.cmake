# kameo_layer(<name> SOURCES … [DEPENDS …] [PRIVATE_DEPENDS …])
#
# One layer of docs/architecture.md: a static library `kameo_<name>` (alias `kameo::<name>`) with
# its public headers under `include/` and its sources and private headers beside its CMakeLists.
# It sees the headers of what it depends on and of nothing else, so a wrong arrow does not compile.
function(kameo_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS")
  set(target kameo_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(kameo::${name} ALIAS ${target})
  target_include_directories(${target}
    PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
           $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${target} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden)
  kameo_warnings(${target})
endfunction()

# The warnings that all our own code compiles under, generated code included.
function(kameo_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    $<$<BOOL:${KAMEO_WARNINGS_AS_ERRORS}>:-Werror>)
endfunction()
