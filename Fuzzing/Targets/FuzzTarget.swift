/// A parser that reads files which others wrote, given to a fuzzer as one call.
///
/// A target reads everything that the bytes hold, the way the product does. Damaged input may
/// throw, which the target swallows; a trap, a hang or memory without bound is a finding. The
/// harnesses in `Fuzzing/Harnesses` call the targets under libFuzzer; the ordinary tests call them
/// with every file of `Fuzzing/Corpora`.
public enum FuzzTarget: String, CaseIterable, Sendable {
  case parquet
  case tsv
  case safetensors
  case images
  case pythonLiteral = "python-literal"
  case json
  case xlsx

  /// Reads `bytes`.
  /// - Returns: whether they were accepted.
  @discardableResult public func run(_ bytes: [UInt8]) -> Bool {
    switch self {
    case .parquet: (try? readParquet(bytes)) != nil
    case .tsv: (try? readTSV(bytes)) != nil
    case .safetensors: (try? readSafetensors(bytes)) != nil
    case .images: (try? readImage(bytes)) != nil
    case .pythonLiteral: (try? readPythonLiteral(bytes)) != nil
    case .json: (try? readJSON(bytes)) != nil
    case .xlsx: (try? readXLSX(bytes)) != nil
    }
  }
}
