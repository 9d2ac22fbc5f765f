import Tensor
import Testing

/// Every way to compute on this machine. Without rounding the bits of AMX are those of the vectors
/// beneath it.
let executors: [Compute] =
  ISA.supported.flatMap { isa in
    Precision.allCases.filter { $0 == .bf16 || !isa.hasAMXBits }
      .compactMap { try? Compute(threads: 2, isa: isa, precision: $0) }
  } + [try? Compute(threads: 2, precision: .bf16, backend: .openblas)].compactMap(\.self)

/// Every way to compute attention: ``executors``, and the eager form of every instruction set.
let attentionExecutors: [Compute] =
  executors
  + ISA.supported.filter { !$0.hasAMXBits }.compactMap {
    try? Compute(threads: 2, isa: $0, attention: .eager)
  }

extension Compute: CustomTestStringConvertible {
  public var testDescription: String {
    "\(arithmeticUnit) \(precision.rawValue) \(attentionForm.rawValue) \(threads) threads"
  }
}

extension Compute {
  /// The same on another number of threads.
  func on(threads: Int) throws -> Compute {
    try Compute(
      threads: threads, isa: isa, precision: precision, attention: attentionForm, backend: backend)
  }
}
