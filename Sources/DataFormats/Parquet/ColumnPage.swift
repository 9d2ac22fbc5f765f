import Synchronization

/// The decoded values of a page, nulls left out.
enum ColumnValues {
  case booleans([Bool])
  case integers([Int64])
  case numbers([Double])
  case bytes(ByteValues)

  var count: Int {
    switch self {
    case .booleans(let values): values.count
    case .integers(let values): values.count
    case .numbers(let values): values.count
    case .bytes(let values): values.ranges.count
    }
  }

  /// The values at `indices`, for dictionary pages; byte values share the dictionary's bytes.
  /// - Throws: ``ParquetFault`` for an index outside the dictionary.
  func gathered(_ indices: [UInt32]) throws(ParquetFault) -> ColumnValues {
    let limit = UInt32(count)
    if let index = indices.first(where: { $0 >= limit }) {
      throw .damaged("a page refers to entry \(index) of a dictionary of \(limit) entries")
    }
    switch self {
    case .booleans(let values): return .booleans(indices.map { values[Int($0)] })
    case .integers(let values): return .integers(indices.map { values[Int($0)] })
    case .numbers(let values): return .numbers(indices.map { values[Int($0)] })
    case .bytes(let values):
      var gathered = ByteValues(
        storage: values.storage, ranges: indices.map { values.ranges[Int($0)] })
      gathered.dictionary = values.dictionary
      gathered.indices = indices
      return .bytes(gathered)
    }
  }
}

/// Byte strings that lie in a common storage: the file itself where the page is neither compressed
/// nor rebuilt.
struct ByteValues {
  var storage: ByteStorage
  var ranges: [Range<Int>]
  /// Set for dictionaries and what refers to them: a page of a few bytes may repeat a long entry
  /// millions of times, so their texts must be shared and not made anew.
  var dictionary: DictionaryTexts?
  /// The places of the values in the dictionary; nil for the dictionary itself.
  var indices: [UInt32]?

  init(storage: ByteStorage, ranges: [Range<Int>]) {
    self.storage = storage
    self.ranges = ranges
  }

  /// The byte strings as text, up to the first that is not UTF-8.
  var texts: [String] {
    guard let texts = dictionary?.texts else { return storage.texts(ranges) }
    return indices?.prefix { Int($0) < texts.count }.map { texts[Int($0)] } ?? texts
  }
}

/// The entries of a dictionary as text, made when they are first asked for; up to the first that is
/// not UTF-8.
final class DictionaryTexts: Sendable {
  private let storage: ByteStorage
  private let ranges: [Range<Int>]
  private let made = Mutex<[String]?>(nil)

  init(_ values: ByteValues) {
    storage = values.storage
    ranges = values.ranges
  }

  var texts: [String] {
    made.withLock { made in
      if let made { return made }
      let texts = storage.texts(ranges)
      made = texts
      return texts
    }
  }
}

/// A decoded data page.
struct ColumnPage {
  /// The number of entries: values, nulls, and empty or missing lists.
  var count: Int
  /// One level per entry, nil where every value is there.
  var definitionLevels: [UInt8]?  // [count]
  /// One level per entry, 0 where a row begins; nil where each entry is a row.
  var repetitionLevels: [UInt8]?  // [count]
  var values: ColumnValues
}
