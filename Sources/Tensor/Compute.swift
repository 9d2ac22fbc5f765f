import CKernels

/// How far the operands of products may be rounded.
public enum Precision: String, CaseIterable, Sendable {
  /// Activations stay 32-bit floats everywhere; weights are what they were stored as.
  case f32
  /// Where the instruction set multiplies bf16 (``ISA/multipliesBF16``), activations are rounded to
  /// bf16 where they meet bf16 weights, and queries, keys, values and probabilities in attention.
  /// Elsewhere that would cost time and gain nothing, so they stay 32-bit floats. Sums, norms,
  /// softmax and rotary embeddings always do.
  case bf16
}

/// How attention is computed.
public enum AttentionForm: String, CaseIterable, Sendable {
  /// In tiles of ``Compute/keysPerTile`` keys with a running softmax: no score is kept, and what no
  /// query sees is not multiplied.
  case tiled
  /// Every score is computed and kept, hidden ones too, always in 32-bit floats: the reference, and
  /// the form whose time papers print.
  case eager
}

/// The executor of the model's operators: it holds what they share (threads, instruction set) and
/// nothing of a model.
///
/// Every operator's result for a row depends on that row, the weights and the keys it sees only:
/// not on the number of threads, nor on which other rows are computed in the same call. Calls may
/// come from several threads at once; the first has the team of threads, the others compute on
/// their own thread meanwhile.
public final class Compute: Sendable {
  public let threads: Int
  public let isa: ISA
  public let precision: Precision
  public let attentionForm: AttentionForm
  /// Whether activations really are rounded to bf16 where they meet bf16 weights, and in attention.
  public var roundsToBF16: Bool { precision == .bf16 && isa.multipliesBF16 }
  /// What the operators have executed.
  public let operations = OperationCounter()
  /// Once for the process: its matrices are taken from memory that others left.
  private static let keepsFreedMemory: Void = ck_keep_freed_memory()
  /// The team of threads of the C kernels; it locks itself.
  nonisolated(unsafe) let team: OpaquePointer

  /// The fastest kernels of this machine in 32-bit floats, on as many threads as the machine
  /// grants, at most `threads`.
  public convenience init(threads: Int) {
    self.init(granting: threads)
  }

  /// - Parameters:
  ///   - threads: how many threads compute, the calling one included; at least 1
  ///   - isa: the kernels' instruction set; the machine's fastest by default
  ///   - precision: how activations are rounded
  ///   - attention: how attention is computed
  /// - Throws: ``TensorError`` where the machine lacks the instruction set or refuses the threads.
  public init(
    threads: Int, isa: ISA? = nil, precision: Precision = .f32, attention: AttentionForm = .tiled
  ) throws(TensorError) {
    let isa = isa ?? .best
    guard isa.isSupported else {
      let known = ISA.supported.map(\.rawValue).joined(separator: ", ")
      throw TensorError(
        .unsupportedInstructionSet,
        "this machine cannot run the instruction set \(isa.rawValue); it runs \(known)")
    }
    Self.keepsFreedMemory
    guard threads >= 1, let team = ck_team_create(threads, isa.kernel) else {
      throw TensorError(.threadsRefused, "cannot start \(threads) threads")
    }
    self.threads = threads
    self.isa = isa
    self.precision = precision
    self.attentionForm = attention
    self.team = team
  }

  private init(granting wanted: Int) {
    Self.keepsFreedMemory
    var threads = min(max(1, wanted), 4096)
    var team = ck_team_create(threads, ISA.best.kernel)
    while team == nil && threads > 1 {
      threads /= 2
      team = ck_team_create(threads, ISA.best.kernel)
    }
    // a few hundred bytes and no thread were refused
    guard let team else { fatalError("out of memory") }
    self.threads = threads
    self.isa = .best
    self.precision = .f32
    self.attentionForm = .tiled
    self.team = team
  }

  deinit { ck_team_destroy(team) }
}
