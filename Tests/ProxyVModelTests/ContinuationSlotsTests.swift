import ProxyVModel
import Tensor
import Testing

@Suite struct ContinuationSlotsTests {
  @Test func oneContinuationLiesRightBehindThePrefix() {
    let slots = ContinuationSlots(prefixLengths: [70, 64], count: 1, room: 10)
    #expect(slots.row(of: .init(continuation: 0, index: 3), layer: 0) == 73)
    #expect(
      slots.visible(to: [.init(continuation: 0, index: 3)], layer: 1)
        == VisibleKeys(segmentStarts: [0, 64], counts: [64, 4]))
    #expect(
      slots.visible(to: [.init(continuation: 0, index: 3)], layer: 0)
        == VisibleKeys(segmentStarts: [0, 64], counts: [64, 10]))
  }

  @Test(arguments: [0, 1, 63, 64, 70, 128]) func everyTokenHasItsPlaceInTheTileAsIfAlone(
    prefix: Int
  ) {
    let slots = ContinuationSlots(prefixLengths: [prefix], count: 3, room: 100)
    var seen: Set<Int> = []
    for continuation in 0..<3 {
      for index in 0..<100 {
        let row = slots.row(of: .init(continuation: continuation, index: index), layer: 0)
        #expect(row % 64 == (prefix + index) % 64 && row >= prefix && seen.insert(row).inserted)
        #expect(row < prefix + ContinuationSlots.rows(count: 3, room: 100))
      }
    }
  }

  @Test func aTokenSeesWholeTilesOfThePrefixAndItsOwnSlab() {
    let slots = ContinuationSlots(prefixLengths: [70], count: 2, room: 10)
    let visible = slots.visible(
      to: [.init(continuation: 0, index: 0), .init(continuation: 1, index: 4)], layer: 0)
    // Rows 64 to 69 of the prefix are copied to the beginning of the slabs at 128 and 192.
    #expect(visible == VisibleKeys(segmentStarts: [0, 128, 192], counts: [64, 7, 0, 64, 0, 11]))
    #expect(visible.visibleCount(of: 1) == 70 + 5)
  }
}
