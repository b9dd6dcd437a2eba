// The tableaus of the explicit Runge-Kutta methods: coefficients as they were
// published, and the check of a tableau that a user wrote.
#ifndef EQ_METHODS_TABLEAU_H
#define EQ_METHODS_TABLEAU_H

#include "eq/IR/EqOps.h"
#include "llvm/ADT/APFloat.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir::eq {

/// An exact number: an integer "2", a rational "-44/45", or a decimal
/// "-0.0123".
using Coefficient = llvm::StringRef;

/// `coefficient`, rounded once to the nearest value of `semantics`.
llvm::APFloat toAPFloat(Coefficient coefficient,
                        const llvm::fltSemantics &semantics);
double toDouble(Coefficient coefficient);
float toFloat(Coefficient coefficient);

/// An explicit Runge-Kutta method
///
///   k_i = f(t + c_i h, y0 + h sum_{j<i} a_ij k_j)
///   y1  = y0 + h sum_i b_i k_i
///
/// with an error estimate h sum_i error_i k_i and a dense output
///
///   y(t + theta h) = y0 + h sum_i p_i(theta) k_i
///   p_i(theta)     = sum_j interpolant_ij theta^(j + 1)
struct ButcherTableau {
  llvm::StringRef name;
  /// Of y1.
  unsigned order = 0;
  /// Of the embedded solution y1 - h sum_i error_i k_i; 0: there is none.
  unsigned errorOrder = 0;
  /// Of the step; the last one is f(t + h, y1) if `firstSameAsLast`.
  unsigned stages = 0;
  bool firstSameAsLast = false;
  std::vector<Coefficient> c;
  /// Row i has i entries.
  std::vector<std::vector<Coefficient>> a;
  std::vector<Coefficient> b;
  /// b minus the weights of the embedded solution; empty if there is none.
  std::vector<Coefficient> error;
  /// A second estimate (dop853). With E5 and E3 the sums of squares of the n
  /// scaled components of `error` and `error3`, the error of the step is
  /// |h| E5 / sqrt(n (E5 + 0.01 E3)), and 0 where both are 0.
  std::vector<Coefficient> error3;
  unsigned error3Order = 0;

  /// RK stages that only the dense output needs: k_i for i >= stages, whose
  /// rows in `extraA` have i entries. The first is f(t + h, y1) where its row
  /// is `b`.
  unsigned extraStages = 0;
  std::vector<Coefficient> extraC;
  std::vector<std::vector<Coefficient>> extraA;
  /// A row for every RK stage, the extra ones included; rows of equal length.
  /// Empty: the cubic through y0, f0, y1 and f1 (of order 3).
  std::vector<std::vector<Coefficient>> interpolant;
  /// Of y(t + theta h), for any theta between 0 and 1: from an exact y0 its
  /// error is h^(interpolantOrder + 1).
  unsigned interpolantOrder = 0;
};

/// The coefficients of a method that has a name.
const ButcherTableau &tableau(Tableau name);

/// A tableau that a user wrote. Not checked.
struct UserTableau {
  /// The part below the diagonal of a strictly lower triangular matrix, row by
  /// row: n (n - 1) / 2 numbers for n stages.
  llvm::ArrayRef<double> a;
  llvm::ArrayRef<double> b;
  llvm::ArrayRef<double> c;
  /// The weights of the embedded solution; empty if there is none.
  llvm::ArrayRef<double> bHat;
  unsigned order = 0;
  /// Of the embedded solution; 0 if there is none.
  unsigned errorOrder = 0;

  /// a_ij for j < i.
  double at(unsigned i, unsigned j) const { return a[i * (i - 1) / 2 + j]; }
};

/// The first condition that a tableau violates, in the form `expected 'b' to
/// .., but ..`; nothing if it is what it claims to be. In order: sizes, finite
/// numbers, row sums (sum_j a_ij = c_i), the order conditions of `b` up to
/// `order` (1 to 8) and of `bHat` up to `errorOrder`. A condition may be off by
/// 1e-12 of the sum of the magnitudes of its terms.
std::optional<std::string> whyTableauIsWrong(const UserTableau &tableau);

} // namespace mlir::eq

#endif // EQ_METHODS_TABLEAU_H
