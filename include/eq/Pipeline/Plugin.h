// What the plugin (tools/eq-plugin) calls in libEq, which it loads itself: C
// names, so that it can look them up.
#ifndef EQ_PIPELINE_PLUGIN_H
#define EQ_PIPELINE_PLUGIN_H

/// The name of the first function below. A process that has it has libEq; one
/// that has it twice would have every type of eq twice.
#define EQ_PLUGIN_REGISTER_DIALECTS "eqPluginRegisterDialects"
#define EQ_PLUGIN_REGISTER_PASSES "eqPluginRegisterPasses"

extern "C" {

/// Registers what `registerAllDialects` does; `registry` is a
/// mlir::DialectRegistry.
__attribute__((visibility("default"))) void
eqPluginRegisterDialects(void *registry);

/// Registers what `registerAllPasses` does.
__attribute__((visibility("default"))) void eqPluginRegisterPasses();
}

#endif // EQ_PIPELINE_PLUGIN_H
