extension Sequence where Element == RunLog.Entry {
  /// What a log says in the end of each question, in the order of their first lines: the first
  /// answer, and a failure only where no answer followed.
  package func settled() -> [(id: String, answer: Answer)] {
    var places: [[UInt8]: Int] = [:]
    var settled: [(id: String, answer: Answer)] = []
    for entry in self {
      let id = Array(entry.id.utf8)
      guard let place = places[id] else {
        places[id] = settled.count
        settled.append((entry.id, entry.answer))
        continue
      }
      if settled[place].answer.failure != nil { settled[place].answer = entry.answer }
    }
    return settled
  }
}
