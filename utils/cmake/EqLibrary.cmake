# eq_add_library(EqFuse A.cpp B.cpp): one folder of lib/eq as an object library.
# All of them end in the one libEq.so, so that a type has one identity in a
# process (static copies would duplicate MLIR's TypeIDs). They share one
# precompiled header.
define_property(GLOBAL PROPERTY EQ_OBJECT_LIBRARIES
                BRIEF_DOCS "object libraries of libEq")

function(eq_add_library name)
  add_library(${name} OBJECT ${ARGN})
  add_dependencies(${name} EqHeaders)
  if(name STREQUAL "EqIR")
    target_precompile_headers(EqIR PRIVATE
      ${PROJECT_SOURCE_DIR}/lib/eq/Precompiled.h)
  else()
    target_precompile_headers(${name} REUSE_FROM EqIR)
  endif()
  set_property(GLOBAL APPEND PROPERTY EQ_OBJECT_LIBRARIES ${name})
endfunction()

# eq_tablegen(EqOps.td -gen-op-decls EqOps.h.inc [more pairs])
function(eq_tablegen source)
  set(LLVM_TARGET_DEFINITIONS ${source})
  set(pairs ${ARGN})
  while(pairs)
    list(POP_FRONT pairs options output)
    separate_arguments(options)
    mlir_tablegen(${output} ${options})
  endwhile()
  string(REPLACE "/" "_" target "EqGen_${CMAKE_CURRENT_SOURCE_DIR}_${source}")
  add_custom_target(${target} DEPENDS ${TABLEGEN_OUTPUT})
  add_dependencies(EqHeaders ${target})
  set(TABLEGEN_OUTPUT "" PARENT_SCOPE)
endfunction()
