import Metrics
import Testing

@Suite struct BoxIoUTests {
  static let unit = BoundingBox(x1: 0, y1: 0, x2: 1, y2: 1)

  static func box(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> BoundingBox {
    BoundingBox(x1: x1, y1: y1, x2: x2, y2: y2)
  }

  @Test func exactlyOneHalfIsAHit() {
    let reference = BoxIoU.Reference(relative: Self.unit, image: ImageSize(width: 640, height: 480))
    let score = BoxIoU.score(prediction: "[0, 0, 1, 0.5]", reference: reference, profile: .lmmsEval)
    #expect(
      score
        == MetricScore(value: 1, rule: "IoU 0.5, at least 0.5", extracted: "[0.0, 0.0, 1.0, 0.5]"))
    #expect(
      BoxIoU.score(prediction: "[0, 0, 1, 0.49]", reference: reference, profile: .lmmsEval).value
        == 0)
  }

  @Test func areasKeepTheirSignAndAnEmptyUnionHasNoIoU() {
    #expect(BoxIoU.signed(Self.unit, Self.box(0.5, 0.5, 0.1, 0.1)) == 0)
    #expect(BoxIoU.signed(Self.unit, Self.box(3, 0, 1, 1))?.sign == .minus)
    #expect(BoxIoU.signed(Self.unit, Self.box(1, 0, 0, 1)) == nil)
    #expect(BoxIoU.clamped(Self.unit, Self.box(1, 0, 0, 1)) == 0)
  }

  @Test func anAnswerWithoutABoxIsWrongAndSaysSo() {
    let reference = BoxIoU.Reference(relative: Self.unit, image: ImageSize(width: 10, height: 10))
    for profile in Profile.allCases {
      let score = BoxIoU.score(prediction: "nowhere", reference: reference, profile: profile)
      #expect(score == MetricScore(value: 0, rule: "no box in the answer"))
    }
  }

  @Test(
    arguments: [
      ("[0.3, 0.4, 0.1, 0.2]", 0, 1), ("(0.1, 0.2, 0.3, 0.4)", 0, 1),
      ("[100, 200, 300, 400]", 0, 1), ("[0.1, 0.2, 0.3, 0.4]", 1, 1),
      ("[-0.6, 0.2, 0.3, 0.4]", 0, 1), ("[1001, 2, 3, 4]", 0, 0),
    ] as [(String, Double, Double)])
  func vlmEvalKitSwapsScalesClipsAndReadsMore(
    prediction: String, lmmsEval: Double, vlmEvalKit: Double
  ) {
    let reference = BoxIoU.Reference(
      relative: Self.box(0.1, 0.2, 0.3, 0.4), image: ImageSize(width: 500, height: 400))
    #expect(
      BoxIoU.score(prediction: prediction, reference: reference, profile: .lmmsEval).value
        == lmmsEval)
    #expect(
      BoxIoU.score(prediction: prediction, reference: reference, profile: .vlmEvalKit).value
        == vlmEvalKit)
  }

  @Test func aBoxOfThePaddedSquareIsMovedOnlyWhenAsked() throws {
    // 640 x 480: the image is rows 80 to 560 of the square.
    let image = ImageSize(width: 640, height: 480)
    let reference = BoxIoU.Reference(relative: Self.box(0.25, 0, 0.5, 0.25), image: image)
    let prediction = "[0.25, 0.125, 0.5, 0.3125]"
    #expect(
      BoxIoU.match(
        prediction: prediction, reference: reference, profile: .lmmsEval, space: .paddedSquare
      ).iou == 1)
    #expect(
      try #require(
        BoxIoU.match(prediction: prediction, reference: reference, profile: .lmmsEval).iou) < 0.5)
    #expect(
      abs(BoxIoU.float32(prediction: prediction, reference: reference, space: .paddedSquare) - 1)
        < 1e-5)
  }

  @Test func halfOfAnOddPaddingIsRoundedDown() {
    let tall = ImageSize(width: 3, height: 8)
    #expect(Self.box(0.25, 0, 0.5, 1).unpadded(tall) == Self.box(0, 0, 2.0 / 3, 1))
  }

  @Test func thePreparedBoxIsRoundedTo32Bits() {
    let box = BoundingBox.relative(
      x: 1, y: 2, width: 3, height: 4, inImage: ImageSize(width: 30, height: 70))
    #expect(
      box.numbers
        == [Float(1.0 / 30), Float(2.0 / 70), Float(4.0 / 30), Float(6.0 / 70)].map(Double.init))
  }

  @Test func noSamplesAverageToNoNumberAndAnEmptyUnionFailsWhereTheEvaluatorFails() {
    #expect(BoxIoU.figures([]).allSatisfy { $0.value?.isNaN == true })
    let line = BoxIoU.Reference(
      relative: Self.box(0.5, 0.5, 0.5, 0.9), image: ImageSize(width: 1, height: 1))
    let match = BoxIoU.match(prediction: "nowhere", reference: line, profile: .lmmsEval)
    #expect(
      BoxIoU.figures([match], countingEmptyUnions: false).map { $0.value == nil } == Array(
        repeating: true, count: 6) + [false])
    #expect(BoxIoU.figures([match]).first?.value == 0)
    #expect(BoxIoU.average(testA: 0.5, testB: 0.25) == 37.5)
  }
}
