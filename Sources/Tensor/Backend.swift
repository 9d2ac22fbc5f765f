import CKernels

/// Who multiplies matrices.
public enum Backend: String, CaseIterable, Sendable {
  /// This program's own kernels, for the instruction sets of ``ISA``.
  case kernels
  /// OpenBLAS, for products of floats and of bf16 weights, which are widened to floats; everything
  /// else is computed by the kernels. An implementation that shares no product with them, and the
  /// faster one on processors that they have no vector form for.
  case openblas

  /// Whether this machine has it. OpenBLAS is looked for when it is first asked about, as
  /// `libopenblas.so.0`.
  public var isAvailable: Bool { self == .kernels || ck_blas_name() != nil }

  /// What this machine has.
  public static var available: [Backend] { allCases.filter(\.isAvailable) }

  /// What is used where nothing is asked for: OpenBLAS where the kernels would be plain C.
  public static var standard: Backend {
    ISA.best == .portable && Backend.openblas.isAvailable ? .openblas : .kernels
  }

  /// A sentence for users of a machine that would compute much faster with OpenBLAS, nil elsewhere.
  public static var remark: String? {
    guard ISA.best == .portable, !Backend.openblas.isAvailable else { return nil }
    return "no kernels for this processor's vector instructions, and no OpenBLAS: products are"
      + " computed in plain C, many times slower than they could be; install libopenblas0"
  }

  /// Version and processor core of the OpenBLAS of this machine, which its last bits depend on:
  /// `0.3.21 Zen`.
  public static var openBLASName: String? { ck_blas_name().map { String(cString: $0) } }

  /// The most threads that use a backend at once: OpenBLAS has buffers for so many callers.
  var mostThreads: Int { self == .openblas ? 64 : 4096 }
}
