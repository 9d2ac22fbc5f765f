import CSnappy
import CZlib
import CZstd
import Foundation

/// Bytes that pages and values refer to: a mapped file, or a buffer that a decoder has filled.
///
/// Here files are mapped and pages decompressed as a whole, with unsafe pointers; large pages are
/// left to ``PageStream``. The bytes never change and live as long as this object, so sharing them
/// between threads is safe. A file that another program shortens while it is mapped ends the
/// process with SIGBUS, as with every program that maps files.
final class ByteStorage: @unchecked Sendable {
  private enum Backing {
    case mapped(UnsafeRawBufferPointer)
    case owned([UInt8])
  }

  private let backing: Backing
  let count: Int

  init(_ bytes: [UInt8]) {
    backing = .owned(bytes)
    count = bytes.count
  }

  /// Maps a whole file.
  /// - Throws: ``ParquetFault`` `unreadable-file` with the reason; folders and devices are refused.
  init(mapping path: String) throws(ParquetFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw ParquetFault(
        code: .unreadableFile, message: "the file cannot be opened (\(systemReason(errno)))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ParquetFault(code: .unreadableFile, message: "this is not a regular file")
    }
    count = Int(status.st_size)
    if count == 0 {
      backing = .owned([])
    } else {
      guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
      else {
        throw ParquetFault(
          code: .unreadableFile,
          message: "the file cannot be mapped into memory (\(systemReason(errno)))")
      }
      backing = .mapped(UnsafeRawBufferPointer(start: start, count: count))
    }
  }

  deinit {
    if case .mapped(let bytes) = backing, let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }

  /// Calls `body` with the bytes of `range`, clamped to what there is.
  func withBytes<Result, Failure: Error>(
    in range: Range<Int>, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let range = range.clamped(to: 0..<count)
    switch backing {
    case .mapped(let bytes): return try body(UnsafeRawBufferPointer(rebasing: bytes[range]).bytes)
    case .owned(let bytes): return try body(bytes.span.extracting(range).bytes)
    }
  }

  /// A copy of `range`, clamped to what there is.
  func copy(_ range: Range<Int>) -> [UInt8] {
    withBytes(in: range) { (bytes: RawSpan) in bytes.withUnsafeBytes { [UInt8]($0) } }
  }

  /// The text of `range`, clamped to what there is; nil where it is not UTF-8.
  func text(_ range: Range<Int>) -> String? {
    withBytes(in: range) { (bytes: RawSpan) in bytes.withUnsafeBytes { validatedText($0) } }
  }

  /// The texts of all `ranges`, which lie inside the storage.
  /// - Returns: fewer texts than ranges where one is not UTF-8; the texts before it.
  func texts(_ ranges: [Range<Int>]) -> [String] {
    withBytes(in: 0..<count) { (bytes: RawSpan) in
      bytes.withUnsafeBytes { buffer in
        var texts: [String] = []
        texts.reserveCapacity(ranges.count)
        for range in ranges {
          guard let text = validatedText(UnsafeRawBufferPointer(rebasing: buffer[range])) else {
            break
          }
          texts.append(text)
        }
        return texts
      }
    }
  }

  /// Tells the system that `range` of a mapped file will not be read again soon, so that it does
  /// not count as this process's memory. A later read fetches it again, so handles that still refer
  /// to it stay valid.
  func dropPages(in range: Range<Int>) {
    guard case .mapped(let bytes) = backing, let start = bytes.baseAddress else { return }
    let page = Int(getpagesize())
    let range = range.clamped(to: 0..<count)
    let first = range.lowerBound / page * page
    let end = min((range.upperBound + page - 1) / page * page, (count + page - 1) / page * page)
    guard first < end else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), end - first, MADV_DONTNEED)
  }

  /// The CRC-32 of `range`, as a page header may state it. A large range does not stay in memory
  /// for it.
  func checksum(_ range: Range<Int>) -> UInt32 {
    let portion = 4 << 20
    var sum: UInt = 0
    for start in stride(from: range.lowerBound, to: range.upperBound, by: portion) {
      let part = start..<min(start + portion, range.upperBound)
      sum = withBytes(in: part) { (bytes: RawSpan) in
        bytes.withUnsafeBytes { crc32_z(sum, $0.bindMemory(to: UInt8.self).baseAddress, $0.count) }
      }
      if range.count > portion { dropPages(in: part) }
    }
    return UInt32(truncatingIfNeeded: sum)
  }
}

/// The same as `String(validating:as:)`, which is generic and several times slower for short texts.
@inline(__always)
private func validatedText(_ bytes: UnsafeRawBufferPointer) -> String? {
  guard let span = try? UTF8Span(validating: bytes.bindMemory(to: UInt8.self).span) else {
    return nil
  }
  return String(copying: span)
}

private func systemReason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }

// MARK: Decompression

extension ParquetCodec {
  /// Decompresses `range` of `storage` into exactly `size` bytes.
  ///
  /// A size that the codec cannot reach from so few bytes is refused before memory is taken.
  /// - Throws: ``ParquetFault``: damaged data, another size than declared, a codec that is not
  ///   supported.
  func decompress(
    _ range: Range<Int>, of storage: ByteStorage, size: Int
  ) throws(ParquetFault) -> [UInt8] {
    guard size <= range.count.multipliedSaturating(by: maximumRatio) + 1024 else {
      throw .damaged(
        """
        a page of \(range.count) compressed bytes claims \(size) bytes, more than \(name) can \
        reach
        """
      )
    }
    return try storage.withBytes(in: range) { (source: RawSpan) throws(ParquetFault) -> [UInt8] in
      var succeeded = false
      let output = source.withUnsafeBytes { input in
        [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
          succeeded = decompress(input, into: buffer)
          count = succeeded ? size : 0
        }
      }
      guard succeeded else {
        throw .damaged("a page cannot be decompressed with \(name) into its declared \(size) bytes")
      }
      return output
    }
  }

  private func decompress(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    switch self {
    case .snappy:
      guard let source = input.bindMemory(to: CChar.self).baseAddress else { return output.isEmpty }
      var length = 0
      guard snappy_uncompressed_length(source, input.count, &length) == SNAPPY_OK,
        length == output.count
      else { return false }
      guard let start = output.baseAddress, length > 0 else { return length == 0 }
      return start.withMemoryRebound(to: CChar.self, capacity: length) { target in
        snappy_uncompress(source, input.count, target, &length) == SNAPPY_OK
          && length == output.count
      }
    case .zstd:
      let length = ZSTD_decompress(output.baseAddress, output.count, input.baseAddress, input.count)
      return ZSTD_isError(length) == 0 && length == output.count
    case .gzip:
      return inflateGzip(input, into: output)
    default:
      return false
    }
  }

  /// Inflates gzip members (one after another, as the format allows) or a zlib stream.
  private func inflateGzip(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    guard input.count <= Int(UInt32.max), output.count <= Int(UInt32.max) else { return false }
    guard let source = input.bindMemory(to: UInt8.self).baseAddress else { return output.isEmpty }
    var spare: UInt8 = 0  // zlib wants an address even where nothing is to be written
    return withUnsafeMutablePointer(to: &spare) { spare in
      var stream = z_stream()
      stream.next_in = UnsafeMutablePointer(mutating: source)
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress ?? spare
      stream.avail_out = UInt32(output.count)
      // 15 bits of window, plus 32: recognise gzip and zlib headers.
      guard
        inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
      else { return false }
      defer { inflateEnd(&stream) }
      while true {
        let status = inflate(&stream, Z_FINISH)
        guard status == Z_STREAM_END else { return false }
        if stream.avail_in == 0 { return stream.avail_out == 0 }
        guard inflateReset2(&stream, 15 + 32) == Z_OK else { return false }
      }
    }
  }
}

extension Int {
  /// The product, or the largest number where it does not fit (less what callers may add to it).
  func multipliedSaturating(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? Int.max / 2 : Swift.min(product, Int.max / 2)
  }
}
