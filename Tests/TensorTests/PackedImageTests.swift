import Benchmarking
import Foundation
import Tensor
import Testing

@Suite struct PackedImageTests {
  /// Zeroed memory from a multiple of 64 bytes on.
  private final class Block: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) {
      bytes = .allocate(byteCount: count, alignment: 64)
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { bytes.deallocate() }

    func with<R>(_ range: Range<Int>? = nil, _ body: (RawSpan) throws -> R) rethrows -> R {
      try body(UnsafeRawBufferPointer(rebasing: bytes[range ?? 0..<bytes.count]).bytes)
    }
  }

  private func image(of weights: LinearWeights) throws -> Block {
    let size = try #require(
      LinearWeights.imageSize(
        outputs: weights.outputs, inputs: weights.inputs, storage: weights.storage))
    let block = Block(count: size)
    weights.withImageParts { part, place in
      part.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: block.bytes[place..<place + $0.count]).copyMemory(
          from: $0)
      }
    }
    return block
  }

  @Test(arguments: WeightStorage.allCases, [(1, 1), (49, 33), (100, 1100), (96, 2048)])
  func weightsOverAnImageAreTheWeightsThatMadeIt(
    storage: WeightStorage, size: (outputs: Int, inputs: Int)
  ) throws {
    var random = RandomValues(seed: size.inputs)
    let weights = LinearWeights(random.matrix(size.outputs, size.inputs), storage: storage)
    let block = try image(of: weights)
    let mapped = try block.with {
      try LinearWeights(
        image: $0, keptBy: block, outputs: size.outputs, inputs: size.inputs, storage: storage)
    }
    #expect(mapped.floats(rows: 0..<size.outputs) == weights.floats(rows: 0..<size.outputs))
    #expect(mapped.bytes == weights.bytes)
    #expect(mapped.checksum() == weights.checksum())
    let compute = Compute(threads: 2)
    for rows in [1, 20] {
      let x = random.matrix(rows, size.inputs)
      #expect(compute.linear(x, mapped) == compute.linear(x, weights))
    }
  }

  @Test(arguments: WeightStorage.allCases)
  func anImageOfAnotherSizeOrPlaceIsRefused(storage: WeightStorage) throws {
    let size = try #require(LinearWeights.imageSize(outputs: 50, inputs: 40, storage: storage))
    let block = Block(count: size + 64)
    for range in [0..<size - 1, 0..<size + 1, 0..<0, 4..<size + 4] {
      #expect(throws: TensorError.self, "\(range)") {
        try block.with(range) {
          try LinearWeights(image: $0, keptBy: block, outputs: 50, inputs: 40, storage: storage)
        }
      }
    }
    #expect(LinearWeights.imageSize(outputs: .max, inputs: .max, storage: storage) == nil)
    #expect(LinearWeights.imageSize(outputs: -1, inputs: 4, storage: storage) == nil)
  }

  @Test(arguments: [0, 1, 7, 64, 100, 4096, (1 << 20) - 1, 1 << 20, (3 << 20) + 77])
  func aChecksumIsTheSameOnAnyNumberOfThreadsAndSeesEveryByte(count: Int) {
    var random = RandomValues(seed: count)
    var bytes = (0..<count).map { _ in UInt8(random.below(256)) }
    let sum = LinearWeights.checksum(of: bytes.span.bytes)
    #expect(LinearWeights.checksum(of: bytes.span.bytes, on: Compute(threads: 3)) == sum)
    for place in Set([0, 1, 63, 64, count / 2, count - 65, count - 1])
    where bytes.indices.contains(place) {
      for bit in [0, 7] {
        bytes[place] ^= 1 << UInt8(bit)
        #expect(LinearWeights.checksum(of: bytes.span.bytes) != sum, "byte \(place), bit \(bit)")
        bytes[place] ^= 1 << UInt8(bit)
      }
    }
    // Zeros more or less are a change too, and so are blocks in another order.
    #expect(LinearWeights.checksum(of: (bytes + [0]).span.bytes) != sum)
    if count > 2 << 20 {
      let block = 1 << 20
      let swapped = Array(bytes[block..<2 * block] + bytes[..<block] + bytes[(2 * block)...])
      #expect(LinearWeights.checksum(of: swapped.span.bytes) != sum)
    }
  }

  @Test func fingerprintsTellStoragesApartAndStayTheSame() {
    let prints = WeightStorage.allCases.map { LinearWeights.layoutFingerprint(of: $0) }
    #expect(Set(prints).count == prints.count && !prints.contains(0))
    #expect(prints == WeightStorage.allCases.map { LinearWeights.layoutFingerprint(of: $0) })
  }
}
