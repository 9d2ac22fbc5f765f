/// Turns the depth-first list of schema elements into the columns of a file.
///
/// Levels follow from the structure alone, so three-level lists (`a.list.element`, `a.list.item`),
/// the two-level lists of old writers and bare repeated fields are all read; the names matter only
/// for the path that users write. Source: "Nested Encoding" and "Lists" in the Apache Parquet
/// format's documentation.
struct ParquetSchema {
  private(set) var columns: [ParquetColumn] = []
  private let elements: [ParquetMetadata.SchemaElement]
  private var next = 0
  private static let maximumDepth = 32

  /// What a node inherits from the groups above it.
  private struct Context {
    var names: [String] = []
    var storedNames: [String] = []
    var depth = 0
    var definitionLevel = 0
    var lists: [ParquetColumn.ListLevels] = []
    /// Whether the name of the next node is a wrapper's, which users do not write.
    var hidesName = false
    var isInsideListGroup = false
  }

  /// - Throws: ``ParquetFault`` where the elements do not form a tree.
  init(_ elements: [ParquetMetadata.SchemaElement]) throws(ParquetFault) {
    self.elements = elements
    guard let root = elements.first else {
      throw .damaged("the footer is damaged: it holds no schema")
    }
    next = 1
    guard root.childCount >= 0 else {
      throw .damaged("the schema is damaged: its root has \(root.childCount) children")
    }
    for _ in 0..<root.childCount { try visit(Context()) }
    guard next == elements.count else {
      throw .damaged(
        "the schema is damaged: \(elements.count - next) of its elements belong to no group")
    }
  }

  private mutating func visit(_ outer: Context) throws(ParquetFault) {
    guard next < elements.count else {
      throw .damaged("the schema is damaged: a group lacks some of its children")
    }
    let element = elements[next]
    next += 1
    var context = outer
    context.depth += 1
    guard context.depth <= Self.maximumDepth else {
      throw .tooLarge("the schema nests more than \(Self.maximumDepth) groups")
    }
    context.storedNames.append(element.name)
    if !context.hidesName { context.names.append(element.name) }
    context.hidesName = false
    switch element.repetition ?? 0 {
    case 0: break
    case 1: context.definitionLevel += 1
    case 2:
      context.lists.append(
        .init(present: context.definitionLevel, element: context.definitionLevel + 1))
      context.definitionLevel += 1
    default:
      throw .damaged(
        """
        the schema is damaged: the element \(element.name) has the repetition \
        \(element.repetition ?? 0)
        """
      )
    }
    if let physicalType = element.physicalType {
      guard element.childCount == 0 else {
        throw .damaged("the schema is damaged: the column \(element.name) has children")
      }
      try appendColumn(element, physicalType: physicalType, context)
      return
    }
    guard element.childCount >= 0 else {
      throw .damaged("the schema is damaged: \(element.name) has \(element.childCount) children")
    }
    // The repeated child of a list group is a wrapper; so is that child's only child, unless the
    // writer is an old one that makes the repeated group itself the element.
    if element.repetition == 2, outer.isInsideListGroup {
      let isElement =
        element.childCount != 1 || element.name == "array" || element.name.hasSuffix("_tuple")
      context.hidesName = !isElement
      context.isInsideListGroup = false
    } else {
      context.isInsideListGroup = element.isList && element.childCount == 1
      context.hidesName = context.isInsideListGroup
    }
    for _ in 0..<element.childCount { try visit(context) }
  }

  private mutating func appendColumn(
    _ element: ParquetMetadata.SchemaElement, physicalType: Int, _ context: Context
  ) throws(ParquetFault) {
    guard let physical = PhysicalType(rawValue: physicalType) else {
      throw .unsupported(
        """
        the column \(context.names.joined(separator: ".")) has the unknown physical type \
        \(physicalType)
        """
      )
    }
    guard physical != .fixedByteArray || element.typeLength > 0 else {
      throw .damaged(
        "the schema is damaged: the values of \(element.name) are \(element.typeLength) bytes long")
    }
    columns.append(
      ParquetColumn(
        path: context.names.joined(separator: "."),
        storedPath: context.storedNames.joined(separator: "."),
        type: element.valueType(physical), listDepth: context.lists.count,
        isOptional: (context.lists.first?.present ?? context.definitionLevel) > 0,
        index: columns.count, physicalType: physical,
        fixedByteCount: element.typeLength, isUnsigned: element.isUnsigned,
        maximumDefinitionLevel: context.definitionLevel,
        lists: context.lists))
  }
}

extension ParquetMetadata.SchemaElement {
  /// LIST and MAP groups, whose repeated child is a wrapper.
  fileprivate var isList: Bool {
    if let logicalType { return logicalType.kind == 2 || logicalType.kind == 3 }
    return convertedType == 1 || convertedType == 2 || convertedType == 3
  }

  fileprivate var isUnsigned: Bool {
    if let logicalType, logicalType.kind == 10 { return !logicalType.isSigned }
    return (11...14).contains(convertedType ?? -1)
  }

  /// The meaning of a leaf's values; the logical type counts before the older converted type.
  fileprivate func valueType(_ physical: PhysicalType) -> ParquetType {
    if let refused = refusedMeaning { return .unsupported(refused) }
    if logicalType?.kind == 11 { return .null }
    switch physical {
    case .boolean: return .boolean
    case .int32, .int64: return .integer
    case .int96: return .unsupported("int96")
    case .float, .double: return .number
    case .fixedByteArray: return .binary
    case .byteArray:
      if let logicalType { return [1, 4, 12].contains(logicalType.kind) ? .string : .binary }
      return [0, 4, 19].contains(convertedType ?? -1) ? .string : .binary
    }
  }

  /// A meaning that would make the stored numbers or bytes wrong as they are, by its name.
  private var refusedMeaning: String? {
    if let logicalType {
      switch logicalType.kind {
      case 5: return "decimal"
      case 6: return "date"
      case 7: return "time"
      case 8: return "timestamp"
      case 15: return "float16"
      default: return nil
      }
    }
    switch convertedType {
    case 5: return "decimal"
    case 6: return "date"
    case 7, 8: return "time"
    case 9, 10: return "timestamp"
    case 21: return "interval"
    default: return nil
    }
  }
}
