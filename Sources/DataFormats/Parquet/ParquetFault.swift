import Diagnostics

/// What went wrong inside a Parquet file, before anyone who knows the file and the column has said
/// where.
///
/// The decoders throw it; ``ParquetFile`` and the column readers turn it into a located
/// ``DataFormatError``.
struct ParquetFault: Error {
  var code: DataFormatError.Code
  var message: String
  /// The bytes at hand ended too early; a reader that holds only a window of the file may try again
  /// with more.
  var isTruncation = false

  static func damaged(_ message: String) -> ParquetFault {
    ParquetFault(code: .invalidSyntax, message: message)
  }

  static func truncated(_ what: String) -> ParquetFault {
    ParquetFault(
      code: .invalidSyntax, message: "\(what) ends too early; the file is damaged or cut off",
      isTruncation: true)
  }

  static func unsupported(_ message: String) -> ParquetFault {
    ParquetFault(code: .unsupportedFeature, message: message)
  }

  static func tooLarge(_ message: String) -> ParquetFault {
    ParquetFault(code: .limitExceeded, message: message)
  }

  func located(file: String, place: String? = nil) -> DataFormatError {
    DataFormatError(code, message, at: Location(file: file, place: place))
  }
}
