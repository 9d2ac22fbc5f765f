import Evaluation
import Hashing
import PythonText

/// Which question of B is which question of A: by id, and by content where layouts number them
/// differently (docs/comparison.md, section 1).
struct QuestionPairing {
  /// For each question of B the id under which it is paired.
  let idsOfB: [String]
  /// Questions that were found by what they ask, not by their id.
  let pairedByContent: Int

  init(_ a: ComparedRun, _ b: ComparedRun) {
    let idsA = a.answers.asked.map(\.id)
    let idsB = b.answers.asked.map(\.id)
    let known = Set(idsA.map { Array($0.utf8) })
    let contentA = QuestionContent.all(of: a, comparedWith: b)
    let contentB = QuestionContent.all(of: b, comparedWith: a)
    let questionOfA = Dictionary(
      zip(idsA.map { Array($0.utf8) }, contentA.map(\.question)),
      uniquingKeysWith: { first, _ in first })
    let agreeing = zip(idsB, contentB).count {
      questionOfA[Array($0.utf8)]?.utf8.elementsEqual($1.question.utf8) ?? false
    }
    let byContent = Self.pairs(contentA, contentB)
    // Numbers prove nothing, every table counts from 0 or 1: where what is asked pairs more
    // questions than the ids do, the ids are those of another layout.
    let trustsIDs = agreeing * 2 >= byContent.count || byContent.isEmpty
    var taken = trustsIDs ? Set(idsB.map { Array($0.utf8) }).intersection(known) : []
    var ids: [String] = []
    var found = 0
    for (place, id) in idsB.enumerated() {
      if trustsIDs, known.contains(Array(id.utf8)) {
        ids.append(id)
      } else if let match = byContent[place], taken.insert(Array(idsA[match].utf8)).inserted {
        ids.append(idsA[match])
        found += 1
      } else if known.contains(Array(id.utf8)) {
        // Its number is that of another question: it is in B only, and must not pass for that one.
        ids.append("B: " + id)
      } else {
        ids.append(id)
      }
    }
    idsOfB = ids
    pairedByContent = found
  }

  /// The places of A by those of B, over keys that occur once on either side: with the image first,
  /// then without it, since files of one image may differ between layouts.
  private static func pairs(
    _ a: [QuestionContent], _ b: [QuestionContent]
  ) -> [Int: Int] {
    var pairs: [Int: Int] = [:]
    var used: Set<Int> = []
    for key in [\QuestionContent.key, \QuestionContent.keyWithoutImage] {
      func unique(_ contents: [QuestionContent], except: (Int) -> Bool) -> [[UInt8]: Int] {
        var places: [[UInt8]: Int?] = [:]
        for (place, content) in contents.enumerated() where !except(place) {
          let bytes = content[keyPath: key]
          places[bytes] = places[bytes] == nil ? .some(place) : .some(nil)
        }
        return places.compactMapValues { $0 }
      }
      let placesA = unique(a) { used.contains($0) }
      for (bytes, placeB) in unique(b, except: { pairs[$0] != nil }) {
        guard let placeA = placesA[bytes] else { continue }
        pairs[placeB] = placeA
        used.insert(placeA)
      }
    }
    return pairs
  }
}

/// What a question asks, as far as two sides can be expected to agree on it.
struct QuestionContent {
  /// Prompt and token limit, and the image where both sides know it in the same way.
  let question: String
  let key: [UInt8]
  let keyWithoutImage: [UInt8]

  /// - Parameter other: what it knows decides what can be compared
  static func all(of run: ComparedRun, comparedWith other: ComparedRun) -> [QuestionContent] {
    let foreign = run.isImported || other.isImported
    let sameLayout = run.answers.manifest.dataLayout == other.answers.manifest.dataLayout
    let hashes = run.imageHashes
    let comparesHashes =
      hashes.contains { $0 != nil } && other.imageHashes.contains { $0 != nil }
    return run.answers.asked.indices.map { place in
      let asked = run.answers.asked[place]
      // Other programs change the space and the letters' case of what they asked.
      let prompt =
        foreign
        ? folded(asked.question) : asked.prompt.text + "\0\(asked.prompt.maximumNewTokens)"
      let references = run.answers.selected[place].sample.references.joined(separator: "\0")
      let image = comparesHashes ? hashes[place] ?? "" : ""
      let sameImage =
        sameLayout && !foreign ? (comparesHashes ? image : asked.imageIdentity ?? "") : ""
      return QuestionContent(
        question: prompt + "\0" + sameImage,
        key: digest("\(prompt)\0\(image)\0\(references)"),
        keyWithoutImage: digest("\(prompt)\0\0\(references)"))
    }
  }

  private static func digest(_ text: String) -> [UInt8] {
    var hasher = SHA256()
    hasher.update(Array(text.utf8))
    return hasher.digest()
  }

  private static func folded(_ question: String) -> String {
    PythonString(
      PythonString(question).lower().split().reduce(into: []) { $0 += $1.scalars + [" "] }
    ).text
  }
}
