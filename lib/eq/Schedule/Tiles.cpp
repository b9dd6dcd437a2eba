// What a block of threads of a GPU needs for a tile of a loop's samples.

#include "Tiles.h"
#include "Registers.h"
#include "eq/Tiles/TilePlan.h"

namespace mlir::eq {

// Shared memory that the driver takes of each block. CUDA C++ Programming
// Guide, "Compute Capability 8.x" and "9.0".
static constexpr int64_t reservedBytes = 1024;

// Registers of a thread beside its sums: operands, addresses, the samples'
// scalars.
static constexpr int64_t otherRegisters = 100;

// Warps of a multiprocessor that hide each other's waiting.
static constexpr int64_t enoughWarps = 6;

// Rows of a product that a warp computes at once: with 4 samples a lane, the
// sums take 64 registers, and shared memory is read half of the time.
static constexpr int64_t proposedRows = 16;

// A larger shared tensor does not fit into the parameters of a kernel.
static constexpr int64_t mostElementsOfThreads = 768;

std::optional<std::string> whyNoTiles(LoopOp loop) {
  if (std::optional<std::string> why = TilePlan::whyNot(loop))
    return why;
  if (Operation *call = findLibraryCall(loop))
    return "'" + call->getName().getStringRef().str() +
           "' has no form for kernels";
  return std::nullopt;
}

std::optional<std::string> whyBetterTiles(LoopOp loop) {
  if (whyNoTiles(loop))
    return std::nullopt;
  for (BlockArgument argument : TilePlan::sharedOf(loop, loop.getStep())) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (type && !argument.use_empty() &&
        type.getNumElements() > mostElementsOfThreads)
      return "every thread would read " +
             std::to_string(type.getNumElements()) +
             " numbers of a shared tensor in each step";
  }
  return std::nullopt;
}

TileNeeds countTileNeeds(LoopOp loop, CtaAttr schedule, GPUTargetAttr target) {
  TilePlan plan(loop, schedule.getSamples());
  TileNeeds needs = {plan.getSharedBytes(), 32 * schedule.getWarps(), 0};
  int64_t sums = schedule.getSamples() * schedule.getRows();
  int64_t registers = std::min(mostRegisters, sums + otherRegisters);
  int64_t byRegisters =
      threadsAtOnce(registers, needs.threads, target) / needs.threads;
  // A multiprocessor has what a block can have, and that block's reserve.
  int64_t byMemory = (target.getSharedMemory() + reservedBytes) /
                     (needs.sharedBytes + reservedBytes);
  needs.blocks = std::min(byRegisters, byMemory);
  return needs;
}

CtaAttr proposeTiles(LoopOp loop, GPUTargetAttr target) {
  int64_t warps = TilePlan::chooseWarps(loop, proposedRows);
  CtaAttr best;
  int64_t mostWarps = 0;
  for (int64_t samples : {4, 2, 1}) {
    // A change of places takes about a third of a step: for an eighth of them.
    auto schedule =
        CtaAttr::get(target.getContext(), warps, samples, proposedRows,
                     /*refill=*/4 * samples, /*chunk=*/0);
    TileNeeds needs = countTileNeeds(loop, schedule, target);
    if (needs.sharedBytes > target.getSharedMemory())
      continue;
    int64_t atOnce = warps * needs.blocks;
    if (atOnce > mostWarps) {
      best = schedule;
      mostWarps = atOnce;
    }
    if (mostWarps >= enoughWarps)
      break;
  }
  return best;
}

} // namespace mlir::eq
