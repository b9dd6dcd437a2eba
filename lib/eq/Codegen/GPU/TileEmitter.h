// The code of a region for the samples of a tile, as every thread of a block
// runs it.
#ifndef EQ_CODEGEN_GPU_TILEEMITTER_H
#define EQ_CODEGEN_GPU_TILEEMITTER_H

#include "eq/Batch/Batch.h"
#include "eq/IR/EqOps.h"
#include "eq/Tiles/TilePlan.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include <functional>

namespace mlir::eq {

/// Where a thread is, and what its block has.
struct TileThread {
  Value shared;     // the start of shared memory, !llvm.ptr<3>
  Value warp, lane; // index
  int64_t warps, samples, rows;
  /// Threads whose samples make an element of a tensor, side by side; `lane` is
  /// the number of one of them.
  int64_t columns = warpLanes;
};

/// Vouches that all warps of a block get the same of `op`.
Value sameInBlock(Operation *op);

/// Moves regions of a loop to where `builder` is. All threads of a block come
/// here together, with the same values for the samples of a lane.
class TileEmitter {
public:
  TileEmitter(OpBuilder &builder, Location loc, const TilePlan &plan,
              const TileThread &thread, Batcher &batcher)
      : builder(builder), loc(loc), plan(plan), thread(thread),
        batcher(batcher) {}

  /// A shared tensor that is in global memory.
  void setGlobal(Value tensor, Value pointer) { globals[tensor] = pointer; }
  /// Whose states are written: those that are stored in place at once.
  void setStateMask(Value mask) { stateMask = mask; }

  /// The sample of each place, i64, and the memory of all samples that an
  /// argument stands for which is a record.
  void setSamples(Value numbers) { samples = numbers; }
  void setRecord(Value argument, Value pointer) { records[argument] = pointer; }
  /// Whether the call is to stop, i1: what eq.cancelled gives.
  void setCancelled(Value stops) { cancelled = stops; }

  /// Lets warps share the work of maxima and sums, in the words of the plan.
  void shareWords() { sharesWords = true; }

  /// Emits the ops of a region, whose arguments are known.
  void emitRegion(Region &region);

  /// Writes a tensor of the region, in all its elements, to another place, for
  /// the samples of a mask. What is undefined is not written.
  void copyTo(Value tensor, const TilePlace &place, Value mask);

  /// An element of a tensor of the region: a vector of samples where it varies.
  Value read(Value tensor, ValueRange indices);
  /// Before a tensor is read that no op of the region reads.
  void prepareRead(Value tensor);

  /// The element at `linear`, whatever the rank.
  Value load(const TilePlace &place, Value linear);
  void store(Value value, const TilePlace &place, Value linear);

  /// Calls `body` for each of `count` elements that are this warp's.
  void forEachOfWarp(int64_t count, function_ref<void(Value)> body);
  /// Elements of a sample of the tile that lanes of a warp read, from memory or
  /// from where they are in the tile, and write where they belong: the number
  /// of an element, and its address in the tile.
  struct Transfer {
    const TilePlace *place;
    Value sample;    // of the tile, index
    Value condition; // of what is written; null: all is
    std::function<Value(Value element, Value address)> load;
    std::function<void(Value element, Value address, Value value)> store;
  };
  /// So many elements of a lane are on their way at once.
  static constexpr int64_t chunksAtOnce = 8;
  static int64_t chunksOf(const TilePlace &place) {
    return llvm::divideCeil(place.elements, warpLanes);
  }
  /// Lanes share the elements. What is read of all transfers is on its way
  /// before the first element is written.
  void transfer(ArrayRef<Transfer> transfers);
  /// The row-major indices of an element of `type`.
  SmallVector<Value> indicesOf(Value element, RankedTensorType type);
  Value linearOf(const TilePlace &place, ValueRange indices);

  /// All threads of the block wait for each other; memory is seen.
  void barrier();
  /// A barrier if there were accesses since the last one.
  void settle();
  /// Before an op that reads and writes these places: a barrier if other warps
  /// may have written one, or may read one still that is written. Where the op
  /// does both to a place, each warp touches its own elements.
  void prepare(ArrayRef<const TilePlace *> reads,
               ArrayRef<const TilePlace *> writes);
  /// Whether a condition holds for a sample of the tile.
  Value anyOfTile(Value mask);

  using Range = std::pair<int64_t, int64_t>; // of shared memory

private:
  using Point = SmallVector<Value>;

  void emitItems(Block &block);
  void emitOp(Operation *op);
  void emitIf(scf::IfOp op);
  void emitFor(scf::ForOp op);
  void emitLoop(LoopOp op);
  void emitRecord(RecordOp op);
  void copyAll(ValueRange values, ValueRange to, Value mask);
  SmallVector<Value> wideScalars(ValueRange values);
  using Body = function_ref<SmallVector<Value>(ValueRange)>;
  SmallVector<Value> repeat(ValueRange initial, function_ref<Value(ValueRange)>,
                            Body turn);
  void emitSums(linalg::GenericOp op);
  void emitMaximum(linalg::GenericOp op);
  bool isSumOfMemory(linalg::GenericOp op);
  void emitSumsOfSamples(linalg::GenericOp op);
  void emitNest(const TileItem &item);
  void emitTile(const TileItem &item, Value first, int64_t count);
  void emitRows(linalg::GenericOp op, ArrayRef<unsigned> looped,
                const Point &dims);
  void emitReductions(linalg::GenericOp op, ArrayRef<unsigned> reductions,
                      MutableArrayRef<Point> points,
                      SmallVector<SmallVector<Value>> &sums);
  SmallVector<Value> evaluate(linalg::GenericOp op, ArrayRef<Value> dims,
                              ValueRange before);
  SmallVector<Value> readInits(linalg::GenericOp op, ArrayRef<Value> dims,
                               bool all);
  Value emitExtract(tensor::ExtractOp op);
  Value sourceOf(Value tensor);
  Value rowMajor(RankedTensorType type, ValueRange indices);
  SmallVector<Value> throughView(Operation *op, ValueRange indices);
  void emitMove(Operation *op);
  Value chooseElement(ArrayRef<Value> values, RankedTensorType type,
                      ValueRange indices);
  Value readMapped(Value tensor, AffineMap map, ArrayRef<Value> dims);
  void storeResult(Value result, Value value, Value linear);
  SmallVector<const TilePlace *> placesRead(const TileItem &item);
  Value address(const TilePlace &place, Value linear, Type type);
  Value placeAddress(const TilePlace &place, Value element, Value sample);
  void transferChunks(ArrayRef<std::pair<const Transfer *, int64_t>> chunks,
                      Value first);
  Value index(int64_t value);
  Value plus(Value a, int64_t b);
  Value toSamples(Value value, Type type);

  OpBuilder &builder;
  Location loc;
  const TilePlan &plan;
  const TileThread &thread;
  Batcher &batcher;
  Value stateMask, samples, cancelled;
  DenseMap<Value, Value> records;
  bool sharesWords = false;
  DenseMap<Value, Value> globals;
  DenseMap<Value, Value> points; // elements of tensors of rank 0
  // The rows of a tile: their indices, the elements of what members have made,
  // and of what a member makes.
  SmallVector<Value> rowIndices;
  DenseMap<Value, SmallVector<Value>> rowValues;
  llvm::MapVector<Value, SmallVector<Value>> newRows;
  // Elements that were read in this turn of a loop.
  std::vector<std::pair<std::pair<Value, SmallVector<Value>>, Value>> known;
  // In a turn for four steps of a sum over `dim`: their indices.
  struct Four {
    unsigned dim;
    SmallVector<Value> steps;
  };
  std::optional<Four> four;
  SmallVector<Range> wasRead, wasWritten; // since the last barrier
};

} // namespace mlir::eq

#endif // EQ_CODEGEN_GPU_TILEEMITTER_H
