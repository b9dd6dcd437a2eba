// Everything of eq in one registry, and the stages in order.
#ifndef EQ_PIPELINE_PIPELINE_H
#define EQ_PIPELINE_PIPELINE_H

#include "mlir/Support/LLVM.h"
#include <optional>
#include <string>

namespace mlir {
class DialectRegistry;
class OpPassManager;
namespace bufferization {
struct BufferizationOptions;
} // namespace bufferization
namespace eq {

/// The stages of the compiler, in order.
enum class Stage { verify, expand, fuse, schedule, codegen };
inline constexpr Stage allStages[] = {Stage::verify, Stage::expand, Stage::fuse,
                                      Stage::schedule, Stage::codegen};

StringRef stageName(Stage stage);
std::optional<Stage> stageOf(StringRef name);

/// What becomes of loops that are scheduled for a GPU.
enum class Kernels {
  none,      // as `ptx`, for a module that says itself which GPU there is
  ptx,       // kernels of the NVVM dialect
  simulated, // functions for the simulator
};

struct PipelineOptions {
  /// A schedule that replaces those in the program; empty: keep and choose.
  std::string schedule;
  /// The processor of the attribute `eq.target` of a module that has none.
  std::string chip = "native";
  /// Its triple; empty: this machine's.
  std::string target;
  Kernels kernels = Kernels::none;
  /// The chip of the attribute `eq.gpu_target` of a module that has none, if
  /// there are to be kernels.
  std::string gpuChip = "sm_80";
};

/// Adds the passes of one stage .
void buildStage(OpPassManager &manager, Stage stage,
                const PipelineOptions &options = {});

/// Adds the stages from `from` to `to`, both included.
void buildStages(OpPassManager &manager, Stage from, Stage to,
                 const PipelineOptions &options = {});

/// Registers the dialects of eq, their models, and those that programs use.
void registerAllDialects(DialectRegistry &registry);

/// Makes the host's bufferization leave bodies of solves as they are, so that
/// `eq-lower-loops` can lower them behind it. It would otherwise turn what it
/// knows in them into memory.
void leaveBodies(bufferization::BufferizationOptions &options);

/// Registers the passes of eq and the pipelines `eq-verify`, `eq-expand`,
/// `eq-fuse`, `eq-schedule`, `eq-codegen` and `eq-to-llvm` (all of them). Does
/// nothing the second time.
void registerAllPasses();

} // namespace eq
} // namespace mlir

#endif // EQ_PIPELINE_PIPELINE_H
