import CZlib
import Diagnostics

/// Deflate streams, bounded: output is taken piece by piece and never grows past a limit, whatever
/// the input claims.
enum Inflate {
  enum Wrapping: Int32 {
    /// No header, as inside zip archives.
    case raw = -15
    /// A gzip header and a checksum; several members may follow one another.
    case gzip = 31
  }

  enum Fault: Error {
    case damaged
    case truncated
    /// The output would be larger than the limit.
    case tooLarge
  }

  /// Inflates all of `input`.
  static func inflated(
    _ input: ArraySlice<UInt8>, _ wrapping: Wrapping, limit: Int
  ) throws(Fault) -> [UInt8] {
    var output: [UInt8] = []
    var fault: Fault?
    input.withUnsafeBufferPointer { source in
      fault = run(source, wrapping, limit: limit, into: &output)
    }
    if let fault { throw fault }
    return output
  }

  /// The CRC-32 of zip and gzip.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer {
      UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count))
    }
  }

  private static let pieceSize = 1 << 18

  private static func run(
    _ source: UnsafeBufferPointer<UInt8>, _ wrapping: Wrapping, limit: Int,
    into output: inout [UInt8]
  ) -> Fault? {
    guard let start = source.baseAddress, source.count > 0 else { return .truncated }
    guard source.count <= Int(UInt32.max) else { return .tooLarge }
    var stream = z_stream()
    stream.next_in = UnsafeMutablePointer(mutating: start)
    stream.avail_in = UInt32(source.count)
    guard
      inflateInit2_(&stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        == Z_OK
    else { return .damaged }
    defer { inflateEnd(&stream) }
    var piece = [UInt8](repeating: 0, count: pieceSize)
    while true {
      let (status, written) = piece.withUnsafeMutableBufferPointer { buffer -> (Int32, Int) in
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(buffer.count)
        let status = inflate(&stream, Z_NO_FLUSH)
        return (status, buffer.count - Int(stream.avail_out))
      }
      guard output.count + written <= limit else { return .tooLarge }
      output.append(contentsOf: piece[..<written])
      switch status {
      case Z_OK: continue
      case Z_STREAM_END:
        if wrapping == .raw || stream.avail_in == 0 { return nil }
        guard inflateReset2(&stream, wrapping.rawValue) == Z_OK else { return .damaged }
      case Z_BUF_ERROR: return .truncated
      default: return .damaged
      }
    }
  }
}

/// The bytes of a file, inflated where it is a gzip file.
///
/// - Parameter limit: more inflated bytes than this are refused
/// - Throws: ``DataFormatError``: unreadable, damaged or cut off, larger than the limit.
public func readPossiblyCompressedFile(
  _ path: String, limit: Int = 2 << 30
) throws(DataFormatError) -> [UInt8] {
  let bytes = try readFile(path)
  guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
  do {
    return try Inflate.inflated(bytes[...], .gzip, limit: limit)
  } catch {
    switch error {
    case .tooLarge:
      throw DataFormatError(
        .limitExceeded, "the gzip file inflates to more than \(limit) bytes",
        at: Location(file: path))
    case .damaged:
      throw DataFormatError(.invalidSyntax, "the gzip file is damaged", at: Location(file: path))
    case .truncated:
      throw DataFormatError(.invalidSyntax, "the gzip file is cut off", at: Location(file: path))
    }
  }
}
