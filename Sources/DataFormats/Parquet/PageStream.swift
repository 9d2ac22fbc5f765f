import CZlib
import CZstd

/// The bytes of a compressed page in order, some at a time.
///
/// Writers check a page's size only now and then (pyarrow after 1,024 values), so one page can hold
/// a row group of images: half a gigabyte of which a reader wants one picture. Neither the page nor
/// its compressed form is in memory as a whole here.
///
/// Safe to hand between threads one at a time: whoever uses it holds the lock of its column.
final class PageStream: @unchecked Sendable {
  private let storage: ByteStorage
  private let codec: ParquetCodec
  private let body: Range<Int>
  private let size: Int
  private let decompressor: any StreamDecompressor
  /// Where the compressed bytes that are still to be read begin, and up to where the mapped file
  /// has been given back.
  private var input: Int
  private var dropped: Int
  /// Decompressed bytes. Those before `position` are read; some of them stay, since Snappy refers
  /// back to them.
  private var buffer: [UInt8] = []
  private var position = 0
  private var decompressedCount = 0
  private static let step = 1 << 18
  private static let large = 1 << 20

  /// - Parameter size: the bytes that the page declares to have uncompressed
  /// - Throws: ``ParquetFault`` for a codec that is not supported.
  init(
    _ body: Range<Int>, of storage: ByteStorage, codec: ParquetCodec, size: Int
  ) throws(ParquetFault) {
    switch codec {
    case .snappy: decompressor = SnappyStream(size: size)
    case .zstd: decompressor = try ZstandardStream()
    case .gzip: decompressor = try GzipStream()
    default: throw .unsupported("the compression \(codec.name) is not supported")
    }
    self.storage = storage
    self.codec = codec
    self.body = body
    self.size = size
    input = body.lowerBound
    dropped = body.lowerBound
  }

  /// The bytes of the page that have not been read yet, as far as its declared size is true.
  var bytesLeft: Int { size - decompressedCount + buffer.count - position }

  /// The next `count` bytes. Memory is taken as they are decompressed, not as they are claimed.
  /// - Throws: ``ParquetFault`` where the page ends before them or is damaged.
  func read(_ count: Int) throws(ParquetFault) -> [UInt8] {
    var output: [UInt8] = []
    try consume(count) { output.append(contentsOf: $0) }
    return output
  }

  func skip(_ count: Int) throws(ParquetFault) { try consume(count) { _ in } }

  private func consume(_ count: Int, _ use: (ArraySlice<UInt8>) -> Void) throws(ParquetFault) {
    var left = count
    while left > 0 {
      if position == buffer.count { try decompressMore() }
      let taken = min(left, buffer.count - position)
      use(buffer[position..<position + taken])
      position += taken
      left -= taken
    }
  }

  private func decompressMore() throws(ParquetFault) {
    let kept = max(0, min(position, buffer.count - SnappyStream.window))
    if kept >= Self.large {
      buffer.removeFirst(kept)
      position -= kept
    }
    while position == buffer.count {
      let before = buffer.count
      let end = min(input + Self.step, body.upperBound)
      let used = try storage.withBytes(in: input..<end) {
        (bytes: RawSpan) throws(ParquetFault) -> Int? in
        try decompressor.step(
          bytes, isLast: end == body.upperBound, atMost: Self.step, into: &buffer)
      }
      decompressedCount += buffer.count - before
      guard let used, used > 0 || buffer.count > before, decompressedCount <= size else {
        throw .damaged(
          "a page cannot be decompressed with \(codec.name) into its declared \(size) bytes")
      }
      input += used
      if input - dropped >= Self.large {
        storage.dropPages(in: dropped..<input)
        dropped = input
      }
    }
  }
}

/// A decompressor that is fed and emptied in small portions.
protocol StreamDecompressor: AnyObject {
  /// Decompresses some of `input`, which goes on where the last call stopped.
  ///
  /// - Parameters:
  ///   - isLast: whether nothing follows `input`
  ///   - count: about how many bytes are wanted
  /// - Returns: the bytes of `input` that are used up; nil where they are damaged.
  func step(
    _ input: RawSpan, isLast: Bool, atMost count: Int, into output: inout [UInt8]
  ) throws(ParquetFault) -> Int?
}

private final class ZstandardStream: StreamDecompressor {
  private let stream: OpaquePointer
  private var portion = [UInt8](repeating: 0, count: 1 << 17)

  init() throws(ParquetFault) {
    guard let stream = ZSTD_createDStream() else {
      throw .tooLarge("there is no memory to decompress with Zstandard")
    }
    self.stream = stream
  }

  deinit { ZSTD_freeDStream(stream) }

  func step(
    _ input: RawSpan, isLast: Bool, atMost count: Int, into output: inout [UInt8]
  ) throws(ParquetFault) -> Int? {
    var source = ZSTD_inBuffer()
    var written = 0
    let status = input.withUnsafeBytes { bytes in
      portion.withUnsafeMutableBytes { target in
        source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        var sink = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        defer { written = sink.pos }
        return ZSTD_decompressStream(stream, &sink, &source)
      }
    }
    guard ZSTD_isError(status) == 0 else { return nil }
    output.append(contentsOf: portion[..<written])
    return source.pos
  }
}

private final class GzipStream: StreamDecompressor {
  /// At one place for its whole life: zlib keeps its address.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var portion = [UInt8](repeating: 0, count: 1 << 17)

  init() throws(ParquetFault) {
    stream.initialize(to: z_stream())
    // 15 bits of window, plus 32: recognise gzip and zlib headers.
    guard inflateInit2_(stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else {
      stream.deallocate()
      throw .tooLarge("there is no memory to decompress with gzip")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  func step(
    _ input: RawSpan, isLast: Bool, atMost count: Int, into output: inout [UInt8]
  ) throws(ParquetFault) -> Int? {
    var written = 0
    let used = input.withUnsafeBytes { bytes in
      portion.withUnsafeMutableBytes { target -> Int? in
        stream.pointee.next_in = UnsafeMutablePointer(
          mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(bytes.count)
        stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(target.count)
        let status = inflate(stream, Z_NO_FLUSH)
        written = target.count - Int(stream.pointee.avail_out)
        let used = bytes.count - Int(stream.pointee.avail_in)
        switch status {
        case Z_OK, Z_BUF_ERROR: return used
        // Another member may follow, as the format allows.
        case Z_STREAM_END: return inflateReset2(stream, 15 + 32) == Z_OK ? used : nil
        default: return nil
        }
      }
    }
    output.append(contentsOf: portion[..<written])
    return used
  }
}
