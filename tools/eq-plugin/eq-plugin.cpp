// EqPlugin.so: eq in a stock mlir-opt of the same MLIR.
//
//   mlir-opt --load-dialect-plugin=EqPlugin.so --load-pass-plugin=EqPlugin.so
//
// It links neither libEq nor LLVM, and loads libEq, from its own folder, only
// after it has looked at the process: a second MLIR, or a second eq, would end
// the process in ways that nobody understands.

// Otherwise the headers ask for a symbol of LLVM.
#define LLVM_DISABLE_ABI_BREAKING_CHECKS_ENFORCING 1

#include "eq/Pipeline/Plugin.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include <climits>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <link.h>

namespace {

// A host goes on without a plugin that could not be loaded, and then complains
// of operations that it does not know.
[[noreturn]] __attribute__((format(printf, 1, 2))) void fail(const char *format,
                                                             ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("error: eq's plugin: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

// A file's name without links.
struct Path {
  char text[PATH_MAX] = "";

  explicit Path(const char *name) {
    if (!realpath(name, text))
      fail("the file '%s' could not be found", name);
  }
};

const char *fileOf(const void *address) {
  Dl_info info;
  return dladdr(address, &info) ? info.dli_fname : "";
}

// The file of the libEq that the process has, or null: by its name, or by what
// it defines where it has another or was linked into something.
const char *presentLibrary() {
  link_map *map = nullptr;
  void *library = dlopen(EQ_LIBRARY, RTLD_LAZY | RTLD_NOLOAD);
  if (library && dlinfo(library, RTLD_DI_LINKMAP, &map) == 0)
    return map->l_name;
  void *function = dlsym(RTLD_DEFAULT, EQ_PLUGIN_REGISTER_DIALECTS);
  return function ? fileOf(function) : nullptr;
}

// The same MLIR is the same shared library. A host that has none, because it
// was linked with MLIR's static ones, has types of its own.
void checkMLIR() {
  if (dlopen(EQ_MLIR_LIBRARY, RTLD_LAZY | RTLD_NOLOAD))
    return;
  unsigned major = 0, minor = 0, patch = 0;
  using GetVersion = void (*)(unsigned *, unsigned *, unsigned *);
  auto getVersion =
      reinterpret_cast<GetVersion>(dlsym(RTLD_DEFAULT, "LLVMGetVersion"));
  if (!getVersion)
    fail("expected a program that uses the shared library " EQ_MLIR_LIBRARY
         ", with which eq was built, but this one does not");
  getVersion(&major, &minor, &patch);
  fail("expected a program that uses the shared library " EQ_MLIR_LIBRARY
       ", with which eq was built, but this one has LLVM %u.%u.%u%s",
       major, minor, patch,
       major == LLVM_VERSION_MAJOR && minor == LLVM_VERSION_MINOR
           ? " without it"
           : "");
}

// Functions of libEq: of the one that the host has, or of the one beside this
// file.
struct Library {
  decltype(&eqPluginRegisterDialects) registerDialects = nullptr;
  decltype(&eqPluginRegisterPasses) registerPasses = nullptr;

  Library() {
    checkMLIR();
    Path own(fileOf(reinterpret_cast<const void *>(&fail)));
    char *slash = strrchr(own.text, '/');
    size_t room = own.text + sizeof(own.text) - slash;
    if (snprintf(slash, room, "/%s", EQ_LIBRARY) >= static_cast<int>(room))
      fail("the path of " EQ_LIBRARY " is too long");
    Path wanted(own.text);
    const char *present = presentLibrary();
    if (present && strcmp(Path(present).text, wanted.text) != 0)
      fail("expected one copy of eq in a program, but this one has %s, and the "
           "plugin comes with %s: load the plugin that was built with the "
           "first",
           Path(present).text, wanted.text);

    void *library = dlopen(wanted.text, RTLD_NOW | RTLD_GLOBAL);
    if (!library)
      fail("%s", dlerror());
    registerDialects = reinterpret_cast<decltype(registerDialects)>(
        dlsym(library, EQ_PLUGIN_REGISTER_DIALECTS));
    registerPasses = reinterpret_cast<decltype(registerPasses)>(
        dlsym(library, EQ_PLUGIN_REGISTER_PASSES));
    if (!registerDialects || !registerPasses)
      fail("expected %s to be of the same version as the plugin, but it lacks "
           "what the plugin calls",
           wanted.text);
  }
};

const Library &library() {
  static Library only;
  return only;
}

} // namespace

extern "C" __attribute__((visibility("default"))) mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  library();
  return {MLIR_PLUGIN_API_VERSION, "eq", EQ_VERSION,
          [](mlir::DialectRegistry *registry) {
            library().registerDialects(registry);
          }};
}

extern "C" __attribute__((visibility("default"))) mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  library();
  return {MLIR_PLUGIN_API_VERSION, "eq", EQ_VERSION,
          [] { library().registerPasses(); }};
}
