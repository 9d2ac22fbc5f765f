/// The byte strings of a large compressed page, decompressed as they are asked for.
///
/// Asking in the order of rows decompresses the page once; asking for an earlier one begins again
/// from the front. Of the values, the last one stays in memory.
final class StreamedByteValues {
  let count: Int
  private let open: () throws(ParquetFault) -> PageStream
  private var stream: PageStream
  /// The value that the stream comes to next.
  private var next = 0
  private var last: (index: Int, bytes: ByteStorage)?
  private let maximumBytes: Int

  /// - Parameters:
  ///   - maximumBytes: the longest value that is taken into memory
  ///   - open: makes a stream that stands before the first value
  init(
    count: Int, maximumBytes: Int, open: @escaping () throws(ParquetFault) -> PageStream
  ) throws(ParquetFault) {
    self.count = count
    self.maximumBytes = maximumBytes
    self.open = open
    stream = try open()
  }

  /// - Throws: ``ParquetFault`` for a value that does not exist, is longer than allowed, or is
  ///   damaged.
  func value(at index: Int) throws(ParquetFault) -> ByteStorage {
    guard index < count else {
      throw .damaged("a page refers to value \(index) of a page of \(count) values")
    }
    if let last, last.index == index { return last.bytes }
    last = nil
    if index < next {
      stream = try open()
      next = 0
    }
    while next < index {
      try stream.skip(try nextLength())
      next += 1
    }
    let length = try nextLength()
    guard length <= maximumBytes else {
      throw .tooLarge(
        "a byte string claims \(length) bytes, more than the limit of \(maximumBytes)")
    }
    let bytes = ByteStorage(try stream.read(length))
    next += 1
    last = (index, bytes)
    return bytes
  }

  /// The length that stands before a value.
  private func nextLength() throws(ParquetFault) -> Int {
    let length = try stream.read(4).withUnsafeBytes {
      Int(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)))
    }
    guard length <= stream.bytesLeft else {
      throw .damaged(
        "a byte string claims \(length) bytes where its page has \(stream.bytesLeft) left")
    }
    return length
  }
}
