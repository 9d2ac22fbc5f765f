import Diagnostics

/// A whole column of text as the pages hold it: their bytes, and where each text stands in them.
///
/// Reading costs no string; those are made where they are asked for. A column may have one text or
/// one list of texts per row.
public struct ParquetTexts: Sendable {
  public let rowCount: Int
  private let file: String
  private let column: String
  private let storages: [ByteStorage]
  private let places: [Place]  // of values, nulls and missing lists, row after row
  /// Where the places of each row begin, and the end; nil for one text per row. // [rows + 1]
  private let firstPlaces: [Int]?

  private struct Place {
    var start: Int
    /// Negative for what is not there.
    var count: Int
    var storage: Int32

    static let null = Place(start: 0, count: -1, storage: 0)
    static let missingList = Place(start: 0, count: -2, storage: 0)
  }

  /// The number of bytes of all texts.
  public var byteCount: Int { places.reduce(0) { $0 + max(0, $1.count) } }

  /// The text of a row, nil for null; of a row of lists the only or first text.
  /// - Throws: ``DataFormatError`` naming file, column and row where it is not UTF-8.
  public func text(_ row: Int) throws(DataFormatError) -> String? {
    guard let firstPlaces else { return try text(places[row], row) }
    return firstPlaces[row] < firstPlaces[row + 1] ? try text(places[firstPlaces[row]], row) : nil
  }

  /// The texts of a row, nil for a missing list; a row without lists has one.
  public func texts(_ row: Int) throws(DataFormatError) -> [String?]? {
    let range = firstPlaces.map { $0[row]..<$0[row + 1] } ?? row..<row + 1
    if let first = range.first, places[first].count == Place.missingList.count { return nil }
    var texts: [String?] = []
    for place in range { texts.append(try text(places[place], row)) }
    return texts
  }

  private func text(_ place: Place, _ row: Int) throws(DataFormatError) -> String? {
    guard place.count >= 0 else { return nil }
    guard let text = storages[Int(place.storage)].text(place.start..<place.start + place.count)
    else {
      throw DataFormatError(
        .invalidSyntax, "the text is not valid UTF-8",
        at: Location(file: file, place: "column \(column), row \(row + 1)"))
    }
    return text
  }

  /// Reads the column of a file whose shape has been checked.
  fileprivate init(_ contents: ParquetContents, _ column: ParquetColumn) throws(DataFormatError) {
    file = contents.path
    self.column = column.path
    let maximum = column.maximumDefinitionLevel
    let list = column.lists.first
    var stream = ColumnPageStream(contents, column)
    var storages: [ByteStorage] = []
    var places: [Place] = []
    var firstPlaces: [Int] = []
    // The number of rows is a claim until they are read.
    places.reserveCapacity(min(contents.rowCount, 1 << 16))
    while let page = try stream.next() {
      var next = 0
      let ranges: [Range<Int>]
      if case .bytes(let values) = page.values {
        ranges = values.ranges
        if storages.last !== values.storage { storages.append(values.storage) }
      } else {
        ranges = []  // a page of nulls
      }
      let storage = Int32(storages.count - 1)
      for entry in 0..<page.count {
        let level = page.definitionLevels.map { Int($0[entry]) } ?? maximum
        if let list, let repetition = page.repetitionLevels {
          if repetition[entry] == 0 {
            firstPlaces.append(places.count)
            guard level >= list.element else {
              if level < list.present { places.append(.missingList) }
              continue
            }
          } else if level < list.element || firstPlaces.last == places.count {
            throw DataFormatError(
              .invalidSyntax, "the levels of the list contradict each other; the file is damaged",
              at: Location(file: file, place: "column \(column.path), row \(firstPlaces.count)"))
          }
        }
        guard level == maximum, next < ranges.count else {
          places.append(.null)
          continue
        }
        places.append(
          Place(start: ranges[next].lowerBound, count: ranges[next].count, storage: storage))
        next += 1
      }
    }
    rowCount = list == nil ? places.count : firstPlaces.count
    if list != nil { firstPlaces.append(places.count) }
    self.storages = storages
    self.places = places
    self.firstPlaces = list == nil ? nil : firstPlaces
  }
}

extension ParquetFile {
  /// A column of text, or of lists of text, as its pages hold it.
  /// - Throws: ``DataFormatError``: a damaged page, something unsupported, a column that holds no
  ///   text.
  public func texts(_ name: String) throws(DataFormatError) -> ParquetTexts {
    let column = try column(name)
    if column.listDepth > 1 { try requireShape(column, listDepth: 1) }
    guard column.isBytes || column.type == .null else { throw mismatch(column, "text") }
    try requireModestSize(column)
    return try ParquetTexts(contents, column)
  }
}
