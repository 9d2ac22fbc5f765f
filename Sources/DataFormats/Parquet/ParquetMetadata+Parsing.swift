extension ParquetMetadata {
  /// Parses the Thrift struct `FileMetaData`.
  init(parsing bytes: [UInt8]) throws(ParquetFault) {
    var reader = ThriftCompactReader(bytes, subject: "the footer")
    var last = 0
    while let field = try reader.nextField(after: &last) {
      switch field.id {
      case 2: schema = try reader.structures(field, SchemaElement.parse)
      case 3: rowCount = try reader.integer(field)
      case 4: rowGroups = try reader.structures(field, RowGroup.parse)
      case 5: keyValues = try reader.structures(field, parseKeyValue)
      case 6: createdBy = try reader.string(field)
      case 8:
        isEncrypted = true
        try reader.skip(field)
      default: try reader.skip(field)
      }
    }
  }
}

private func parseKeyValue(
  _ reader: inout ThriftCompactReader
) throws(ParquetFault) -> (key: String, value: String?) {
  var key = ""
  var value: String?
  var last = 0
  while let field = try reader.nextField(after: &last) {
    switch field.id {
    case 1: key = try reader.string(field)
    case 2: value = try reader.string(field)
    default: try reader.skip(field)
    }
  }
  return (key, value)
}

extension ParquetMetadata.SchemaElement {
  fileprivate static func parse(_ reader: inout ThriftCompactReader) throws(ParquetFault) -> Self {
    var element = Self()
    var last = 0
    while let field = try reader.nextField(after: &last) {
      switch field.id {
      case 1: element.physicalType = try reader.int32(field)
      case 2: element.typeLength = try reader.int32(field)
      case 3: element.repetition = try reader.int32(field)
      case 4: element.name = try reader.string(field)
      case 5: element.childCount = try reader.int32(field)
      case 6: element.convertedType = try reader.int32(field)
      case 10: element.logicalType = try reader.structure(field, ParquetMetadata.LogicalType.parse)
      default: try reader.skip(field)
      }
    }
    return element
  }
}

extension ParquetMetadata.LogicalType {
  /// A union is a struct with one field set; only INTEGER (10) carries something that reading
  /// needs.
  fileprivate static func parse(_ reader: inout ThriftCompactReader) throws(ParquetFault) -> Self {
    var type = Self()
    var last = 0
    while let field = try reader.nextField(after: &last) {
      type.kind = field.id
      guard field.id == 10 else {
        try reader.skip(field)
        continue
      }
      (type.bitWidth, type.isSigned) = try reader.structure(field) {
        (reader) throws(ParquetFault) -> (Int, Bool) in
        var bitWidth = 0
        var isSigned = true
        var last = 0
        while let field = try reader.nextField(after: &last) {
          switch field.id {
          case 1: bitWidth = try reader.integer(field)
          case 2: isSigned = try reader.boolean(field)
          default: try reader.skip(field)
          }
        }
        return (bitWidth, isSigned)
      }
    }
    return type
  }
}

extension ParquetMetadata.RowGroup {
  fileprivate static func parse(_ reader: inout ThriftCompactReader) throws(ParquetFault) -> Self {
    var group = Self()
    var last = 0
    while let field = try reader.nextField(after: &last) {
      switch field.id {
      case 1: group.chunks = try reader.structures(field, ParquetMetadata.ColumnChunk.parse)
      case 3: group.rowCount = try reader.integer(field)
      default: try reader.skip(field)
      }
    }
    return group
  }
}

extension ParquetMetadata.ColumnChunk {
  fileprivate static func parse(_ reader: inout ThriftCompactReader) throws(ParquetFault) -> Self {
    var chunk = Self()
    var hasMetadata = false
    var last = 0
    while let field = try reader.nextField(after: &last) {
      switch field.id {
      case 1: chunk.externalFile = try reader.string(field)
      case 3:
        chunk = try reader.structure(field) { [chunk] (reader) throws(ParquetFault) in
          try chunk.parsingMetadata(&reader)
        }
        hasMetadata = true
      case 8, 9:
        chunk.isEncrypted = true
        try reader.skip(field)
      default: try reader.skip(field)
      }
    }
    guard hasMetadata || chunk.isEncrypted else {
      throw .damaged("the footer is damaged: a column chunk has no description")
    }
    return chunk
  }

  /// Parses the struct `ColumnMetaData`.
  private func parsingMetadata(_ reader: inout ThriftCompactReader) throws(ParquetFault) -> Self {
    var chunk = self
    var last = 0
    while let field = try reader.nextField(after: &last) {
      switch field.id {
      case 1: chunk.physicalType = try reader.int32(field)
      case 3: chunk.path = try reader.strings(field)
      case 4: chunk.codec = try reader.int32(field)
      case 5: chunk.valueCount = try reader.integer(field)
      case 7: chunk.compressedByteCount = try reader.integer(field)
      case 9: chunk.dataPageOffset = try reader.integer(field)
      case 11: chunk.dictionaryPageOffset = try reader.integer(field)
      default: try reader.skip(field)
      }
    }
    return chunk
  }
}
