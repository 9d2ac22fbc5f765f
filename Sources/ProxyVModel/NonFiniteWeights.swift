import Checkpoints
import Foundation
import Synchronization

/// Tensors in which a NaN or an infinite value was found while a model was loaded.
///
/// Such a weight makes the logits of what it reaches NaN. The questions then fail one by one; the
/// name of the tensor says why: a half-written file, a merge that overflowed.
final class NonFiniteWeights: Sendable {
  private let names = Mutex<[String]>([])

  /// Looks through some rows of a tensor of 16- or 32-bit floats; others are passed over.
  /// - Returns: whether one was found
  @discardableResult func look(in view: TensorView, rows: Range<Int>) -> Bool {
    let found: Bool
    switch view.dtype {
    case .bf16: found = view.withBytes(rows: rows) { Self.hasFullExponent($0, UInt16(0x7F80)) }
    case .f16: found = view.withBytes(rows: rows) { Self.hasFullExponent($0, UInt16(0x7C00)) }
    case .f32:
      found = view.withBytes(rows: rows) { Self.hasFullExponent($0, UInt32(0x7F80_0000)) }
    default: found = false
    }
    if found {
      names.withLock { if $0.last != view.name { $0.append(view.name) } }
    }
    return found
  }

  /// One sentence for all of them, or nil where every weight is a finite number.
  var sentence: String? {
    let names = names.withLock { $0 }
    guard let first = names.first else { return nil }
    let more = names.count == 1 ? "" : " and \(names.count - 1) more tensors hold"
    let verb = names.count == 1 ? " holds" : ""
    return
      """
      the tensor \(first)\(more)\(verb) NaN or infinite weights; answers that they reach will \
      fail. Copy the checkpoint again, or repeat the merge or conversion that wrote it
      """
  }

  /// Whether all bits of the exponent are set in some value: NaN or infinity.
  private static func hasFullExponent<Bits: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ bytes: RawSpan, _ mask: Bits
  ) -> Bool {
    let size = MemoryLayout<Bits>.size
    let count = bytes.byteCount / size
    let piece = 1 << 22
    return bytes.withUnsafeBytes { raw in
      // Only read, and only while this closure runs.
      nonisolated(unsafe) let raw = raw
      let found = Mutex(false)
      DispatchQueue.concurrentPerform(iterations: (count + piece - 1) / piece) { index in
        var any = false
        for place in index * piece..<min(count, (index + 1) * piece) {
          let bits = raw.loadUnaligned(fromByteOffset: place * size, as: Bits.self)
          any = any || (bits & mask == mask)
        }
        if any { found.withLock { $0 = true } }
      }
      return found.withLock { $0 }
    }
  }
}
