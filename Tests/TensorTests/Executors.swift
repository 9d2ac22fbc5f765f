import Tensor
import Testing

/// Every way to compute on this machine.
let executors: [Compute] = ISA.supported.flatMap { isa in
  Precision.allCases.compactMap { try? Compute(threads: 2, isa: isa, precision: $0) }
}

extension Compute: CustomTestStringConvertible {
  public var testDescription: String { "\(isa.rawValue) \(precision.rawValue) \(threads) threads" }
}
