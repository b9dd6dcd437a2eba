# What `cmake --install` writes: libraries, tools, headers, and the CMake
# package Eq. Included last, when all targets are known.

include(CMakePackageConfigHelpers)
set(EQ_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Eq)

# One set of targets for each component of the package, so that a project that
# runs compiled programs needs no LLVM.
install(TARGETS eqrt eqrt_static EXPORT EqRuntimeTargets COMPONENT Runtime)
install(TARGETS eq-opt eq-run eq-compile EXPORT EqToolsTargets COMPONENT Tools)
install(TARGETS Eq EXPORT EqTargets COMPONENT Compiler)
install(TARGETS EqC EXPORT EqCAPITargets COMPONENT CAPI)
foreach(component Runtime Tools Compiler CAPI)
  string(REPLACE "EqCompilerTargets" "EqTargets" export Eq${component}Targets)
  install(EXPORT ${export} NAMESPACE Eq:: DESTINATION ${EQ_PACKAGE_DIR}
          COMPONENT ${component})
endforeach()

# The runtime's headers are plain C, for programs that know nothing of MLIR.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/eq/Runtime
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/eq COMPONENT Runtime)
foreach(tree ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
  install(DIRECTORY ${tree}/eq DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
          COMPONENT Compiler
          FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.def"
          PATTERN "*.h.inc"
          PATTERN "Runtime" EXCLUDE PATTERN "CMakeFiles" EXCLUDE)
endforeach()

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/eq-c
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT CAPI)

configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/EqConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/EqConfig.cmake
  INSTALL_DESTINATION ${EQ_PACKAGE_DIR} PATH_VARS CMAKE_INSTALL_INCLUDEDIR
  NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/cmake/EqConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/EqConfig.cmake
              ${PROJECT_BINARY_DIR}/cmake/EqConfigVersion.cmake
        DESTINATION ${EQ_PACKAGE_DIR} COMPONENT Runtime)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/EqAddProgram.cmake
        DESTINATION ${EQ_PACKAGE_DIR} COMPONENT Tools)
