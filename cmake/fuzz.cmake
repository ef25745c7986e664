# fuzz/<layer>/<name>_fuzz.cpp becomes the program <layer>_<name>_fuzz, with fuzz/<layer>/seeds/<name>/* as its first inputs.
# Every build has them with a plain main that also mutates the seeds a little (a test); with SLIPWAY_FUZZ they are libFuzzer
# programs: cmake --preset fuzz && ninja -C build/fuzz json_text_fuzz && build/fuzz/json_text_fuzz CORPUS fuzz/json/seeds/text

option(SLIPWAY_FUZZ "Link the fuzz targets with libFuzzer" OFF)

function(slipway_fuzz_targets)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/fuzz/*/*_fuzz.cpp)
  foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    get_filename_component(folder ${source} DIRECTORY)
    get_filename_component(layer ${folder} NAME)
    string(REGEX REPLACE "_fuzz$" "" subject ${name})
    file(GLOB seeds CONFIGURE_DEPENDS ${folder}/seeds/${subject}/*)
    set(target ${layer}_${name})
    add_executable(${target} ${source})
    target_link_libraries(${target} PRIVATE slipway_${layer})
    if(SLIPWAY_FUZZ)
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    else()
      target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/fuzz/plain_main.cpp)
      add_test(NAME ${target} COMMAND ${target} ${seeds})
    endif()
  endforeach()
endfunction()
