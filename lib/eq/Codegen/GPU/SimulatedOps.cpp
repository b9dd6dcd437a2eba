// What stands for the operations of a kernel on the CPU.

#include "SimulatedOps.h"
#include "eq/Codegen/Host/Abi.h"
#include "eq/Runtime/Generated.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::eq {

// ---- Calls ------------------------------------------------------------------

// What LLVM may know about the functions that every access and turn calls: they
// leave the program's memory alone, and who runs does not change.
static void describe(LLVM::LLVMFuncOp function) {
  using LLVM::ModRefInfo;
  bool isFixed = llvm::is_contained(
      {"eqrt_sim_register", "eqrt_sim_shared", "eqrt_sim_dynamic_shared"},
      function.getName());
  bool isCount = llvm::is_contained(
      {"eqrt_sim_check", "eqrt_sim_loop", "eqrt_sim_turn"}, function.getName());
  function.setNoUnwind(true);
  if (!isFixed && !isCount)
    return;
  function.setWillReturn(isFixed);
  SmallVector<ModRefInfo> effects(6, ModRefInfo::NoModRef);
  if (isCount)
    effects[2] = ModRefInfo::ModRef; // memory that the module cannot name
  function.setMemoryEffectsAttr(
      LLVM::MemoryEffectsAttr::get(function.getContext(), effects));
}

LLVM::CallOp SimulatorCalls::call(OpBuilder &builder, Location loc,
                                  StringRef name, Type result,
                                  ValueRange arguments) {
  bool isNew = !module.lookupSymbol(name);
  LLVM::LLVMFuncOp function = declareFunction(module, module.getLoc(), name,
                                              result, arguments.getTypes());
  if (isNew)
    describe(function);
  return LLVM::CallOp::create(builder, loc, function, arguments);
}

Value SimulatorCalls::text(OpBuilder &builder, Location loc, StringRef text) {
  LLVM::GlobalOp &global = texts[text];
  if (!global) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    std::string terminated = text.str();
    terminated.push_back('\0');
    auto type =
        LLVM::LLVMArrayType::get(builder.getI8Type(), terminated.size());
    std::string name;
    do
      name = "eq.sim.text." + std::to_string(nextText++);
    while (module.lookupSymbol(name));
    global = LLVM::GlobalOp::create(
        builder, module.getLoc(), type, /*isConstant=*/true,
        LLVM::Linkage::Internal, name, builder.getStringAttr(terminated));
  }
  return LLVM::AddressOfOp::create(builder, loc, global);
}

Value SimulatorCalls::meetingPlace(OpBuilder &builder, Operation *op) {
  std::string place = locationText(op->getLoc()) + " (" +
                      op->getName().getStringRef().str() + " " +
                      std::to_string(++meetings) + ")";
  return text(builder, op->getLoc(), place);
}

Value makeNumber(OpBuilder &builder, Location loc, unsigned bits,
                 int64_t number) {
  Type type = builder.getIntegerType(bits);
  return LLVM::ConstantOp::create(builder, loc, type,
                                  builder.getIntegerAttr(type, number));
}

namespace {

// ---- The dialect nvvm -------------------------------------------------------

class OpSimulator {
public:
  OpSimulator(Operation *op, SimulatorCalls &calls)
      : op(op), loc(op->getLoc()), calls(calls), builder(op),
        i32(builder.getI32Type()), i64(builder.getI64Type()) {}

  /// Replaces an operation of nvvm. Fails if it is not known.
  LogicalResult replace();

  /// A trap ends the launch and not the process.
  void replaceTrap() {
    calls.call(builder, loc, "eqrt_sim_trap", {},
               calls.text(builder, loc, locationText(loc)));
    op->erase();
  }

  void countTurn() {
    calls.call(builder, loc, "eqrt_sim_loop", {},
               calls.text(builder, loc, locationText(loc)));
  }

  void check(Value pointer, Value bytes, int64_t alignment, bool writes) {
    calls.call(builder, loc, "eqrt_sim_check", {},
               {pointer, bytes, number(alignment), number(writes),
                calls.text(builder, loc, locationText(loc))});
  }
  Value bytes(int64_t count) { return makeNumber(builder, loc, 64, count); }
  Value toI64(Value value) {
    unsigned bits = value.getType().getIntOrFloatBitWidth();
    if (bits == 64)
      return value;
    if (bits > 64)
      return LLVM::TruncOp::create(builder, loc, i64, value);
    return LLVM::ZExtOp::create(builder, loc, i64, value);
  }

private:
  Value number(int64_t value) { return makeNumber(builder, loc, 32, value); }
  Value toI32(Value value) {
    if (value.getType().isF32())
      return LLVM::BitcastOp::create(builder, loc, i32, value);
    if (value.getType().isInteger(1))
      return LLVM::ZExtOp::create(builder, loc, i32, value);
    return value;
  }
  Value isNot0(Value value) {
    return LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne, value,
                                number(0));
  }
  /// Calls with the arguments and then the place.
  Value meet(StringRef name, Type result, ArrayRef<Value> arguments) {
    SmallVector<Value> all(arguments);
    all.push_back(calls.meetingPlace(builder, op));
    LLVM::CallOp call = calls.call(builder, loc, name, result, all);
    return result ? call.getResult() : Value();
  }
  LogicalResult replaceBy(Value value) {
    if (value)
      op->getResult(0).replaceAllUsesWith(value);
    op->erase();
    return success();
  }
  Value pair(Type type, Value first, Value second) {
    Value both = LLVM::PoisonOp::create(builder, loc, type);
    both = LLVM::InsertValueOp::create(builder, loc, both, first,
                                       ArrayRef<int64_t>{0});
    return LLVM::InsertValueOp::create(builder, loc, both, second,
                                       ArrayRef<int64_t>{1});
  }

  LogicalResult replaceOne(NVVM::VoteSyncOp vote);
  LogicalResult replaceOne(NVVM::ShflOp shuffle);
  LogicalResult replaceOne(NVVM::ReduxOp reduction);
  LogicalResult replaceOne(NVVM::MatchSyncOp match);
  LogicalResult replaceOne(NVVM::BarrierOp barrier);
  LogicalResult replaceRegister();

  Operation *op;
  Location loc;
  SimulatorCalls &calls;
  OpBuilder builder;
  Type i32, i64;
};

LogicalResult OpSimulator::replaceOne(NVVM::VoteSyncOp vote) {
  Value votes = meet(
      "eqrt_sim_vote", i32,
      {number(int64_t(vote.getKind())), vote.getMask(), toI32(vote.getPred())});
  return replaceBy(vote.getType().isInteger(1) ? isNot0(votes) : votes);
}

LogicalResult OpSimulator::replaceOne(NVVM::ShflOp shuffle) {
  Value got = meet("eqrt_sim_shuffle", i64,
                   {number(int64_t(shuffle.getKind())), shuffle.getThreadMask(),
                    toI32(shuffle.getVal()), shuffle.getOffset(),
                    shuffle.getMaskAndClamp()});
  Value value = LLVM::TruncOp::create(builder, loc, i32, got);
  if (shuffle.getVal().getType().isF32())
    value = LLVM::BitcastOp::create(builder, loc, builder.getF32Type(), value);
  if (!shuffle.getReturnValueAndIsValid())
    return replaceBy(value);
  Value valid =
      LLVM::LShrOp::create(builder, loc, got, makeNumber(builder, loc, 64, 32));
  valid = LLVM::TruncOp::create(builder, loc, builder.getI1Type(), valid);
  return replaceBy(pair(shuffle.getType(), value, valid));
}

LogicalResult OpSimulator::replaceOne(NVVM::ReduxOp reduction) {
  if (!reduction.getType().isInteger(32))
    return failure();
  return replaceBy(meet("eqrt_sim_reduce", i32,
                        {number(int64_t(reduction.getKind())),
                         reduction.getMaskAndClamp(), reduction.getVal()}));
}

LogicalResult OpSimulator::replaceOne(NVVM::MatchSyncOp match) {
  Value lanes = meet("eqrt_sim_match", i32,
                     {number(int64_t(match.getKind())), match.getThreadMask(),
                      toI64(match.getVal())});
  if (match.getKind() == NVVM::MatchSyncKind::any)
    return replaceBy(lanes);
  return replaceBy(pair(match.getType(), lanes, isNot0(lanes)));
}

LogicalResult OpSimulator::replaceOne(NVVM::BarrierOp barrier) {
  Value id = barrier.getBarrierId(), threads = barrier.getNumberOfThreads();
  int64_t kind = EQRT_SIM_NONE;
  if (auto reduction = barrier.getReductionOp())
    kind = int64_t(*reduction);
  Value predicate = barrier.getReductionPredicate();
  Value result = meet("eqrt_sim_barrier", i32,
                      {id ? id : number(0), threads ? threads : number(0),
                       number(kind), predicate ? predicate : number(0)});
  return replaceBy(barrier->getNumResults() != 0 ? result : Value());
}

LogicalResult OpSimulator::replaceRegister() {
  StringRef name = op->getName().getStringRef();
  if (!name.consume_front("nvvm.read.ptx.sreg."))
    return failure();
  int64_t dimension = llvm::StringSwitch<int64_t>(name.take_back(2))
                          .Case(".y", 1)
                          .Case(".z", 2)
                          .Default(0);
  int64_t which =
      llvm::StringSwitch<int64_t>(name)
          .Cases({"tid.x", "tid.y", "tid.z"}, EQRT_SIM_TID)
          .Cases({"ntid.x", "ntid.y", "ntid.z"}, EQRT_SIM_NTID)
          .Cases({"ctaid.x", "ctaid.y", "ctaid.z"}, EQRT_SIM_CTAID)
          .Cases({"nctaid.x", "nctaid.y", "nctaid.z"}, EQRT_SIM_NCTAID)
          .Case("laneid", EQRT_SIM_LANEID)
          .Case("warpsize", EQRT_SIM_WARPSIZE)
          .Case("warpid", EQRT_SIM_WARPID)
          .Case("nwarpid", EQRT_SIM_NWARPID)
          .Case("lanemask.eq", EQRT_SIM_LANEMASK_EQ)
          .Case("lanemask.le", EQRT_SIM_LANEMASK_LE)
          .Case("lanemask.lt", EQRT_SIM_LANEMASK_LT)
          .Case("lanemask.ge", EQRT_SIM_LANEMASK_GE)
          .Case("lanemask.gt", EQRT_SIM_LANEMASK_GT)
          .Default(-1);
  if (which < 0)
    return failure();
  return replaceBy(calls
                       .call(builder, loc, "eqrt_sim_register", i32,
                             number(which + dimension))
                       .getResult());
}

LogicalResult OpSimulator::replace() {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<NVVM::VoteSyncOp, NVVM::ShflOp, NVVM::ReduxOp, NVVM::MatchSyncOp,
            NVVM::BarrierOp>([&](auto known) { return replaceOne(known); })
      .Case([&](NVVM::Barrier0Op) {
        meet("eqrt_sim_barrier", i32,
             {number(0), number(0), number(EQRT_SIM_NONE), number(0)});
        return replaceBy({});
      })
      .Case([&](NVVM::SyncWarpOp sync) {
        meet("eqrt_sim_sync_warp", {}, sync.getMask());
        return replaceBy({});
      })
      .Case([&](NVVM::ElectSyncOp elect) {
        Value mask = elect.getMembermask() ? elect.getMembermask() : number(-1);
        return replaceBy(isNot0(meet("eqrt_sim_elect", i32, mask)));
      })
      .Default([&](Operation *) { return replaceRegister(); });
}

// ---- Memory -----------------------------------------------------------------

// The thread's own variables need no look.
bool isOwnVariable(Value pointer) {
  while (Operation *op = pointer.getDefiningOp()) {
    if (isa<LLVM::AllocaOp>(op))
      return true;
    if (!isa<LLVM::GEPOp, LLVM::AddrSpaceCastOp, LLVM::BitcastOp>(op))
      return false;
    pointer = op->getOperand(0);
  }
  return false;
}

// What an access touches. LLVM stores vectors without what fills them up to a
// power of two.
int64_t bytesOf(Type type, const DataLayout &layout) {
  if (auto vector = dyn_cast<VectorType>(type))
    if (vector.getElementType().isIntOrFloat())
      return llvm::divideCeil(
          vector.getNumElements() * vector.getElementTypeBitWidth(), 8);
  return layout.getTypeSize(type).getFixedValue();
}

// Has the memory that an operation reads or writes looked at.
void checkAccesses(Operation *op, SimulatorCalls &calls,
                   const DataLayout &layout) {
  OpSimulator simulator(op, calls);
  auto check = [&](Value pointer, Value bytes, int64_t alignment, bool writes) {
    if (!isOwnVariable(pointer))
      simulator.check(pointer, bytes, alignment, writes);
  };
  auto checkValue = [&](Value pointer, Type type,
                        std::optional<int64_t> alignment, bool writes) {
    if (!isOwnVariable(pointer))
      simulator.check(pointer, simulator.bytes(bytesOf(type, layout)),
                      alignment ? *alignment : layout.getTypeABIAlignment(type),
                      writes);
  };
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](LLVM::LoadOp load) {
        checkValue(load.getAddr(), load.getType(), load.getAlignment(), false);
      })
      .Case([&](LLVM::StoreOp store) {
        checkValue(store.getAddr(), store.getValue().getType(),
                   store.getAlignment(), true);
      })
      .Case([&](LLVM::AtomicRMWOp atomic) {
        checkValue(atomic.getPtr(), atomic.getType(), std::nullopt, true);
      })
      .Case([&](LLVM::AtomicCmpXchgOp atomic) {
        checkValue(atomic.getPtr(), atomic.getVal().getType(), std::nullopt,
                   true);
      })
      .Case<LLVM::MemcpyOp, LLVM::MemmoveOp>([&](auto copy) {
        Value bytes = simulator.toI64(copy.getLen());
        check(copy.getSrc(), bytes, 1, false);
        check(copy.getDst(), bytes, 1, true);
      })
      .Case([&](LLVM::MemcpyInlineOp copy) {
        Value bytes = simulator.bytes(copy.getLen().getSExtValue());
        check(copy.getSrc(), bytes, 1, false);
        check(copy.getDst(), bytes, 1, true);
      })
      .Case([&](LLVM::MemsetOp set) {
        check(set.getDst(), simulator.toI64(set.getLen()), 1, true);
      })
      .Case([&](LLVM::MemsetInlineOp set) {
        check(set.getDst(), simulator.bytes(set.getLen().getSExtValue()), 1,
              true);
      });
}

// ---- What is not known ------------------------------------------------------

bool isKnown(Operation *op) {
  if (isa<NVVM::NVVMDialect>(op->getDialect()))
    return true; // or refused where it is replaced
  if (!isa<LLVM::LLVMDialect>(op->getDialect()))
    return false;
  if (auto intrinsic = dyn_cast<LLVM::CallIntrinsicOp>(op))
    return !intrinsic.getIntrin().starts_with("llvm.nvvm.");
  // Code of a GPU, and accesses that nobody looks at.
  return !isa<LLVM::InlineAsmOp, LLVM::MaskedLoadOp, LLVM::MaskedStoreOp,
              LLVM::masked_gather, LLVM::masked_scatter,
              LLVM::masked_expandload, LLVM::masked_compressstore,
              LLVM::MatrixColumnMajorLoadOp, LLVM::MatrixColumnMajorStoreOp>(
      op);
}

LogicalResult refuse(Operation *op) {
  return op->emitOpError(
      "expected an operation that the simulator of kernels knows");
}

} // namespace

// Where a function begins, and before each branch back to a block that leads
// there.
static void countTurns(LLVM::LLVMFuncOp function, SimulatorCalls &calls) {
  OpSimulator(&function.getBody().front().front(), calls).countTurn();
  DominanceInfo dominance(function);
  for (Block &block : function.getBody())
    if (llvm::any_of(block.getSuccessors(), [&](Block *successor) {
          return dominance.dominates(successor, &block);
        }))
      OpSimulator(block.getTerminator(), calls).countTurn();
}

LogicalResult simulateOps(LLVM::LLVMFuncOp function, SimulatorCalls &calls) {
  DataLayout layout(calls.getModule());
  SmallVector<Operation *> ops;
  function.getBody().walk([&](Operation *op) { ops.push_back(op); });
  countTurns(function, calls);
  for (Operation *op : ops) {
    if (!isKnown(op))
      return refuse(op);
    if (isa<NVVM::NVVMDialect>(op->getDialect())) {
      if (failed(OpSimulator(op, calls).replace()))
        return refuse(op);
    } else if (isa<LLVM::Trap, LLVM::DebugTrap, LLVM::UBSanTrap>(op)) {
      OpSimulator(op, calls).replaceTrap();
    } else {
      checkAccesses(op, calls, layout);
    }
  }
  return success();
}

} // namespace mlir::eq
