# One static library a folder under src/, one test program a folder under test/, so that a change rebuilds little.

add_library(slipway_options INTERFACE)
target_compile_options(slipway_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wconversion -Wno-sign-conversion -Werror
  -fno-omit-frame-pointer)
target_include_directories(slipway_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_include_directories(slipway_options SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})
target_link_libraries(slipway_options INTERFACE Threads::Threads)
target_link_options(slipway_options INTERFACE -fuse-ld=lld)
if(SLIPWAY_SANITIZE)
  target_compile_options(slipway_options INTERFACE -fsanitize=${SLIPWAY_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(slipway_options INTERFACE -fsanitize=${SLIPWAY_SANITIZE})
endif()

# The standard headers every file needs, parsed once.
set(SLIPWAY_PRECOMPILED <algorithm> <chrono> <cstdint> <expected> <functional> <map> <memory> <optional> <string>
    <string_view> <unordered_map> <utility> <variant> <vector>)

# slipway_layer(NAME [USES layer...] [LIBRARIES target...])
function(slipway_layer name)
  cmake_parse_arguments(ARG "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  list(TRANSFORM ARG_USES PREPEND slipway_)
  if(sources)
    add_library(slipway_${name} STATIC ${sources})
    target_link_libraries(slipway_${name} PUBLIC slipway_options ${ARG_USES} ${ARG_LIBRARIES})
    target_precompile_headers(slipway_${name} PRIVATE ${SLIPWAY_PRECOMPILED})
  else()
    add_library(slipway_${name} INTERFACE)
    target_link_libraries(slipway_${name} INTERFACE slipway_options ${ARG_USES} ${ARG_LIBRARIES})
  endif()
endfunction()

# Every test/<layer>/**/*_test.cpp goes into one program <layer>_test; other .cpp files there are its support code.
function(slipway_layer_tests layer)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/test/${layer}/*.cpp)
  if(NOT tests)
    return()
  endif()
  add_executable(${layer}_test ${tests})
  target_link_libraries(${layer}_test PRIVATE slipway_${layer} GTest::gmock GTest::gtest_main)
  target_include_directories(${layer}_test PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_definitions(${layer}_test PRIVATE SLIPWAY_TEST_DATA="${CMAKE_SOURCE_DIR}/test/data")
  if(SLIPWAY_SANITIZE)
    # The tests' own code is not what the sanitizers look for; unoptimised it compiles twice as fast.
    target_compile_options(${layer}_test PRIVATE -O0)
  endif()
  target_precompile_headers(${layer}_test PRIVATE ${SLIPWAY_PRECOMPILED} <gmock/gmock.h> <gtest/gtest.h>)
  add_test(NAME ${layer} COMMAND ${layer}_test)
endfunction()

# Fails the build when a file includes a header of a layer that it may not use (cmake/check_layers.sh has the table).
function(slipway_check_layers)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/*.h ${CMAKE_SOURCE_DIR}/src/*.cpp)
  add_custom_command(
    OUTPUT ${CMAKE_BINARY_DIR}/layers.checked
    COMMAND ${CMAKE_SOURCE_DIR}/cmake/check_layers.sh ${CMAKE_SOURCE_DIR}/src
    COMMAND ${CMAKE_COMMAND} -E touch ${CMAKE_BINARY_DIR}/layers.checked
    DEPENDS ${headers} ${CMAKE_SOURCE_DIR}/cmake/check_layers.sh
    COMMENT "Checking that layers include only downward")
  add_custom_target(check_layers ALL DEPENDS ${CMAKE_BINARY_DIR}/layers.checked)
endfunction()

# bench/<name>.cpp becomes the program bench_<name>; built on demand: ninja bench_<name>.
function(slipway_benchmarks)
  file(GLOB programs CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bench/*.cpp)
  foreach(program IN LISTS programs)
    get_filename_component(name ${program} NAME_WE)
    add_executable(bench_${name} EXCLUDE_FROM_ALL ${program})
    target_link_libraries(bench_${name} PRIVATE slipway_app)
  endforeach()
endfunction()
