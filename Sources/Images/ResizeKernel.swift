import CImageKernels

/// Which implementation of the resize passes runs. All give the same bits.
public enum ResizeKernel: String, Sendable, CaseIterable {
  /// Plain C.
  case portable
  /// SSE 4.1: multiplies pairs of taps of one pixel.
  case sse41
  /// AVX2: multiplies four taps of one pixel.
  case avx2
  /// AVX-512 with VNNI and VBMI: multiplies sixteen taps of one pixel.
  case avx512

  /// The fastest that this processor has.
  public static let best: ResizeKernel = allCases.last { $0.isSupported } ?? .portable

  /// Whether this processor can run it.
  public var isSupported: Bool { cik_is_supported(isa) != 0 }

  var isa: cik_isa {
    switch self {
    case .portable: CIK_PORTABLE
    case .sse41: CIK_SSE41
    case .avx2: CIK_AVX2
    case .avx512: CIK_AVX512
    }
  }
}
