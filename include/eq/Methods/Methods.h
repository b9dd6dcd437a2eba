// Registration of the methods that come with eq.
#ifndef EQ_METHODS_METHODS_H
#define EQ_METHODS_METHODS_H

namespace mlir {
class DialectRegistry;
namespace eq {

/// Attaches the models of all methods of eq to their attributes.
void registerMethods(DialectRegistry &registry);

} // namespace eq
} // namespace mlir

#endif // EQ_METHODS_METHODS_H
