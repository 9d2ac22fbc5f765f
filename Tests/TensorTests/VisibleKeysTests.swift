import Tensor
import Testing

@Suite struct VisibleKeysTests {
  @Test func aQuerySeesKeysWhosePositionIsNotAboveItsOwn() {
    let segments = [
      VisibleKeys.Segment(start: 0, positions: [2, 3, 4]),
      VisibleKeys.Segment(start: 3, positions: [4, 4, 7]),
      VisibleKeys.Segment(start: 6, positions: [0, 1, 9]),
    ]
    let visible = VisibleKeys(queryPositions: [0, 3, 4, 9], segments: segments)
    #expect(visible.ranges(of: 0) == [0..<0, 3..<3, 6..<7])
    #expect(visible.ranges(of: 1) == [0..<2, 3..<3, 6..<8])
    #expect(visible.ranges(of: 2) == [0..<3, 3..<5, 6..<8])
    #expect(visible.ranges(of: 3) == [0..<3, 3..<6, 6..<9])
    #expect(visible.totalVisible == 1 + 4 + 7 + 9)
  }

  @Test func aHiddenSegmentIsNotSeenAtAll() {
    let segments = [
      VisibleKeys.Segment(start: 0, positions: [0]), VisibleKeys.Segment(start: 1, positions: [0]),
    ]
    let visible = VisibleKeys(
      queryPositions: [5, 5], segments: segments,
      hides: { query, segment in query == 1 && segment == 0 })
    #expect([0, 1].map(visible.visibleCount) == [2, 1])
  }
}
