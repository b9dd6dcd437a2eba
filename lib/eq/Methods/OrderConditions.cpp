// Rooted trees, and how their conditions are written.

#include "eq/Methods/OrderConditions.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::eq {

std::vector<RootedTree> rootedTrees(unsigned order) {
  std::vector<RootedTree> trees;
  if (order == 0)
    return trees;
  trees.push_back({{}, 1, 1});
  for (unsigned n = 2; n <= order; ++n) {
    // A root, and smaller trees with n - 1 vertices together, ascending.
    size_t known = trees.size();
    std::vector<unsigned> children;
    auto grow = [&](auto &self, unsigned left, unsigned from) -> void {
      if (left == 0) {
        uint64_t density = n;
        for (unsigned child : children)
          density *= trees[child].density;
        trees.push_back({children, n, density});
        return;
      }
      for (unsigned i = from; i < known && trees[i].order <= left; ++i) {
        children.push_back(i);
        self(self, left - trees[i].order, i);
        children.pop_back();
      }
    };
    grow(grow, n - 1, 0);
  }
  return trees;
}

// The factors of the vertices above vertex `i`; `next` is the letter that is
// free.
static std::string factorsOf(llvm::ArrayRef<RootedTree> trees, unsigned tree,
                             char i, char &next) {
  std::string text;
  unsigned leaves = 0;
  for (unsigned child : trees[tree].children)
    leaves += trees[child].children.empty();
  if (leaves > 0) {
    text += std::string(" c_") + i;
    if (leaves > 1)
      text += "^" + std::to_string(leaves);
  }
  for (unsigned child : trees[tree].children) {
    if (trees[child].children.empty())
      continue;
    char j = next++;
    text += std::string(" a_") + i + j;
    text += factorsOf(trees, child, j, next);
  }
  return text;
}

std::string describeCondition(llvm::ArrayRef<RootedTree> trees, unsigned tree) {
  char next = 'j';
  return "sum b_i" + factorsOf(trees, tree, 'i', next);
}

} // namespace mlir::eq
