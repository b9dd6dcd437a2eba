// What the solves of a run report: counts, residuals and statuses.

#include "eq/Run/Statistics.h"
#include "eq/IR/Status.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <cmath>
#include <map>

namespace mlir::eq {

llvm::json::Value jsonNumber(double value) {
  if (std::isnan(value))
    return "nan";
  if (std::isinf(value))
    return value > 0 ? "inf" : "-inf";
  return value;
}

void Statistics::watch(eq_context *context) {
  eq_set_report(
      context,
      [](void *user, const eq_report *report) {
        SolveReport solve;
        solve.label = report->label;
        int64_t n = report->count;
        solve.iterations.assign(report->iterations, report->iterations + n);
        solve.status.assign(report->status, report->status + n);
        for (int64_t i = 0; i < n; ++i)
          solve.residual.push_back(
              report->residual_bits == 32
                  ? static_cast<const float *>(report->residual)[i]
                  : static_cast<const double *>(report->residual)[i]);
        static_cast<Statistics *>(user)->solves.push_back(std::move(solve));
      },
      this);
}

int64_t Statistics::countFailed() const {
  int64_t failed = 0;
  for (const SolveReport &solve : solves)
    failed += std::count_if(
        solve.status.begin(), solve.status.end(), [](int32_t status) {
          return status != static_cast<int32_t>(Status::converged);
        });
  return failed;
}

// The worst residual: a NaN if there is one, else the largest.
static double worstOf(const std::vector<double> &residuals) {
  double worst = 0;
  for (double residual : residuals) {
    if (std::isnan(residual))
      return residual;
    worst = std::max(worst, residual);
  }
  return worst;
}

void Statistics::print(llvm::raw_ostream &os) const {
  for (const SolveReport &solve : solves) {
    size_t n = solve.status.size();
    os << solve.label << ": " << n << (n == 1 ? " sample\n" : " samples\n");
    if (n == 0)
      continue;
    std::map<int32_t, int64_t> byStatus;
    for (int32_t status : solve.status)
      ++byStatus[status];
    for (auto [status, count] : byStatus)
      os << llvm::format("  %-16s %lld", statusName(status).str().c_str(),
                         static_cast<long long>(count))
         << '\n';
    std::vector<int32_t> sorted = solve.iterations;
    std::sort(sorted.begin(), sorted.end());
    os << "  iterations       min " << sorted.front() << ", median "
       << sorted[n / 2] << ", max " << sorted.back() << '\n';
    os << "  worst residual   " << llvm::format("%.3g", worstOf(solve.residual))
       << '\n';
  }
}

llvm::json::Array Statistics::toJSON() const {
  llvm::json::Array list;
  for (const SolveReport &solve : solves) {
    llvm::json::Array residual, status;
    for (double value : solve.residual)
      residual.push_back(jsonNumber(value));
    for (int32_t value : solve.status)
      status.push_back(statusName(value));
    list.push_back(llvm::json::Object{
        {"label", solve.label},
        {"samples", static_cast<int64_t>(solve.status.size())},
        {"iterations", llvm::json::Array(solve.iterations)},
        {"residual", std::move(residual)},
        {"status", std::move(status)}});
  }
  return list;
}

} // namespace mlir::eq
