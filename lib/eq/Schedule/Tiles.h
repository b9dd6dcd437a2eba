// What a block of threads of a GPU needs for a tile of a loop's samples.
#ifndef EQ_LIB_SCHEDULE_TILES_H
#define EQ_LIB_SCHEDULE_TILES_H

#include "eq/IR/EqOps.h"
#include <optional>
#include <string>

namespace mlir::eq {

/// Why the samples of a loop cannot be tiles, or nothing.
std::optional<std::string> whyNoTiles(LoopOp loop);

/// Why tiles are better for a loop whose samples could be threads, or nothing.
std::optional<std::string> whyBetterTiles(LoopOp loop);

/// What a block with this schedule takes, and how many run at once on a
/// multiprocessor. Registers are estimated by the sums that live at once.
struct TileNeeds {
  int64_t sharedBytes, threads, blocks;
};
TileNeeds countTileNeeds(LoopOp loop, CtaAttr schedule, GPUTargetAttr target);

/// The largest tiles of which enough warps run at once, else those with the
/// most warps; null if none fit in the shared memory. For a loop that can be
/// tiles.
CtaAttr proposeTiles(LoopOp loop, GPUTargetAttr target);

} // namespace mlir::eq

#endif // EQ_LIB_SCHEDULE_TILES_H
