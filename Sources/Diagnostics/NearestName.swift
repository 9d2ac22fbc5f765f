/// The name of `candidates` that is most probably meant by a misspelt `name`, or nil where none is
/// near.
///
/// Near means: at most a third of the longer name's letters differ (Levenshtein distance over
/// lower-cased letters).
public func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  let wanted = Array(name.lowercased())
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let letters = Array(candidate.lowercased())
    let distance = letterDistance(wanted, letters)
    guard distance * 3 <= max(wanted.count, letters.count) else { continue }
    if best == nil || distance < best!.distance { best = (candidate, distance) }
  }
  return best?.name
}

/// ` Did you mean "x"?`, or the list of what exists where nothing is near; appended to a message
/// about an unknown name.
public func suggestion(for name: String, among candidates: [String]) -> String {
  if let nearest = nearestName(to: name, among: candidates) {
    return "did you mean \"\(nearest)\"?"
  }
  return "known: \(candidates.joined(separator: ", "))"
}

private func letterDistance(_ a: [Character], _ b: [Character]) -> Int {
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in b.enumerated() {
      let substituted = diagonal + (letter == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
