// An op on the elements of tensors.
#ifndef EQ_BATCH_ELEMENTWISE_H
#define EQ_BATCH_ELEMENTWISE_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::eq {

/// A linalg.generic over all elements of `inputs`, which have the shape of
/// `out`. `body` gets an element of each input and of `out`, whose memory the
/// result may take, and gives the new one.
inline Value
makeElementwise(OpBuilder &builder, Location loc, ValueRange inputs, Value out,
                function_ref<Value(OpBuilder &, ValueRange)> body) {
  auto type = cast<RankedTensorType>(out.getType());
  SmallVector<AffineMap> maps(inputs.size() + 1,
                              builder.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      builder, loc, type, inputs, out, maps, iterators,
      [&](OpBuilder &nested, Location, ValueRange elements) {
        linalg::YieldOp::create(nested, loc, body(nested, elements));
      });
  return generic.getResult(0);
}

} // namespace mlir::eq

#endif // EQ_BATCH_ELEMENTWISE_H
