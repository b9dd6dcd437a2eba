// The order conditions of Runge-Kutta methods, one for each rooted tree.
#ifndef EQ_METHODS_ORDERCONDITIONS_H
#define EQ_METHODS_ORDERCONDITIONS_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlir::eq {

/// A rooted tree: a root, and the trees that hang from it. A method is of order
/// p if for every tree t of at most p vertices
///
///   sum_i b_i w_i(t) = 1 / density(t)
///   w_i(t)           = product over the children u of t of sum_j a_ij w_j(u)
///
/// where w_i of a single vertex is 1 (Butcher, Coefficients for the study of
/// Runge-Kutta integration processes, J. Austral. Math. Soc. 3, 1963).
struct RootedTree {
  /// Indices in the list that the tree is part of, ascending.
  std::vector<unsigned> children;
  /// The number of vertices.
  unsigned order;
  /// The product over all vertices of the number of vertices at and above it.
  uint64_t density;
};

/// All rooted trees of at most `order` vertices, smaller ones first: children
/// come before their parents. There are 1, 2, 4, 8, 17, 37, 85, 200, 486, ...
std::vector<RootedTree> rootedTrees(unsigned order);

/// The left side of a tree's condition as it is printed in books, with c_i for
/// sum_j a_ij: `sum b_i c_i^2 a_ij c_j`.
std::string describeCondition(llvm::ArrayRef<RootedTree> trees, unsigned tree);

/// w_i(t) for every tree t (first index) and RK stage i (second), where row i
/// of `a` has at least the i entries before the diagonal. `Number` is a ring
/// whose elements are made from 0 and 1.
template <typename Number>
std::vector<std::vector<Number>>
stageWeights(llvm::ArrayRef<RootedTree> trees,
             const std::vector<std::vector<Number>> &a) {
  size_t stages = a.size();
  std::vector<std::vector<Number>> weights;
  // sum_j a_ij w_j(t): what t contributes as a child.
  std::vector<std::vector<Number>> branches;
  for (const RootedTree &tree : trees) {
    std::vector<Number> weight(stages, Number(1));
    for (unsigned child : tree.children)
      for (size_t i = 0; i < stages; ++i)
        weight[i] = weight[i] * branches[child][i];
    std::vector<Number> branch(stages, Number(0));
    for (size_t i = 0; i < stages; ++i)
      for (size_t j = 0; j < i; ++j)
        branch[i] = branch[i] + a[i][j] * weight[j];
    weights.push_back(std::move(weight));
    branches.push_back(std::move(branch));
  }
  return weights;
}

} // namespace mlir::eq

#endif // EQ_METHODS_ORDERCONDITIONS_H
