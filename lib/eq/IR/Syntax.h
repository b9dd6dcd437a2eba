// Custom directives of the assembly formats.
#ifndef EQ_IR_SYNTAX_H
#define EQ_IR_SYNTAX_H

#include "eq/IR/EqOps.h"

namespace mlir::eq {

using UnresolvedOperands = SmallVectorImpl<OpAsmParser::UnresolvedOperand>;

// `(abs = %abs : f32, max = %max : i32)`
ParseResult parseKnobs(OpAsmParser &parser, UnresolvedOperands &operands,
                       SmallVectorImpl<Type> &types, ArrayAttr &names);
void printKnobs(OpAsmPrinter &printer, Operation *op, OperandRange operands,
                TypeRange types, ArrayAttr names);

// Knobs behind the word `until`, or nothing.
ParseResult parseOptionalUntil(OpAsmParser &parser,
                               UnresolvedOperands &operands,
                               SmallVectorImpl<Type> &types, ArrayAttr &names);
void printOptionalUntil(OpAsmPrinter &printer, Operation *op,
                        OperandRange operands, TypeRange types,
                        ArrayAttr names);

// `(#eq.picard) with(...)`, the second part optional.
ParseResult parseMethod(OpAsmParser &parser, Attribute &method,
                        UnresolvedOperands &operands,
                        SmallVectorImpl<Type> &types, ArrayAttr &names);
void printMethod(OpAsmPrinter &printer, Operation *op, Attribute method,
                 OperandRange operands, TypeRange types, ArrayAttr names);

// `(#eq.runge_kutta<dp5>) control(#eq.pid) with(...)`, the last two optional.
ParseResult parseControlledMethod(OpAsmParser &parser, Attribute &method,
                                  Attribute &control,
                                  UnresolvedOperands &operands,
                                  SmallVectorImpl<Type> &types,
                                  ArrayAttr &names);
void printControlledMethod(OpAsmPrinter &printer, Operation *op,
                           Attribute method, Attribute control,
                           OperandRange operands, TypeRange types,
                           ArrayAttr names);

// `(rms)`
ParseResult parseNormWord(OpAsmParser &parser, NormAttr &norm);
void printNormWord(OpAsmPrinter &printer, Operation *op, NormAttr norm);

// `(ignore)`
ParseResult parseOnFailureWord(OpAsmParser &parser, OnFailureAttr &what);
void printOnFailureWord(OpAsmPrinter &printer, Operation *op,
                        OnFailureAttr what);

// A region that may reuse outer names.
ParseResult parseBody(OpAsmParser &parser, Region &body);
void printBody(OpAsmPrinter &printer, Operation *op, Region &body);

// `start {...} step {...} finish {...}`, the first and last optional.
ParseResult parseLoopRegions(OpAsmParser &parser, Region &start, Region &step,
                             Region &finish);
void printLoopRegions(OpAsmPrinter &printer, Operation *op, Region &start,
                      Region &step, Region &finish);

// `event(falling, keep = 10) {...} apply {...}`, any number of times.
ParseResult parseEvents(OpAsmParser &parser,
                        SmallVectorImpl<std::unique_ptr<Region>> &regions,
                        DenseI32ArrayAttr &directions,
                        DenseI64ArrayAttr &keeps);
void printEvents(OpAsmPrinter &printer, Operation *op,
                 MutableArrayRef<Region> regions, DenseI32ArrayAttr directions,
                 DenseI64ArrayAttr keeps);

} // namespace mlir::eq

#endif // EQ_IR_SYNTAX_H
