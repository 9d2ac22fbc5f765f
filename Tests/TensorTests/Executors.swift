import Tensor
import Testing

/// Every way to compute on this machine.
let executors: [Compute] = ISA.supported.flatMap { isa in
  Precision.allCases.compactMap { try? Compute(threads: 2, isa: isa, precision: $0) }
}

/// Every way to compute attention: ``executors``, and the eager form of every instruction set.
let attentionExecutors: [Compute] =
  executors + ISA.supported.compactMap { try? Compute(threads: 2, isa: $0, attention: .eager) }

extension Compute: CustomTestStringConvertible {
  public var testDescription: String {
    "\(isa.rawValue) \(precision.rawValue) \(attentionForm.rawValue) \(threads) threads"
  }
}
