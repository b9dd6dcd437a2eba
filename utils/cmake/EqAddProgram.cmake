# eq_add_program(NAME FILE.mlir [TARGET TRIPLE] [CHIP NAME] [SCHEDULE ATTRIBUTE]
#                [STATIC_RUNTIME | RUNTIME LIBRARY])
#
# Compiles a program into a library NAME that C and C++ can link: one function
# eq_FUNCTION per public function of FILE.mlir, declared in "NAME.h", which
# targets that link NAME find. The program is compiled anew when FILE.mlir or
# the compiler changes.
#
#   TARGET, CHIP, SCHEDULE   as for eq-compile: the machine, its processor, and
#                            a schedule in place of those in the file
#   STATIC_RUNTIME           link the runtime into the program, not as a shared
#                            library
#   RUNTIME                  link this target in place of the runtime that eq was
#                            installed with, such as one built for TARGET
function(eq_add_program name file)
  cmake_parse_arguments(PARSE_ARGV 2 given "STATIC_RUNTIME"
                        "TARGET;CHIP;SCHEDULE;RUNTIME" "")
  # An empty value is a variable that was not set.
  list(FIND ARGN "" empty)
  if(given_UNPARSED_ARGUMENTS OR given_KEYWORDS_MISSING_VALUES
     OR NOT empty EQUAL -1)
    message(FATAL_ERROR
      "eq_add_program(${name}): expected TARGET, CHIP, SCHEDULE and RUNTIME "
      "with one value each, or STATIC_RUNTIME, but got (${ARGN})")
  endif()
  if(given_RUNTIME AND given_STATIC_RUNTIME)
    message(FATAL_ERROR
      "eq_add_program(${name}): expected RUNTIME or STATIC_RUNTIME, but got "
      "both")
  endif()
  if(given_RUNTIME AND NOT TARGET ${given_RUNTIME})
    message(FATAL_ERROR
      "eq_add_program(${name}): expected RUNTIME to be a target, but there is "
      "no target '${given_RUNTIME}'")
  endif()
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
             NORMALIZE OUTPUT_VARIABLE source)
  if(NOT EXISTS "${source}")
    message(FATAL_ERROR
      "eq_add_program(${name}): expected '${file}' to be a program, but there "
      "is no file ${source}")
  endif()

  set(options "")
  if(given_TARGET)
    list(APPEND options "--target=${given_TARGET}")
  endif()
  if(given_CHIP)
    list(APPEND options "--chip=${given_CHIP}")
  endif()
  if(given_SCHEDULE)
    list(APPEND options "--schedule=${given_SCHEDULE}")
  endif()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}.eq)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(
    OUTPUT ${folder}/${name}.o ${folder}/${name}.h
    COMMAND Eq::eq-compile ${source} --emit=obj -o ${folder}/${name}.o
            ${options}
    DEPENDS ${source} Eq::eq-compile
    COMMENT "Compiling the program ${file}"
    VERBATIM)
  # Whoever includes the header waits for it.
  add_custom_target(${name}_header DEPENDS ${folder}/${name}.h)
  add_library(${name} STATIC ${folder}/${name}.o)
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
  set_source_files_properties(${folder}/${name}.o PROPERTIES
    EXTERNAL_OBJECT TRUE GENERATED TRUE)
  add_dependencies(${name} ${name}_header)
  target_include_directories(${name} INTERFACE ${folder})
  set(runtime Eq::eqrt)
  if(given_STATIC_RUNTIME)
    set(runtime Eq::eqrt_static)
  elseif(given_RUNTIME)
    set(runtime ${given_RUNTIME})
    # NAME.h includes eqrt.h.
    target_include_directories(${name} INTERFACE
      $<TARGET_PROPERTY:Eq::eqrt,INTERFACE_INCLUDE_DIRECTORIES>)
  endif()
  target_link_libraries(${name} INTERFACE ${runtime} m)
endfunction()
