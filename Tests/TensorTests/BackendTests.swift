import Benchmarking
import Foundation
import Tensor
import Testing

@Suite struct BackendTests {
  private static let reason: Comment = "OpenBLAS is not installed"

  @Test func `the kernels are the standard wherever they have a vector form`() throws {
    #expect(Backend.kernels.isAvailable)
    #expect(ISA.best == .portable || Backend.standard == .kernels)
    // An instruction set that is asked for is what computes.
    #expect(try Compute(threads: 1, isa: .portable).backend == .kernels)
    #expect(Backend.remark == nil || ISA.best == .portable)
  }

  @Test(.enabled(if: Backend.openblas.isAvailable, reason))
  func `openblas names its version, and rounds no activation`() throws {
    let compute = try Compute(threads: 1, precision: .bf16, backend: .openblas)
    let name = try #require(Backend.openBLASName)
    #expect(name.first?.isNumber == true && name.contains(" "))
    #expect(compute.arithmeticUnit == "openblas \(name), \(compute.isa.rawValue)")
    #expect(!compute.roundsToBF16)
    #expect(try Compute(threads: 1000, backend: .openblas).threads == 64)
  }

  @Test(.enabled(if: !Backend.openblas.isAvailable, "OpenBLAS is installed"))
  func `openblas is refused with advice where it is missing`() {
    #expect(throws: TensorError.self) { try Compute(threads: 1, backend: .openblas) }
  }

  @Test(
    .enabled(if: Backend.openblas.isAvailable, reason),
    arguments: [(100, 513), (50, 31), (900, 1100)], [WeightStorage.f32, .bf16])
  func `a row has the same bits among any number of rows and threads`(
    size: (Int, Int), storage: WeightStorage
  ) throws {
    let (outputs, inputs) = size
    var random = RandomValues(seed: inputs)
    let x = random.matrix(300, inputs)
    let weights = LinearWeights(random.matrix(outputs, inputs), storage: storage)
    let two = try Compute(threads: 2, backend: .openblas)
    let whole = try Compute(threads: 1, backend: .openblas).linear(x, weights)
    #expect(two.linear(x, weights) == whole)
    for rows in Array(1...33) + [239, 241, 299] {
      #expect(two.linear(x[rows: 300 - rows..<300], weights) == whole[rows: 300 - rows..<300])
    }
  }

  @Test(.enabled(if: Backend.openblas.isAvailable, reason))
  func `openblas and the kernels agree within rounding`() throws {
    var random = RandomValues(seed: 9)
    let x = random.matrix(70, 1500)
    let matrix = random.matrix(430, 1500)
    let kernels = Compute(threads: 2)
    let blas = try Compute(threads: 2, backend: .openblas)
    for storage in [WeightStorage.f32, .bf16] {
      let weights = LinearWeights(matrix, storage: storage)
      let (a, b) = (kernels.linear(x, weights), blas.linear(x, weights))
      #expect(a != b, "the library computes what the kernels compute, to the bit: is it asked?")
      let worst = zip(a.values, b.values).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 2e-4)
    }
  }
}
