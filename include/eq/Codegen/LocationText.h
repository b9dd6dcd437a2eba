// Places in the source, as text that runs print.
#ifndef EQ_CODEGEN_LOCATIONTEXT_H
#define EQ_CODEGEN_LOCATIONTEXT_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/Twine.h"
#include <string>

namespace mlir::eq {

/// "file.mlir:3:7", or what there is of it.
inline std::string locationText(Location loc) {
  if (auto place = loc->findInstanceOf<FileLineColLoc>())
    return (place.getFilename().strref() + ":" + Twine(place.getLine()) + ":" +
            Twine(place.getColumn()))
        .str();
  return "unknown place";
}

} // namespace mlir::eq

#endif // EQ_CODEGEN_LOCATIONTEXT_H
