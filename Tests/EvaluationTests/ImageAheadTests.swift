import Evaluation
import Synchronization
import Testing

@Suite struct ImageAheadTests {
  private struct Unreadable: Error {}

  private func image(_ name: String) -> ImageReference {
    ImageReference(identity: name, name: name, load: { Array(name.utf8) })
  }

  @Test func anImageThatWasBegunIsPreparedOnce() throws {
    let prepared = Mutex<[String]>([])
    let images = ImageAhead { image -> String in
      prepared.withLock { $0.append(image.name) }
      return String(decoding: try image.load(), as: UTF8.self) + "!"
    }
    images.begin(image("a"))
    images.begin(image("a"))
    #expect(try images.take(image("a")) == "a!")
    #expect(prepared.withLock { $0 } == ["a"])
    // Taken is gone: the next call prepares it again.
    #expect(try images.take(image("a")) == "a!")
    #expect(prepared.withLock { $0 } == ["a", "a"])
  }

  @Test func anotherImageThanTheOneBegunIsPreparedNow() throws {
    let images = ImageAhead { $0.name }
    images.begin(image("a"))
    #expect(try images.take(image("b")) == "b")
    #expect(try images.take(image("a")) == "a")
  }

  @Test func whatFailsIsToldWhenTheImageIsTaken() throws {
    let images = ImageAhead { image -> String in
      if image.name == "a" { throw Unreadable() }
      return image.name
    }
    images.begin(image("a"))
    #expect(throws: Unreadable.self) { try images.take(image("a")) }
    #expect(try images.take(image("b")) == "b")
  }
}
