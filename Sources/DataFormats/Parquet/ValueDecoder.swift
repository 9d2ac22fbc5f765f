/// Decodes the values of a page in any supported encoding.
/// Source: "Encodings" in the Apache Parquet format's documentation.
struct ValueDecoder {
  let column: ParquetColumn
  let storage: ByteStorage
  /// The most bytes that values rebuilt in memory may take.
  let maximumBytes: Int

  /// - Parameter count: the number of values, nulls not counted; at most the limit of values in a
  ///   page.
  /// - Throws: ``ParquetFault``: damaged data, or an encoding that does not exist for the column's
  ///   type.
  func decode(
    _ range: Range<Int>, encoding: Int, count: Int, dictionary: ColumnValues?
  ) throws(ParquetFault) -> ColumnValues {
    switch ParquetEncoding(rawValue: encoding) {
    case .plain: return try plain(range, count: count)
    case .plainDictionary, .runLengthDictionary:
      return try dictionaryValues(range, count: count, dictionary)
    case .runLength where column.physicalType == .boolean:
      return try runLengthBooleans(range, count: count)
    case .deltaBinaryPacked where column.physicalType == .int32 || column.physicalType == .int64:
      return try deltaIntegers(range, count: count)
    case .deltaLengthByteArray where column.physicalType == .byteArray:
      return try deltaLengthBytes(range, count: count)
    case .deltaByteArray where column.isBytes: return try deltaBytes(range, count: count)
    case .byteStreamSplit
    where column.physicalType != .boolean && column.physicalType != .byteArray:
      return try byteStreamSplit(range, count: count)
    default:
      throw .unsupported(
        """
        the encoding \(ParquetEncoding.name(encoding)) is not supported for values of type \
        \(column.physicalType)
        """
      )
    }
  }

  // MARK: Plain

  func plain(_ range: Range<Int>, count: Int) throws(ParquetFault) -> ColumnValues {
    try storage.withBytes(in: range) { (bytes: RawSpan) throws(ParquetFault) in
      switch column.physicalType {
      case .boolean:
        var values: [Bool] = []
        guard (count + 7) / 8 <= bytes.byteCount else { throw .truncated("a page of booleans") }
        values.reserveCapacity(count)
        for index in 0..<count {
          values.append(bytes.byte(at: index >> 3) >> UInt8(index & 7) & 1 == 1)
        }
        return .booleans(values)
      case .int32, .int64, .float, .double: return try fixedWidth(bytes, count: count)
      case .byteArray:
        return .bytes(
          ByteValues(
            storage: storage, ranges: try prefixedRanges(bytes, range.lowerBound, count: count)))
      case .fixedByteArray:
        let size = column.fixedByteCount
        guard count.multipliedSaturating(by: size) <= bytes.byteCount else {
          throw .truncated("a page of values of \(size) bytes")
        }
        return .bytes(
          ByteValues(
            storage: storage,
            ranges: (0..<count).map {
              range.lowerBound + $0 * size..<range.lowerBound + ($0 + 1) * size
            }))
      case .int96: throw .unsupported("the type int96 is not supported")
      }
    }
  }

  private func fixedWidth(_ bytes: RawSpan, count: Int) throws(ParquetFault) -> ColumnValues {
    let size = column.physicalType == .int32 || column.physicalType == .float ? 4 : 8
    guard count * size <= bytes.byteCount else { throw .truncated("a page of \(count) numbers") }
    switch column.physicalType {
    case .float:
      return .numbers(
        (0..<count).map {
          Double(Float(bitPattern: bytes.littleEndian(at: $0 * 4, as: UInt32.self)))
        })
    case .double:
      return .numbers(
        (0..<count).map { Double(bitPattern: bytes.littleEndian(at: $0 * 8, as: UInt64.self)) })
    case .int32:
      return try integers((0..<count).map { Int64(bytes.littleEndian(at: $0 * 4, as: Int32.self)) })
    default: return try integers((0..<count).map { bytes.littleEndian(at: $0 * 8, as: Int64.self) })
    }
  }

  /// Gives stored numbers their meaning: 32-bit ones are cut to 32 bits, unsigned ones lose their
  /// sign.
  private func integers(_ stored: [Int64]) throws(ParquetFault) -> ColumnValues {
    if column.physicalType == .int32 {
      if column.isUnsigned {
        return .integers(stored.map { Int64(UInt32(truncatingIfNeeded: $0)) })
      }
      return .integers(stored.map { Int64(Int32(truncatingIfNeeded: $0)) })
    }
    if column.isUnsigned, let value = stored.first(where: { $0 < 0 }) {
      throw .unsupported("the unsigned number \(UInt64(bitPattern: value)) does not fit 63 bits")
    }
    return .integers(stored)
  }

  /// Byte strings that each follow their four-byte length.
  private func prefixedRanges(
    _ bytes: RawSpan, _ base: Int, count: Int
  ) throws(ParquetFault) -> [Range<Int>] {
    guard count * 4 <= bytes.byteCount else { throw .truncated("a page of \(count) byte strings") }
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(count)
    var position = 0
    for _ in 0..<count {
      guard position + 4 <= bytes.byteCount else {
        throw .truncated("a page of \(count) byte strings")
      }
      let length = Int(bytes.littleEndian(at: position, as: UInt32.self))
      position += 4
      guard length <= bytes.byteCount - position else {
        throw .damaged(
          """
          a byte string claims \(length) bytes where its page has \(bytes.byteCount - position) \
          left
          """
        )
      }
      ranges.append(base + position..<base + position + length)
      position += length
    }
    return ranges
  }

  // MARK: Runs

  private func dictionaryValues(
    _ range: Range<Int>, count: Int, _ dictionary: ColumnValues?
  ) throws(ParquetFault) -> ColumnValues {
    guard let dictionary else {
      throw .damaged("a page refers to a dictionary, but the column chunk has none")
    }
    guard count > 0 else { return try dictionary.gathered([]) }
    let indices = try storage.withBytes(in: range) {
      (bytes: RawSpan) throws(ParquetFault) -> [UInt32] in
      guard bytes.byteCount > 0 else { throw .truncated("a page of dictionary indices") }
      return try RunLengthDecoder.decode(
        bytes.extracting(1..<bytes.byteCount), bitWidth: Int(bytes.byte(at: 0)), count: count,
        as: UInt32.self,
        subject: "the dictionary indices")
    }
    return try dictionary.gathered(indices)
  }

  private func runLengthBooleans(
    _ range: Range<Int>, count: Int
  ) throws(ParquetFault) -> ColumnValues {
    try storage.withBytes(in: range) { (bytes: RawSpan) throws(ParquetFault) in
      guard count > 0 else { return .booleans([]) }
      guard bytes.byteCount >= 4 else { throw .truncated("a page of booleans") }
      let length = Int(bytes.littleEndian(at: 0, as: UInt32.self))
      guard length <= bytes.byteCount - 4 else { throw .truncated("a page of booleans") }
      let bits = try RunLengthDecoder.decode(
        bytes.extracting(4..<4 + length), bitWidth: 1, count: count, as: UInt8.self,
        subject: "the booleans")
      return .booleans(bits.map { $0 & 1 == 1 })
    }
  }

  // MARK: Differences

  private func deltaIntegers(_ range: Range<Int>, count: Int) throws(ParquetFault) -> ColumnValues {
    guard count > 0 else { return .integers([]) }
    let numbers = try storage.withBytes(in: range) {
      (bytes: RawSpan) throws(ParquetFault) -> [Int64] in
      var position = 0
      return try DeltaDecoder.decode(bytes, at: &position, count: count)
    }
    return try integers(numbers)
  }

  /// All lengths first, then all bytes.
  private func deltaLengthBytes(
    _ range: Range<Int>, count: Int
  ) throws(ParquetFault) -> ColumnValues {
    guard count > 0 else { return .bytes(ByteValues(storage: storage, ranges: [])) }
    let ranges = try storage.withBytes(in: range) {
      (bytes: RawSpan) throws(ParquetFault) -> [Range<Int>] in
      var position = 0
      return try lengthRanges(bytes, at: &position, range.lowerBound, count: count)
    }
    return .bytes(ByteValues(storage: storage, ranges: ranges))
  }

  private func lengthRanges(
    _ bytes: RawSpan, at position: inout Int, _ base: Int, count: Int
  ) throws(ParquetFault) -> [Range<Int>] {
    let lengths = try DeltaDecoder.decode(bytes, at: &position, count: count)
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(count)
    for length in lengths {
      guard length >= 0, length <= bytes.byteCount - position else {
        throw .damaged(
          """
          a byte string claims \(length) bytes where its page has \(bytes.byteCount - position) \
          left
          """
        )
      }
      ranges.append(base + position..<base + position + Int(length))
      position += Int(length)
    }
    return ranges
  }

  /// Each string repeats the first bytes of the one before and adds a suffix.
  private func deltaBytes(_ range: Range<Int>, count: Int) throws(ParquetFault) -> ColumnValues {
    guard count > 0 else { return .bytes(ByteValues(storage: storage, ranges: [])) }
    let limit = maximumBytes
    return try storage.withBytes(in: range) { (bytes: RawSpan) throws(ParquetFault) in
      var position = 0
      let prefixes = try DeltaDecoder.decode(bytes, at: &position, count: count)
      let suffixes = try lengthRanges(bytes, at: &position, 0, count: count)
      var output: [UInt8] = []
      var ranges: [Range<Int>] = []
      ranges.reserveCapacity(count)
      var previous = 0..<0
      for (prefix, suffix) in zip(prefixes, suffixes) {
        guard prefix >= 0, prefix <= previous.count else {
          throw .damaged("a byte string repeats \(prefix) bytes of one that has \(previous.count)")
        }
        let start = output.count
        guard Int(prefix) + suffix.count <= limit - start else {
          throw .tooLarge("the byte strings of a page take more than the limit of \(limit) bytes")
        }
        // Appending a slice of the same array would copy the whole array first.
        for index in previous.prefix(Int(prefix)) { output.append(output[index]) }
        for index in suffix { output.append(bytes.byte(at: index)) }
        previous = start..<output.count
        guard column.physicalType != .fixedByteArray || previous.count == column.fixedByteCount
        else {
          throw .damaged(
            "a value has \(previous.count) bytes where the schema says \(column.fixedByteCount)")
        }
        ranges.append(previous)
      }
      return .bytes(ByteValues(storage: ByteStorage(output), ranges: ranges))
    }
  }

  // MARK: Split streams

  /// The first bytes of all values, then the second bytes of all values, and so on.
  private func byteStreamSplit(_ range: Range<Int>, count: Int) throws(ParquetFault) -> ColumnValues
  {
    let size: Int
    switch column.physicalType {
    case .int32, .float: size = 4
    case .fixedByteArray: size = column.fixedByteCount
    default: size = 8
    }
    let total = count.multipliedSaturating(by: size)
    guard total <= range.count else {
      throw .truncated("a page of \(count) values of \(size) bytes")
    }
    guard total <= maximumBytes else {
      throw .tooLarge("the values of a page take more than the limit of \(maximumBytes) bytes")
    }
    var joined = [UInt8](repeating: 0, count: total)
    storage.withBytes(in: range) { (bytes: RawSpan) in
      for value in 0..<count {
        for byte in 0..<size { joined[value * size + byte] = bytes.byte(at: byte * count + value) }
      }
    }
    let decoder = ValueDecoder(
      column: column, storage: ByteStorage(joined), maximumBytes: maximumBytes)
    return try decoder.plain(0..<total, count: count)
  }
}
