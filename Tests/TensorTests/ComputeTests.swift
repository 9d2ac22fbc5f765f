import Benchmarking
import Tensor
import Testing

@Suite struct ComputeTests {
  @Test func theDefaultIsTheBestSetInSinglePrecision() {
    let compute = Compute(threads: 2)
    #expect(compute.isa == .best && compute.precision == .f32 && compute.threads == 2)
    #expect(ISA.supported.contains(.portable) && ISA.supported.contains(.best))
  }

  @Test(arguments: ISA.allCases)
  func aSetIsRefusedExactlyWhereTheMachineLacksIt(isa: ISA) {
    if isa.isSupported {
      #expect(throws: Never.self) { try Compute(threads: 1, isa: isa) }
    } else {
      #expect(throws: TensorError.self) { try Compute(threads: 1, isa: isa) }
    }
  }

  @Test(arguments: [0, -1, Int.max]) func absurdThreadCountsAreErrors(threads: Int) {
    #expect(throws: TensorError.self) { try Compute(threads: threads, isa: .portable) }
  }

  @Test func callsFromSeveralThreadsAtOnceGiveTheSameBits() async {
    let compute = Compute(threads: 2)
    var random = RandomValues(seed: 1)
    let x = random.matrix(100, 300)
    let weights = LinearWeights(random.matrix(200, 300), storage: .int8)
    let expected = compute.linear(x, weights)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 { group.addTask { compute.linear(x, weights) == expected } }
      for await equal in group { #expect(equal) }
    }
  }
}
