import Evaluation
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct RunLogTests {
  private func withLog(_ body: (String) throws -> Void) throws {
    try TestMaterial.withTemporaryFolder { try body($0 + "/answers.jsonl") }
  }

  private func write(_ count: Int, to path: String) throws {
    let (log, _) = try RunLog.open(path)
    for index in 0..<count {
      try log.append(Answer(text: "text \(index)\n\u{2028}", tokenIDs: [index]), id: "s\(index)")
    }
  }

  @Test func whatWasAppendedIsReadBackInOrder() throws {
    try withLog { path in
      try write(3, to: path)
      let entries = try RunLog.entries(of: path)
      #expect(entries.map(\.id) == ["s0", "s1", "s2"])
      #expect(entries[1].answer == Answer(text: "text 1\n\u{2028}", tokenIDs: [1]))
    }
  }

  @Test func aTailTornAtAnyByteIsCutAndTheLogGoesOn() throws {
    try withLog { path in
      try write(2, to: path)
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      let firstLine = try #require(whole.firstIndex(of: 0x0A)) + 1
      for length in firstLine..<whole.count {
        try whole.prefix(length).write(to: URL(fileURLWithPath: path))
        do {
          let (log, entries) = try RunLog.open(path)
          #expect(entries.map(\.id) == ["s0"])
          try log.append(Answer(text: "again"), id: "s1")
        }
        #expect(try RunLog.entries(of: path).map(\.id) == ["s0", "s1"])
      }
    }
  }

  @Test func aTailOfZerosAfterAPowerLossIsCut() throws {
    try withLog { path in
      try write(1, to: path)
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(count: 100) + Data([0x0A]))
      #expect(try RunLog.open(path).entries.map(\.id) == ["s0"])
    }
  }

  @Test func aDamagedLineInTheMiddleIsRefusedWithItsNumber() throws {
    try withLog { path in
      try write(3, to: path)
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let second = try #require(bytes.firstIndex(of: 0x0A)) + 1
      bytes[second] = 0x58
      try bytes.write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: EvaluationError.self) { try RunLog.open(path) }
      #expect(error?.code == .damagedLog)
      #expect(error?.description.contains("line 2") == true, "\(error?.description ?? "")")
    }
  }

  @Test func aSecondWriterIsRefusedUntilTheFirstIsGone() throws {
    try withLog { path in
      do {
        let first = try RunLog.open(path)
        let error = #expect(throws: EvaluationError.self) { try RunLog.open(path) }
        #expect(error?.code == .runLocked)
        withExtendedLifetime(first) {}
      }
      _ = try RunLog.open(path)
    }
  }

  @Test func `every line is synced before the append returns`() throws {
    try withLog { path in
      let synced = Mutex<[Int]>([])
      var calls = FileCalls.system
      calls.sync = { descriptor in
        let size = lseek(descriptor, 0, SEEK_END)
        synced.withLock { $0.append(Int(size)) }
        return fdatasync(descriptor)
      }
      let (log, _) = try RunLog.open(path, calls: calls)
      var sizes: [Int] = []
      for index in 0..<3 {
        try log.append(Answer(text: "answer \(index)"), id: "s\(index)")
        sizes.append(try Data(contentsOf: URL(fileURLWithPath: path)).count)
      }
      #expect(synced.withLock { $0 } == sizes)
    }
  }

  /// A full disk takes a part of the line, a broken one takes it and does not sync.
  @Test(arguments: [7, nil])
  func `a line that is not on disk is taken back`(takes limit: Int?) throws {
    try withLog { path in
      try write(2, to: path)
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      let failing = Mutex(true)
      let left = Mutex(limit ?? .max)
      let calls = FileCalls(
        write: { descriptor, bytes in
          let count = left.withLock { left -> Int in
            let count = min(left, bytes.count)
            left -= count
            return count
          }
          if count == 0 {
            errno = ENOSPC
            return -1
          }
          return Foundation.write(descriptor, bytes.baseAddress, count)
        },
        sync: { descriptor in
          guard failing.withLock({ $0 }) else { return fdatasync(descriptor) }
          errno = EIO
          return -1
        })
      let (log, entries) = try RunLog.open(path, calls: calls)
      #expect(entries.count == 2)
      let error = #expect(throws: EvaluationError.self) {
        try log.append(Answer(text: "lost"), id: "s2")
      }
      #expect(error?.code == .writeFailed)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
      failing.withLock { $0 = false }
      left.withLock { $0 = .max }
      try log.append(Answer(text: "kept"), id: "s2")
      let after = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(after.starts(with: before))
      #expect(try RunLog.entries(of: path).map(\.answer.text).last == "kept")
    }
  }

  @Test func failuresAreData() throws {
    try withLog { path in
      do {
        let (log, _) = try RunLog.open(path)
        try log.append(
          Answer(
            failure: Answer.Failure(
              code: "truncated-image", message: "page.png: the PNG is truncated")), id: "a")
      }
      #expect(try RunLog.entries(of: path)[0].answer.failure?.code == "truncated-image")
    }
  }
}
