/// What became of every question of two runs: each falls into exactly one class, and none is
/// dropped silently (docs/comparison.md, section 6).
public struct Coverage: Sendable {
  /// A question of one run, as far as coverage looks at it.
  public struct Entry: Sendable {
    public enum Status: String, Sendable {
      case answered
      case failed
      case missing
    }

    public var id: String
    /// Everything that was asked: prompt, token limit, image.
    public var question: String
    public var references: [String]
    public var status: Status
    /// Nil, or not finite, where there is none; a failure has the value that failures score.
    public var score: Double?

    public init(
      id: String, question: String, references: [String], status: Status, score: Double?
    ) {
      self.id = id
      self.question = question
      self.references = references
      self.status = status
      self.score = score
    }
  }

  public enum Class: String, Sendable, CaseIterable {
    case onlyA = "only_a"
    case onlyB = "only_b"
    case changedQuestion = "changed_question"
    case changedReferences = "changed_references"
    case unscored
    case compared
  }

  /// A question of either run with its places there.
  public struct Row: Sendable, Equatable {
    public let id: String
    public let a: Int?
    public let b: Int?
    public let kind: Class
  }

  /// By id, in the order of their bytes.
  public let rows: [Row]
  /// Answered in A only.
  public let newlyFailed: [String]
  /// Answered in B only.
  public let recovered: [String]
  public let failedBoth: [String]

  /// - Parameters:
  ///   - a: the questions of A
  ///   - pairing: for each question of B the id under which it is paired; its own where nil
  /// - Throws: ``ComparisonError`` `repeated-id` naming an id that one side has twice.
  public init(_ a: [Entry], _ b: [Entry], pairing: [String?]? = nil) throws(ComparisonError) {
    let placesA = try Self.places(a.map(\.id), side: "A")
    let placesB = try Self.places(
      b.enumerated().map { pairing?[$0.offset] ?? $0.element.id }, side: "B")
    let ids = Set(placesA.keys).union(placesB.keys).sorted { $0.lexicographicallyPrecedes($1) }
    var failures: (newly: [String], recovered: [String], both: [String]) = ([], [], [])
    rows = ids.map { bytes in
      let id = String(decoding: bytes, as: UTF8.self)
      let (placeA, placeB) = (placesA[bytes], placesB[bytes])
      guard let placeA else { return Row(id: id, a: nil, b: placeB, kind: .onlyB) }
      guard let placeB else { return Row(id: id, a: placeA, b: nil, kind: .onlyA) }
      let kind = Self.kind(a[placeA], b[placeB])
      if kind == .compared {
        switch (a[placeA].status == .answered, b[placeB].status == .answered) {
        case (true, false): failures.newly.append(id)
        case (false, true): failures.recovered.append(id)
        case (false, false): failures.both.append(id)
        case (true, true): break
        }
      }
      return Row(id: id, a: placeA, b: placeB, kind: kind)
    }
    (newlyFailed, recovered, failedBoth) = failures
  }

  private static func kind(_ a: Entry, _ b: Entry) -> Class {
    // Scalars, never Swift's canonical equality.
    func same(_ x: String, _ y: String) -> Bool { x.utf8.elementsEqual(y.utf8) }
    if !same(a.question, b.question) { return .changedQuestion }
    if !a.references.elementsEqual(b.references, by: same) { return .changedReferences }
    let isScored = [a.score, b.score].allSatisfy { $0.map(\.isFinite) ?? false }
    return isScored ? .compared : .unscored
  }

  private static func places(
    _ ids: [String], side: String
  ) throws(ComparisonError) -> [[UInt8]: Int] {
    var places: [[UInt8]: Int] = [:]
    for (place, id) in ids.enumerated()
    where places.updateValue(place, forKey: Array(id.utf8)) != nil {
      throw ComparisonError(
        .repeatedID,
        "\(side) has the question \"\(id)\" twice; a comparison pairs questions one to one")
    }
    return places
  }

  public func ids(_ kind: Class) -> [String] { rows.filter { $0.kind == kind }.map(\.id) }

  public func count(_ kind: Class) -> Int { rows.count { $0.kind == kind } }

  /// Whether a question of either run is not compared.
  public var isPartial: Bool { count(.compared) < rows.count }

  /// `5346 of 5349 compared; 2 only in A, 1 changed reference`.
  public var summary: String {
    func plural(_ count: Int, _ one: String, _ many: String) -> String {
      "\(count) \(count == 1 ? one : many)"
    }
    let parts: [(count: Int, text: String)] = [
      (count(.onlyA), "\(count(.onlyA)) only in A"), (count(.onlyB), "\(count(.onlyB)) only in B"),
      (
        count(.changedQuestion),
        plural(count(.changedQuestion), "changed question", "changed questions")
      ),
      (
        count(.changedReferences),
        plural(count(.changedReferences), "changed reference", "changed references")
      ),
      (count(.unscored), "\(count(.unscored)) without a score"),
    ]
    let listed = parts.filter { $0.count > 0 }.map(\.text)
    let head = "\(count(.compared)) of \(rows.count) compared"
    return listed.isEmpty ? head : head + "; " + listed.joined(separator: ", ")
  }
}
