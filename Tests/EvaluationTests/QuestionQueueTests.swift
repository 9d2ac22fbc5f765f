import Testing

@testable import Evaluation

@Suite struct QuestionQueueTests {
  @Test func `a page's other questions wait for its first and come before new pages`() {
    var queue = QuestionQueue(counts: [3, 1, 2])
    #expect(queue.next() == .question(group: 0, place: 0))
    #expect(queue.next() == .question(group: 1, place: 0))
    queue.finished(group: 0, place: 0)
    #expect(queue.next() == .question(group: 0, place: 1))
    queue.finished(group: 1, place: 0)
    #expect(queue.next() == .question(group: 0, place: 2))
    #expect(queue.next() == .question(group: 2, place: 0))
    #expect(queue.next() == .wait)
    queue.finished(group: 2, place: 0)
    #expect(queue.next() == .question(group: 2, place: 1))
    #expect(queue.next() == .done)
  }

  @Test func `every question comes once, whatever the order in which they end`() {
    var generator = SystemRandomNumberGenerator()
    let counts = (0..<60).map { _ in Int.random(in: 1...7, using: &generator) }
    var queue = QuestionQueue(counts: counts)
    var underWay: [(group: Int, place: Int)] = []
    var seen: Set<[Int]> = []
    asking: while true {
      switch queue.next() {
      case .question(let group, let place):
        #expect(seen.insert([group, place]).inserted)
        underWay.append((group, place))
      case .wait: #expect(!underWay.isEmpty)
      case .done: break asking
      }
      if underWay.count > 5 || seen.count == counts.reduce(0, +) || Bool.random() {
        if let place = underWay.indices.randomElement(using: &generator) {
          let ended = underWay.remove(at: place)
          queue.finished(group: ended.group, place: ended.place)
        }
      }
    }
    #expect(seen.count == counts.reduce(0, +))
  }
}
