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
  public let backend: Backend
  public let precision: Precision
  public let attentionForm: AttentionForm
  /// Whether activations really are rounded to bf16 where they meet bf16 weights, and in attention.
  public var roundsToBF16: Bool {
    precision == .bf16 && isa.multipliesBF16 && backend == .kernels
  }
  /// What multiplies, as runs and tables record it: `avx2`, or `openblas 0.3.21 Zen, avx2`, where
  /// the second computes everything else.
  public var arithmeticUnit: String { Self.arithmeticUnit(backend: backend, isa: isa) }

  /// The same of settings, nil for what is chosen where nothing is asked for.
  public static func arithmeticUnit(backend: Backend?, isa: ISA?) -> String {
    let name = (isa ?? .best).rawValue
    guard (backend ?? (isa == nil ? .standard : .kernels)) == .openblas else { return name }
    return "openblas \(Backend.openBLASName ?? "missing"), \(name)"
  }
  /// What the operators have executed.
  public let operations = OperationCounter()
  /// Where their time goes, while somebody asks.
  public let profile = OperatorProfile()
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
  ///   - backend: who multiplies; ``Backend/standard`` by default, but the kernels where an
  ///     instruction set is asked for. OpenBLAS takes at most 64 threads
  /// - Throws: ``TensorError`` where the machine lacks the instruction set or the library, or
  ///   refuses the threads.
  public init(
    threads: Int, isa wanted: ISA? = nil, precision: Precision = .f32,
    attention: AttentionForm = .tiled, backend: Backend? = nil
  ) throws(TensorError) {
    let isa = wanted ?? .best
    let backend = backend ?? (wanted == nil ? .standard : .kernels)
    guard isa.isSupported else {
      let known = ISA.supported.map(\.rawValue).joined(separator: ", ")
      throw TensorError(
        .unsupportedInstructionSet,
        "this machine cannot run the instruction set \(isa.rawValue); it runs \(known)")
    }
    guard backend.isAvailable else {
      throw TensorError(
        .missingLibrary,
        "the backend openblas needs libopenblas.so.0, which this machine lacks; install it with"
          + " apt-get install libopenblas0")
    }
    Self.keepsFreedMemory
    let threads = min(threads, backend == .kernels ? threads : backend.mostThreads)
    guard threads >= 1, let team = ck_team_create(threads, isa.kernel) else {
      throw TensorError(.threadsRefused, "cannot start \(threads) threads")
    }
    if backend == .openblas { ck_team_use_blas(team) }
    self.threads = threads
    self.isa = isa
    self.backend = backend
    self.precision = precision
    self.attentionForm = attention
    self.team = team
  }

  /// AMX by the definition of its instructions, element by element: the oracle of ``ISA/amx`` and
  /// ``ISA/avx512AsAMX``. nil where this machine cannot emulate it.
  init?(emulatingAMX threads: Int, precision: Precision = .bf16) {
    guard let team = ck_team_create(threads, CK_AMX_EMULATED) else { return nil }
    self.threads = threads
    self.isa = .avx512AsAMX
    self.backend = .kernels
    self.precision = precision
    self.attentionForm = .tiled
    self.team = team
  }

  private init(granting wanted: Int) {
    Self.keepsFreedMemory
    let backend = Backend.standard
    var threads = min(max(1, wanted), backend.mostThreads)
    var team = ck_team_create(threads, ISA.best.kernel)
    while team == nil && threads > 1 {
      threads /= 2
      team = ck_team_create(threads, ISA.best.kernel)
    }
    // a few hundred bytes and no thread were refused
    guard let team else { fatalError("out of memory") }
    if backend == .openblas { ck_team_use_blas(team) }
    self.threads = threads
    self.isa = .best
    self.backend = backend
    self.precision = .f32
    self.attentionForm = .tiled
    self.team = team
  }

  deinit { ck_team_destroy(team) }
}
