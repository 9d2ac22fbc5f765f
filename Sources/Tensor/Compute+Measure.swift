import CKernels
import Dispatch

extension Compute {
  /// The most operations per second that all threads together reach with the multiply-add
  /// instruction used for weights of this kind, measured in registers; 0 where there is none
  /// (portable code, int8 without a byte dot product).
  public func measuredPeak(_ storage: WeightStorage, seconds: Double = 0.3) -> Double {
    let rates = [Double](unsafeUninitializedCapacity: threads) { buffer, count in
      nonisolated(unsafe) let rates = buffer
      let kernel = isa.kernel
      // OpenBLAS and f32 activations multiply widened weights.
      let isWidened = storage == .bf16 && (precision == .f32 || backend == .openblas)
      let type = isWidened ? CK_F32 : storage.kernel
      DispatchQueue.concurrentPerform(iterations: threads) {
        rates[$0] = ck_measure_peak(kernel, type, seconds)
      }
      count = threads
    }
    return rates.reduce(0, +)
  }

  /// Bytes per second at which the team of threads reads memory in sequence: the best of some
  /// passes over 512 MiB, since one that lost a thread to another program says nothing about the
  /// memory.
  public func measuredReadRate(passes: Int = 3) -> Double {
    ck_measure_bandwidth(team, 512 << 20, Int32(passes))
  }
}
