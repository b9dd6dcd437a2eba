// eq-run with the dialect `own`: own-run FILE.mlir [ON [SCHEDULE]]

#include "Own.h"
#include "eq/Pipeline/RunFile.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  if (argc < 2 || argc > 4) {
    llvm::errs() << "usage: own-run FILE.mlir [ON [SCHEDULE]]\n";
    return 1;
  }
  mlir::DialectRegistry registry;
  registry.insert<own::OwnDialect>();
  mlir::eq::RunOptions options;
  options.file = argv[1];
  options.dialects = &registry;
  if (argc > 2)
    options.on = argv[2];
  if (argc > 3)
    options.schedule = argv[3];
  return mlir::eq::runFile(options);
}
