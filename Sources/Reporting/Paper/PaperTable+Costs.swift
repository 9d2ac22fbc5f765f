import DataFormats

// What a method costs, joined from what `efficiency` wrote.
extension PaperTable {
  /// Costs stand in the rows of the same method on the same checkpoint; those of random weights in
  /// the rows of the same architecture. A record that fits no row is named below the table.
  mutating func addCosts() {
    var leftOver: [(file: String, reason: String, methods: [String])] = []
    for record in options.costs {
      let places = rows.indices.filter { !rows[$0].isPublished && fits(record, rows[$0]) }
      for place in places { add(record, to: place) }
      guard places.isEmpty else { continue }
      let reason = reason(record)
      if let known = leftOver.firstIndex(where: { $0.file == record.file && $0.reason == reason }) {
        leftOver[known].methods.append(record.method)
      } else {
        leftOver.append((record.file, reason, [record.method]))
      }
    }
    remarks += leftOver.map {
      "\($0.file): costs of \($0.methods.joined(separator: ", ")) are not shown: \($0.reason)."
    }
  }

  private func fits(_ record: CostRecord, _ row: Row) -> Bool {
    record.method == row.methodName && isSameModel(record, row)
  }

  private func isSameModel(_ record: CostRecord, _ row: Row) -> Bool {
    if let content = record.content { return content == row.content }
    // Random weights cost what trained ones of the same shape cost, and say nothing of others.
    return record.architecture != nil && record.architecture == row.architecture
  }

  /// Why a record stands in no row.
  private func reason(_ record: CostRecord) -> String {
    let own = rows.filter { !$0.isPublished && isSameModel(record, $0) }
    if !own.isEmpty {
      let methods = Set(own.map(\.methodName)).sorted().joined(separator: ", ")
      return "the runs of this model have the methods \(methods)"
    }
    if let content = record.content {
      return "no run is of the checkpoint \(content.prefix(8))"
    }
    guard let architecture = record.architecture else {
      return "the file does not say of which model they are; write it again with efficiency"
    }
    return "no run says that its model is of the shape measured (\(architecture)); measure the"
      + " checkpoint itself with efficiency --model"
  }

  private mutating func add(_ record: CostRecord, to place: Int) {
    let source: JSONValue = [
      "file": .string(record.file), "sha256": .string(record.fileHash),
      "setting": .string(record.setting),
    ]
    for (column, value) in record.values {
      guard let known = known.named(column) else { continue }
      set(
        Entry(
          value: value, decimals: known.decimals,
          footnotes: record.content == nil ? [record.setting] : [], source: source),
        row: place, column: column)
    }
    if let layers = record.layers {
      set(
        Entry(
          value: .nan, decimals: 0,
          source: ["text": .string(layers), "file": .string(record.file)]),
        row: place, column: "vision_tokens_by_layer")
    }
  }
}
