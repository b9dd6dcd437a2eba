// What the solves of a run report: counts, residuals and statuses.
#ifndef EQ_RUN_STATISTICS_H
#define EQ_RUN_STATISTICS_H

#include "eq/Runtime/eqrt.h"
#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace mlir::eq {

/// One solve of one call, sample by sample.
struct SolveReport {
  std::string label; // "eq.fixed_point at deq.mlir:32"
  std::vector<int32_t> iterations, status;
  std::vector<double> residual;
};

/// Collects the reports of a context; must outlive its use there.
class Statistics {
public:
  /// Makes `context` report here.
  void watch(eq_context *context);
  void clear() { solves.clear(); }

  const std::vector<SolveReport> &getSolves() const { return solves; }

  /// Samples whose status is not `converged`.
  int64_t countFailed() const;
  /// A table of statuses, iterations and the worst residual, per solve.
  void print(llvm::raw_ostream &os) const;
  llvm::json::Array toJSON() const;

private:
  std::vector<SolveReport> solves;
};

/// A number for JSON, which has no infinities and no NaN: those become the
/// strings "inf", "-inf" and "nan".
llvm::json::Value jsonNumber(double value);

} // namespace mlir::eq

#endif // EQ_RUN_STATISTICS_H
