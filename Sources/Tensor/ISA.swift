import CKernels

/// The instruction sets that the kernels exist for, in ascending order, and one that computes
/// another's bits.
public enum ISA: String, CaseIterable, Sendable {
  /// Plain C, for any machine.
  case portable
  /// AVX2 with fused multiply-add.
  case avx2
  /// AVX-512 (F, VL, BW, DQ); with VNNI for int8 where the machine has it.
  case avx512
  /// AVX-512 with bf16 dot products.
  case avx512bf16
  /// AMX: products of bf16 and int8 with tiles; everything else with AVX-512.
  case amx
  /// The bits of ``amx`` by multiply-adds of AVX-512, or of AVX2: for runs that are continued or
  /// compared on a machine without AMX. Slower than what that machine does best.
  case avx512AsAMX = "avx512-as-amx"

  /// Whether this machine can run it.
  public var isSupported: Bool { ck_supported(kernel) != 0 }

  /// The sets that this machine can run.
  public static var supported: [ISA] { allCases.filter(\.isSupported) }

  /// The fastest set on this machine. It is not the highest one where bf16 dot products are slower
  /// than float arithmetic.
  public static var best: ISA { ISA(ck_best()) }

  /// Whether products of bf16 weights use bf16 instructions; elsewhere their operands are widened
  /// to floats.
  public var multipliesBF16: Bool { self == .avx512bf16 || hasAMXBits }

  /// Whether products of bf16 have the bits of AMX, which are not those of ``avx512bf16``.
  public var hasAMXBits: Bool { self == .amx || self == .avx512AsAMX }

  /// Why this machine's AMX is not used, as a sentence for users; nil where it is, or there is none.
  public static var remark: String? {
    ck_amx_refusal().map {
      "this processor has AMX, but \(String(cString: $0)); \(ISA.best.rawValue) is used instead"
    }
  }

  var kernel: ck_isa {
    switch self {
    case .portable: CK_PORTABLE
    case .avx2: CK_AVX2
    case .avx512: CK_AVX512
    case .avx512bf16: CK_AVX512_BF16
    case .amx: CK_AMX
    case .avx512AsAMX: CK_AS_AMX
    }
  }

  private init(_ kernel: ck_isa) {
    switch kernel {
    case CK_AVX2: self = .avx2
    case CK_AVX512: self = .avx512
    case CK_AVX512_BF16: self = .avx512bf16
    case CK_AMX: self = .amx
    case CK_AS_AMX: self = .avx512AsAMX
    default: self = .portable
    }
  }
}
