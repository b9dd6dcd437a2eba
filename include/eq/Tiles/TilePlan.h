// What a block of threads computes together, and where in its shared memory:
// the plan of a loop for #eq.cta.
//
//   %a = generic(i, k) ins(%w, %z)     nest: for i: a = sum, f = tanh(a)
//   %f = generic(i)    ins(%a)      ->       f in scratch memory
//   %r = generic(i)    ins(%f, %z)     %r, by every thread
//   next select(%bad, %z, %f)          nest: in place of the state
//
// The plan is made of the code of one sample, so that the stage schedule can
// ask for it as well.
#ifndef EQ_TILES_TILEPLAN_H
#define EQ_TILES_TILEPLAN_H

#include "eq/IR/EqOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/MapVector.h"
#include <optional>
#include <string>

namespace mlir::eq {

/// The lanes of a warp.
inline constexpr int64_t warpLanes = 32;

/// Where the elements of a tensor are.
struct TilePlace {
  int64_t offset = 0; // in shared memory
  int64_t bytes = 0;
  int64_t elements = 1;
  Type element;                 // of one sample
  SmallVector<int64_t> strides; // in elements
  bool ofSamples = false;       // an element for each sample of the tile

  int64_t end() const { return offset + bytes; }
};

/// Ops that share a loop over rows; or one op.
using TileItem = SmallVector<Operation *>;

/// Whether an op only gives other indices to the elements of its first operand:
/// slices at constant places, and shapes with other dimensions.
bool isTileView(Operation *op);
/// The tensor whose elements are read through views.
Value sourceOfTileViews(Value value);
/// Whether each element of an op's result is an element of an operand, by its
/// indices: tensor.insert, tensor.insert_slice at constant places, eq.push.
bool isTileMove(Operation *op);

/// What values of loops and branches in a region stand for.
///
///   scf.for iter_args(%a = %r)      %a is the record %r
///   %y = scf.for iter_args(%a = %z) %y is %a, which has memory of its own
///   eq.loop shared(%w)  step(%v)    %v is %w
class TileRoots {
public:
  explicit TileRoots(LoopOp loop);

  /// The value that this one stands for: itself, if for none.
  Value of(Value value) const;
  /// Those that stand for a value, and it itself.
  SmallVector<Value> standInsOf(Value value) const;
  /// Whether the value is a record of the outermost loop.
  bool isRecord(Value value) const { return records.contains(of(value)); }

private:
  void collect(Block &block);
  void add(Value value, Value root);

  DenseMap<Value, Value> roots;
  DenseMap<Value, SmallVector<Value>> standIns;
  DenseSet<Value> records;
};

class TilePlan {
public:
  /// Why a loop has no such plan, or nothing.
  static std::optional<std::string> whyNot(LoopOp loop);

  /// For a loop that has one, with so many samples for each lane.
  TilePlan(LoopOp loop, int64_t samples);

  /// Shared memory of a block.
  int64_t getSharedBytes() const { return sharedBytes; }
  /// The ops of a block of a region in the order in which they run; without
  /// constants, which come first, and without the terminator.
  ArrayRef<TileItem> itemsOf(Block *block) const {
    auto found = items.find(block);
    assert(found != items.end() && "expected a block of a region");
    return found->second;
  }
  /// Where a tensor is, or null: a region's tensor may be in registers only,
  /// and a shared operand in global memory.
  const TilePlace *placeOf(Value value) const {
    auto found = places.find(roots.of(value));
    return found == places.end() ? nullptr : &found->second;
  }
  /// The state whose memory a tensor of the step is written to at once, in
  /// place of the old one.
  std::optional<unsigned> directState(Value value) const {
    auto found = direct.find(value);
    return found == direct.end() ? std::optional<unsigned>() : found->second;
  }
  /// The places of states, and null for scalars.
  const TilePlace *placeOfState(unsigned i) const {
    return statePlaces[i].element ? &statePlaces[i] : nullptr;
  }
  /// Whether the value differs between samples.
  bool isVarying(Value value) const {
    return varying.contains(roots.of(value));
  }
  const TileRoots &getRoots() const { return roots; }
  /// The arguments of a region of a loop that stand for `shared` operands.
  static ArrayRef<BlockArgument> sharedOf(LoopOp loop, Region &region);
  /// The same for records, of which `start` may have none and `finish` has
  /// none.
  static ArrayRef<BlockArgument> recordsOf(LoopOp loop, Region &region);
  /// The dimension of an op that its rows are.
  static unsigned rowOf(linalg::GenericOp op);

  /// Whether an op is the largest of some integers, or of numbers of no sign as
  /// integers: whatever their order. Warps take some of them each.
  static bool isMaximum(linalg::GenericOp op);
  /// A word for each sample of the tile, which a step may use.
  TilePlace getWords(MLIRContext *context) const;

  /// The memory starts with what threads tell each other: two words that one
  /// writes for all, and after these bytes a word for each sample of the tile.
  static constexpr int64_t mailBytes = 16;

  /// The number of warps for which the least of them are idle.
  static int64_t chooseWarps(LoopOp loop, int64_t rows);

private:
  TilePlace makePlace(RankedTensorType type, bool ofSamples) const;
  void planBlock(Block &block);
  void findVarying(Block &block);
  void findVaryingInside(Operation *op);
  void placeResidents();
  void placeStatesAndIns();
  void findDirectStates();
  void placeScratch(Region &region);
  void addScratch(Value value, int64_t from, int64_t to);
  bool needsMemory(Value value) const;
  int64_t timeOf(Operation *op) const;
  int64_t lastUseOf(Value value) const;

  LoopOp loop;
  TileRoots roots;
  int64_t samples;
  int64_t sharedBytes;
  int64_t time = 0;
  DenseMap<Operation *, int64_t> times, endTimes;
  DenseMap<Block *, SmallVector<TileItem>> items;
  DenseMap<Value, TilePlace> places;
  DenseMap<Value, unsigned> direct;
  SmallVector<TilePlace> statePlaces;
  DenseSet<Value> varying;

  struct Scratch {
    int64_t from, to;
    TilePlace place;
  };
  SmallVector<Scratch> scratch; // of the region that is planned
};

} // namespace mlir::eq

#endif // EQ_TILES_TILEPLAN_H
